import { Router, type Response } from "express";
import type { z } from "zod";
import { calibrate } from "../tuning/calibrate.ts";
import { askedRange } from "./asked-range.ts";
import { clientSignal } from "./event-stream.ts";
import { toEvaluationBody, toLogEvaluationBody } from "./formats/tuning-format.ts";
import { authenticate } from "./middleware/authenticate.ts";
import { readJson } from "./middleware/read-json.ts";
import { principalOf } from "./request-context.ts";
import { evaluateRequestSchema } from "./schemas/tuning-schemas.ts";
import type { HttpDependencies } from "./types.ts";
import { validate } from "./validate.ts";

const MAX_BODY_BYTES = 8 * 1024 * 1024;

type EvaluateRequest = z.output<typeof evaluateRequestSchema>;

/** What thresholds would do, on pairs that come with the request or on the log of lookups. */
export function tuningRoutes(dependencies: HttpDependencies): Router {
  const router = Router();
  const admin = authenticate(dependencies.apiKeys, "admin");
  router.post(
    "/v1/cache/evaluate",
    admin,
    ...readJson(MAX_BODY_BYTES),
    async (request, response) => {
      const body = validate(evaluateRequestSchema, request.body);
      const { pairs } = body;
      response.json(
        pairs === undefined
          ? await evaluateLog(body, response, dependencies)
          : await evaluatePairs({ ...body, pairs }, response, dependencies),
      );
    },
  );
  return router;
}

async function evaluatePairs(
  {
    pairs,
    target_wrong_hit_rate: target,
  }: EvaluateRequest & { pairs: NonNullable<EvaluateRequest["pairs"]> },
  response: Response,
  { observePairs, embedderId }: HttpDependencies,
) {
  const { tenant } = principalOf(response);
  const observations = await observePairs(pairs, { signal: clientSignal(response), tenant });
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
