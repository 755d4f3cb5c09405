import { Router } from "express";
import { USER_ID } from "../identity/owner-names.ts";
import { userIdOf } from "./chat-request.ts";
import { clientSignal } from "./event-stream.ts";
import { findModel } from "./known-models.ts";
import { authenticate } from "./middleware/authenticate.ts";
import { holdAnswer } from "./middleware/hold-answer.ts";
import { limitRate } from "./middleware/limit-rate.ts";
import { readJson } from "./middleware/read-json.ts";
import { principalOf } from "./request-context.ts";
import { embeddingRequestSchema } from "./schemas/embedding-schemas.ts";
import type { HttpDependencies } from "./types.ts";
import { invalidRequest, validate } from "./validate.ts";

const MAX_BODY_BYTES = 8 * 1024 * 1024;

/** Vectors of the service's embedder, in OpenAI's format. */
export function embeddingRoutes(dependencies: HttpDependencies): Router {
  const { apiKeys, embedder, embedForClient } = dependencies;
  const router = Router();

  router.post(
    "/v1/embeddings",
    authenticate(apiKeys, "chat"),
    limitRate(dependencies),
    holdAnswer(dependencies),
    ...readJson(MAX_BODY_BYTES),
    async (request, response) => {
      const body = validate(embeddingRequestSchema, request.body);
      findModel(body.model, [embedder.model, embedder.id]);
      checkDimensions(body.dimensions, embedder.dimensions);
      const principal = principalOf(response);
      const userId = userIdOf(principal, { user: body.user });
      const { vectors, tokens } = await embedForClient({
        tenant: principal.tenant,
        userId: userId !== undefined && USER_ID.test(userId) ? userId : undefined,
        texts: [body.input].flat(),
        signal: clientSignal(response),
      });
      const isBase64 = body.encoding_format === "base64";
      response.json({
        object: "list",
        model: embedder.model,
        data: vectors.map((vector, index) => ({
          object: "embedding",
          index,
          embedding: isBase64 ? toBase64(vector) : [...vector],
        })),
        usage: { prompt_tokens: tokens, total_tokens: tokens },
      });
    },
  );
  return router;
}

function checkDimensions(asked: number | null | undefined, dimensions: number): void {
  if (asked === undefined || asked === null || asked === dimensions) return;
  const message = `must be ${dimensions}, the size of this service's vectors, or left out`;
  throw invalidRequest([{ param: "dimensions", message }]);
}

/** 32-bit floats, little-endian. */
function toBase64(vector: Float32Array): string {
  const bytes = Buffer.alloc(vector.length * 4);
  for (const [index, value] of vector.entries()) bytes.writeFloatLE(value, index * 4);
  return bytes.toString("base64");
}
