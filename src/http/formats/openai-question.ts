import type { PassThrough } from "../../chat/pass-through.ts";
import type { ChatRequest } from "../../chat/types.ts";
import type { Sampling } from "../../models/types.ts";
import { USER_ID } from "../../identity/owner-names.ts";
import { checkDocumentIds, readCacheWishes, userIdOf } from "../chat-request.ts";
import { findModel } from "../known-models.ts";
import { completionRequestSchema } from "../schemas/openai-request-schemas.ts";
import type { CompletionRequestBody } from "../schemas/openai-request-schemas.ts";
import type { HttpDependencies, Principal } from "../types.ts";
import { invalidRequest } from "../validate.ts";
import { readMessages, type GivenMessages } from "./openai-messages.ts";
import { readPassThrough } from "./openai-pass-through.ts";

type CompletionDependencies = Pick<
  HttpDependencies,
  "offeredTools" | "modelTakes" | "models" | "policy" | "documents" | "logger"
>;

/**
 * The last user message is the question, earlier messages are the history, system messages are instructions.
 * The client keeps the conversation, so the request has no stored one.
 *
 * @throws RepriseError `invalid_request` without a user message, if one is too long, or if the model does not
 * support a field; `model_not_found` for an unknown model
 */
export async function readCompletion(
  body: CompletionRequestBody,
  principal: Principal,
  dependencies: CompletionDependencies,
  cacheControl?: string,
): Promise<ChatRequest> {
  const { offeredTools, modelTakes, models, policy } = dependencies;
  findModel(body.model, models);
  const given = readMessages(body.messages);
  const passThrough = readPassThrough(body, given, offeredTools);
  if (passThrough !== undefined) checkTaken(passThrough, given, modelTakes);
  const wishes = readCacheWishes(body.cache ?? undefined, policy(principal.tenant), cacheControl);
  const documentIds = body.documents ?? undefined;
  if (documentIds !== undefined) {
    await checkDocumentIds(principal, documentIds, dependencies);
  }
  return {
    ...wishes,
    documentIds,
    tenant: principal.tenant,
    message: given.question,
    conversationId: null,
    caller: principal,
    userId: labelOf(userIdOf(principal, { user: body.user })),
    history: given.history,
    instructions: given.instructions,
    sampling: samplingOf(body),
    passThrough,
  };
}

/** Fields that OpenAI's API does not have. They are ignored, and the reply lists them. */
export function ignoredFields(body: unknown): string[] {
  const names = typeof body === "object" && body !== null ? Object.keys(body) : [];
  const unknown = names.filter((name) => !Object.hasOwn(completionRequestSchema.shape, name));
  return unknown.slice(0, MAX_IGNORED).map((name) => name.slice(0, MAX_NAME));
}

const MAX_IGNORED = 20;
const MAX_NAME = 100;

/** OpenAI clients send any text as `user`; an invalid id is ignored. */
function labelOf(user: string | undefined): string | undefined {
  return user !== undefined && USER_ID.test(user) ? user : undefined;
}

function samplingOf(body: CompletionRequestBody): Sampling {
  return {
    temperature: body.temperature ?? undefined,
    topP: body.top_p ?? undefined,
    maxTokens: body.max_completion_tokens ?? body.max_tokens ?? undefined,
  };
}

/** Rejects fields that the model does not support, instead of dropping them. */
function checkTaken(
  { fields }: PassThrough,
  { beyondText }: GivenMessages,
  takes: HttpDependencies["modelTakes"],
): void {
  const asked = Object.entries(fields).flatMap(([name, value]) =>
    // `tool_choice: "none"` is the behaviour of a model without tools.
    name === "tool_choice" && value === "none" ? [] : [{ param: name, field: name }],
  );
  const beyond = beyondText === undefined ? [] : [{ param: beyondText, field: "messages" }];
  const message = "is not supported by the configured model";
  const problems = [...asked, ...beyond]
    .filter(({ field }) => !takes(field))
    .map(({ param }) => ({ param, message }));
  if (problems.length > 0) throw invalidRequest(problems);
}
