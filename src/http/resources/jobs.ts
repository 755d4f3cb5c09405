import { setTimeout as wait } from "node:timers/promises";
import type { Response } from "express";
import { RepriseError } from "../../errors.ts";
import { isEnded, type IngestJob } from "../../knowledge/job-types.ts";
import { defineRoute } from "../define-route.ts";
import { events, json } from "../described-body.ts";
import { encodeEvent, openEventStream } from "../event-stream.ts";
import { clientSignal } from "../request-context.ts";
import { toJobBody } from "../formats/document-format.ts";
import { jobReplySchema } from "../schemas/document-schemas.ts";
import { noQuerySchema } from "../schemas/parameter-schemas.ts";
import type { HttpDependencies, Principal } from "../types.ts";

/** Interval at which a stream polls a job's state, in milliseconds. */
const LOOK_MS = 250;

/** Asynchronous document jobs: progress and cancellation. */
export const JOB_ROUTES = [
  defineRoute({
    method: "get",
    path: "/v1/jobs/{id}",
    summary: "How far a document is that is stored behind the reply",
    scope: "admin",
    access: "tenant",
    query: noQuerySchema,
    hasAnswerHeaders: false,
    replies: {
      200: {
        ...json(jobReplySchema),
        ...events("One for each change; the last is job-end", {
          "job-progress": jobReplySchema,
          "job-end": jobReplySchema,
        }),
      },
    },
    handle:
      ({ jobs }) =>
      async ({ request, response, ...given }) => {
        const job = await find(jobs, given);
        if (request.accepts(["json", "text/event-stream"]) !== "text/event-stream") {
          response.json({ job: toJobBody(job) });
          return;
        }
        await streamJob(job, () => find(jobs, given), response);
      },
  }),
  defineRoute({
    method: "delete",
    path: "/v1/jobs/{id}",
    summary: "Cancel it: what has begun to be written is finished",
    scope: "admin",
    access: "tenant",
    query: noQuerySchema,
    replies: { 200: json(jobReplySchema) },
    handle:
      ({ jobs }) =>
      async ({ response, ...given }) => {
        const { tenant, id } = await find(jobs, given);
        await jobs.cancel({ tenant, id });
        response.json({ job: toJobBody(await find(jobs, given)) });
      },
  }),
];

async function find(
  jobs: HttpDependencies["jobs"],
  { id, caller }: { id: string; caller: Principal },
): Promise<IngestJob> {
  const job = await jobs.get({ tenant: caller.tenant, id });
  if (job === undefined) throw new RepriseError("not_found", `There is no job ${id}.`);
  return job;
}

/** An event for each change of the job; the last is `job-end`. */
async function streamJob(
  first: IngestJob,
  look: () => Promise<IngestJob>,
  response: Response,
): Promise<void> {
  const gone = clientSignal(response);
  const stream = openEventStream(response, {});
  let sent = "";
  try {
    for (let job = first; !gone.aborted; job = await look()) {
      const { updated_at: _updated, ...state } = toJobBody(job);
      const now = JSON.stringify(state);
      const event = isEnded(job) ? "job-end" : "job-progress";
      if (now !== sent) {
        await stream.send(encodeEvent({ event, data: { job: toJobBody(job) } }));
      }
      sent = now;
      if (isEnded(job)) break;
      await wait(LOOK_MS, undefined, { signal: gone });
    }
  } catch (error) {
    // The stream is open, so no error reply is possible: the client reconnects.
    if (!gone.aborted) response.destroy(error instanceof Error ? error : undefined);
  } finally {
    stream.end();
  }
}
