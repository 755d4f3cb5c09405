import { clientSignal } from "../request-context.ts";
import { USER_ID } from "../../identity/owner-names.ts";
import { MODEL_ERRORS, holdAnswer, limitRate } from "../answer-route.ts";
import { userIdOf } from "../chat-request.ts";
import { defineRoute } from "../define-route.ts";
import { json } from "../described-body.ts";
import { findModel } from "../known-models.ts";
import { readJson, invalidRequest } from "../validate.ts";
import { embeddingRequestSchema, embeddingsSchema } from "../schemas/embedding-schemas.ts";

const MAX_BODY_BYTES = 8 * 1024 * 1024;

export const EMBEDDING_ROUTES = [
  defineRoute({
    method: "post",
    path: "/v1/embeddings",
    summary: "Vectors of the service's embedder, in OpenAI's format",
    scope: "chat",
    access: "tenant",
    body: embeddingRequestSchema,
    replies: { 200: json(embeddingsSchema) },
    errors: MODEL_ERRORS,
    before: (dependencies) => [
      limitRate(dependencies),
      holdAnswer(dependencies),
      ...readJson(MAX_BODY_BYTES),
    ],
    handle:
      ({ embedder, embedForClient }) =>
      async ({ body, caller, response }) => {
        findModel(body.model, [embedder.model, embedder.id]);
        checkDimensions(body.dimensions, embedder.dimensions);
        const userId = userIdOf(caller, { user: body.user });
        const { vectors, tokens } = await embedForClient({
          tenant: caller.tenant,
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
  }),
];

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
