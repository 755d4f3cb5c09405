import { Router, type Response } from "express";
import type { z } from "zod";
import { calibrate } from "../tuning/calibrate.ts";
import { toReplaySetting } from "../tuning/replay.ts";
import { askedRange } from "./asked-range.ts";
import { clientSignal } from "./event-stream.ts";
import { changePolicy } from "./change-policy.ts";
import { toReplayBody } from "./formats/replay-run-format.ts";
import { toEvaluationBody, toLogEvaluationBody } from "./formats/tuning-format.ts";
import { authenticate } from "./middleware/authenticate.ts";
import { readJson } from "./middleware/read-json.ts";
import { principalOf } from "./request-context.ts";
import { evaluateRequestSchema, replayRequestSchema } from "./schemas/tuning-schemas.ts";
import type { HttpDependencies } from "./types.ts";
import { validate } from "./validate.ts";

const MAX_BODY_BYTES = 8 * 1024 * 1024;

type EvaluateRequest = z.output<typeof evaluateRequestSchema>;

/** What thresholds would do, on pairs that come with the request or on the log of lookups. */
export function tuningRoutes(dependencies: HttpDependencies): Router {
  const router = Router();
  const admin = authenticate(dependencies.apiKeys, "admin");
  const inLine = <Value>(response: Response, work: (signal: AbortSignal) => Promise<Value>) => {
    const { tenant } = principalOf(response);
    const signal = clientSignal(response);
    return dependencies.tuningLine.run({ tenant, signal }, () => work(signal));
  };
  router.post(
    "/v1/cache/evaluate",
    admin,
    ...readJson(MAX_BODY_BYTES),
    async (request, response) => {
      const body = validate(evaluateRequestSchema, request.body);
      const { pairs } = body;
      const evaluate = (signal: AbortSignal) =>
        pairs === undefined
          ? evaluateLog(body, response, dependencies)
          : evaluatePairs({ ...body, pairs }, { response, signal }, dependencies);
      response.json(await inLine(response, evaluate));
    },
  );

  router.post("/v1/cache/replay", admin, ...readJson(MAX_BODY_BYTES), async (request, response) => {
    const body = validate(replayRequestSchema, request.body ?? {});
    response.json(
      await inLine(response, (signal) => replayTime(body, { response, signal }, dependencies)),
    );
  });
  return router;
}

/** Who asks, and whether they are still there. */
interface Asking {
  readonly response: Response;
  readonly signal: AbortSignal;
}

async function replayTime(
  body: z.output<typeof replayRequestSchema>,
  { response, signal }: Asking,
  { replayLog, settleLookups, policies }: HttpDependencies,
) {
  const range = askedRange(body, response);
  const { policy: before } = policies.of(range.tenant);
  const { from: _from, to: _to, time_zone: _zone, ...changes } = body;
  const policy = changePolicy(before, changes);
  await settleLookups();
  const settings = { current: toReplaySetting(before), asked: toReplaySetting(policy) };
  const replayed = await replayLog(range, settings, { signal });
  return toReplayBody(replayed, policy);
}

async function evaluatePairs(
  {
    pairs,
    target_wrong_hit_rate: target,
  }: EvaluateRequest & { pairs: NonNullable<EvaluateRequest["pairs"]> },
  { response, signal }: Asking,
  { observePairs, embedderId }: HttpDependencies,
) {
  const { tenant } = principalOf(response);
  const observations = await observePairs(pairs, { signal, tenant });
  const about = { embedder: embedderId, target, labels: observations.length };
  return toEvaluationBody(calibrate(observations, target), about);
}

async function evaluateLog(
  body: EvaluateRequest,
  response: Response,
  { evaluateLog: evaluate, settleLookups, embedderId, policies }: HttpDependencies,
) {
  const range = askedRange(body, response);
  const { threshold, greyThreshold } = policies.of(range.tenant).policy;
  const thresholds = { serve: threshold, grey: greyThreshold };
  const target = body.target_wrong_hit_rate;
  await settleLookups();
  const evaluation = await evaluate(range, { target, thresholds });
  return toLogEvaluationBody(evaluation, { embedder: embedderId, target, thresholds });
}
