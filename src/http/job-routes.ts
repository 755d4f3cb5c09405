import { setTimeout as wait } from "node:timers/promises";
import { Router, type Request, type Response } from "express";
import { RepriseError } from "../errors.ts";
import { isEnded, type IngestJob } from "../knowledge/job-types.ts";
import { clientSignal, openEventStream } from "./event-stream.ts";
import { toJobBody } from "./formats/document-format.ts";
import { encodeEvent } from "./formats/sse-format.ts";
import { authenticate } from "./middleware/authenticate.ts";
import { refuseQuery } from "./middleware/refuse-query.ts";
import { pathParam, principalOf } from "./request-context.ts";
import type { HttpDependencies } from "./types.ts";

/** How often a stream looks whether a job has moved on, in milliseconds. */
const LOOK_MS = 250;

/** Documents that are stored behind the reply: how far they are, and an end to them. */
export function jobRoutes({ jobs, apiKeys }: HttpDependencies): Router {
  const router = Router();
  const admin = authenticate(apiKeys, "admin");

  const find = async (request: Request, response: Response): Promise<IngestJob> => {
    const id = pathParam(request, "id");
    const job = await jobs.get({ tenant: principalOf(response).tenant, id });
    if (job === undefined) throw new RepriseError("not_found", `There is no job ${id}.`);
    return job;
  };

  router.get("/v1/jobs/:id", admin, refuseQuery, async (request, response) => {
    const job = await find(request, response);
    if (request.accepts(["json", "text/event-stream"]) !== "text/event-stream") {
      response.json({ job: toJobBody(job) });
      return;
    }
    await streamJob(job, () => find(request, response), response);
  });

  router.delete("/v1/jobs/:id", admin, refuseQuery, async (request, response) => {
    const { tenant, id } = await find(request, response);
    await jobs.cancel({ tenant, id });
    response.json({ job: toJobBody(await find(request, response)) });
  });

  return router;
}

/** An event each time the job has moved on; the last one is `job-end`. */
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
    // What a stream has begun with cannot be taken back: the client asks again.
    if (!gone.aborted) response.destroy(error instanceof Error ? error : undefined);
  } finally {
    stream.end();
  }
}
