import type { ChatRequest } from "../chat/types.ts";
import { readCacheControl } from "./cache-control.ts";
import type { ChatRequestBody } from "./schemas/chat-schemas.ts";
import type { HttpDependencies, Principal } from "./types.ts";
import { invalidRequest } from "./validate.ts";

/**
 * A validated body as a question of this principal.
 *
 * @param cacheControl the request's header; a `cache.mode` in the body wins over all of it
 * @throws RepriseError `invalid_request` when it asks for a looser cache than the policy allows, or for
 *   documents that are not there
 */
export async function readChatRequest(
  body: ChatRequestBody,
  principal: Principal,
  dependencies: Pick<HttpDependencies, "policy" | "newId" | "documents" | "logger">,
  cacheControl?: string,
): Promise<ChatRequest> {
  const request = toChatRequest(body, principal, dependencies, cacheControl);
  if (request.documentIds !== undefined) {
    await checkDocumentIds(principal.tenant, request.documentIds, dependencies);
  }
  return request;
}

function toChatRequest(
  body: ChatRequestBody,
  principal: Principal,
  { policy, newId }: Pick<HttpDependencies, "policy" | "newId">,
  cacheControl?: string,
): ChatRequest {
  checkPolicy(body, policy(principal.tenant));
  const wishes = readCacheControl(body.cache?.mode === undefined ? cacheControl : undefined);
  return {
    tenant: principal.tenant,
    message: body.message,
    conversationId: body.conversation_id ?? newId("conv"),
    // A conversation that begins here has no window that could be read.
    ...(body.conversation_id === undefined && { history: [] }),
    userId: body.user_id,
    cacheMode: body.cache?.mode ?? wishes.mode ?? "default",
    maxAgeSeconds: wishes.maxAgeSeconds,
    threshold: body.cache?.threshold,
    ttlSeconds: body.cache?.ttl_seconds,
    documentIds: body.documents,
    locale: body.locale,
    debug: body.debug,
  };
}

function checkPolicy(
  { cache }: ChatRequestBody,
  { threshold, ttlSeconds }: { threshold: number; ttlSeconds: number },
): void {
  if (cache?.threshold !== undefined && cache.threshold < threshold) {
    const message = `must be at least the policy's ${threshold}: a request may only be stricter`;
    throw invalidRequest([{ param: "cache.threshold", message }]);
  }
  if (cache?.ttl_seconds !== undefined && ttlSeconds > 0 && cache.ttl_seconds > ttlSeconds) {
    const message = `must be at most the policy's ${ttlSeconds}`;
    throw invalidRequest([{ param: "cache.ttl_seconds", message }]);
  }
}

/** While the record cannot be asked, unknown documents are documents without passages. */
async function checkDocumentIds(
  tenant: string,
  documentIds: readonly string[],
  { documents, logger }: Pick<HttpDependencies, "documents" | "logger">,
): Promise<void> {
  const there = await documents.present({ tenant, documentIds }).catch((err: unknown) => {
    logger.warn({ err }, "documents of a question cannot be looked up");
    return new Set(documentIds);
  });
  const problems = documentIds.flatMap((id, index) =>
    there.has(id)
      ? []
      : [{ param: `documents[${index}]`, message: "is no document that is there" }],
  );
  if (problems.length > 0) throw invalidRequest(problems);
}
