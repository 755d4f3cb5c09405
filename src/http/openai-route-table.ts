import { json } from "./described-body.ts";
import type { DescribedRoute } from "./described-route.ts";
import { MODEL_ERRORS } from "./model-errors.ts";
import { embeddingRequestSchema, embeddingsSchema } from "./schemas/embedding-schemas.ts";
import { COMPLETION_EVENTS } from "./schemas/event-schemas.ts";
import { chatHeaderSchema } from "./schemas/header-schemas.ts";
import { completionRequestSchema } from "./schemas/openai-request-schemas.ts";
import { completionSchema, modelListSchema, modelSchema } from "./schemas/openai-schemas.ts";

/** The routes of OpenAI's API. */
export const OPENAI_ROUTES: readonly DescribedRoute[] = [
  {
    method: "post",
    path: "/v1/chat/completions",
    summary: "The same in OpenAI's format",
    scope: "chat",
    headers: chatHeaderSchema,
    request: json(completionRequestSchema),
    replies: { 200: { ...json(completionSchema), ...COMPLETION_EVENTS } },
    errors: MODEL_ERRORS,
  },
  {
    method: "get",
    path: "/v1/models",
    summary: "The model that answers, in OpenAI's format",
    scope: "chat",
    replies: { 200: json(modelListSchema) },
  },
  {
    method: "get",
    path: "/v1/models/{id}",
    summary: "A model by its id",
    scope: "chat",
    replies: { 200: json(modelSchema) },
  },
  {
    method: "post",
    path: "/v1/embeddings",
    summary: "Vectors of the service's embedder, in OpenAI's format",
    scope: "chat",
    request: json(embeddingRequestSchema),
    replies: { 200: json(embeddingsSchema) },
    errors: MODEL_ERRORS,
  },
];
