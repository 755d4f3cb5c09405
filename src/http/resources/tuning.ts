import { clientSignal } from "../request-context.ts";
import type { Response } from "express";
import type { z } from "zod";
import { calibrate } from "../../tuning/calibrate.ts";
import { toReplaySetting } from "../../tuning/replay.ts";
import { defineRoute } from "../define-route.ts";
import { json } from "../described-body.ts";
import { changePolicy } from "../formats/policy-format.ts";
import { toEvaluationBody, toLogEvaluationBody, toReplayBody } from "../formats/tuning-format.ts";
import { readJson } from "../validate.ts";
import { askedRange } from "../read-record.ts";
import {
  evaluateRequestSchema,
  evaluationSchema,
  replayRequestSchema,
  replaySchema,
} from "../schemas/tuning-schemas.ts";
import type { HttpDependencies } from "../types.ts";

const MAX_BODY_BYTES = 8 * 1024 * 1024;

type EvaluateRequest = z.output<typeof evaluateRequestSchema>;

/** Evaluates thresholds on labelled pairs or on the lookup log. */
export const TUNING_ROUTES = [
  defineRoute({
    method: "post",
    path: "/v1/cache/evaluate",
    summary: "What each threshold would do on labelled pairs or the log, and the one to choose",
    scope: "admin",
    access: "tenant",
    body: evaluateRequestSchema,
    replies: { 200: json(evaluationSchema) },
    before: () => readJson(MAX_BODY_BYTES),
    handle:
      (dependencies) =>
      async ({ body, caller: { tenant }, response }) => {
        const { pairs } = body;
        const evaluation = await inLine(tenant, response, dependencies, (asking) =>
          pairs === undefined
            ? evaluateLog(body, asking, dependencies)
            : evaluatePairs({ ...body, pairs }, asking, dependencies),
        );
        response.json(evaluation);
      },
  }),
  defineRoute({
    method: "post",
    path: "/v1/cache/replay",
    summary: "What another setting would have done with the logged questions, asked again in order",
    scope: "admin",
    access: "tenant",
    body: replayRequestSchema,
    isRequestOptional: true,
    replies: { 200: json(replaySchema) },
    before: () => readJson(MAX_BODY_BYTES),
    handle:
      (dependencies) =>
      async ({ body, caller: { tenant }, response }) => {
        const replay = await inLine(tenant, response, dependencies, (asking) =>
          replayTime(body, asking, dependencies),
        );
        response.json(replay);
      },
  }),
];

/** The caller's tenant, and a signal for its disconnect. */
interface Asking {
  readonly tenant: string;
  readonly signal: AbortSignal;
}

/** Runs long work in a queue. */
function inLine<Value>(
  tenant: string,
  response: Response,
  { tuningLine }: Pick<HttpDependencies, "tuningLine">,
  work: (asking: Asking) => Promise<Value>,
): Promise<Value> {
  const asking = { tenant, signal: clientSignal(response) };
  return tuningLine.run(asking, () => work(asking));
}

async function replayTime(
  body: z.output<typeof replayRequestSchema>,
  asking: Asking,
  { replayLog, settleLookups, policies }: HttpDependencies,
) {
  const range = askedRange(body, asking);
  const { policy: before } = policies.of(range.tenant);
  const { from: _from, to: _to, time_zone: _zone, ...changes } = body;
  const policy = changePolicy(before, changes);
  await settleLookups();
  const settings = { current: toReplaySetting(before), asked: toReplaySetting(policy) };
  const replayed = await replayLog(range, settings, { signal: asking.signal });
  return toReplayBody(replayed, policy);
}

async function evaluatePairs(
  {
    pairs,
    target_wrong_hit_rate: target,
  }: EvaluateRequest & { pairs: NonNullable<EvaluateRequest["pairs"]> },
  { tenant, signal }: Asking,
  { observePairs, embedderId }: HttpDependencies,
) {
  const observations = await observePairs(pairs, { signal, tenant });
  const about = { embedder: embedderId, target, labels: observations.length };
  return toEvaluationBody(calibrate(observations, target), about);
}

async function evaluateLog(
  body: EvaluateRequest,
  asking: Asking,
  { evaluateLog: evaluate, settleLookups, embedderId, policies }: HttpDependencies,
) {
  const range = askedRange(body, asking);
  const { threshold, greyThreshold } = policies.of(range.tenant).policy;
  const thresholds = { serve: threshold, grey: greyThreshold };
  const target = body.target_wrong_hit_rate;
  await settleLookups();
  const evaluation = await evaluate(range, { target, thresholds });
  return toLogEvaluationBody(evaluation, { embedder: embedderId, target, thresholds });
}
