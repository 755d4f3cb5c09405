import type { ChatRequest, CacheMode } from "../chat/types.ts";
import { WITHOUT_GROUPS } from "../knowledge/reader-groups.ts";
import type { ChatRequestBody } from "./schemas/chat-schemas.ts";
import type { HttpDependencies, Principal } from "./types.ts";
import { invalidRequest } from "./validate.ts";

type CacheBody = ChatRequestBody["cache"];

/**
 * Converts a validated body to a question of this principal.
 *
 * @param cacheControl the request's header; a `cache.mode` in the body replaces all of it
 * @throws RepriseError `invalid_request` if it asks for a looser cache than the policy allows, or names
 * documents that do not exist
 */
export async function readChatRequest(
  body: ChatRequestBody,
  principal: Principal,
  dependencies: Pick<HttpDependencies, "policy" | "newId" | "documents" | "logger">,
  cacheControl?: string,
): Promise<ChatRequest> {
  const request = toChatRequest(body, principal, dependencies, cacheControl);
  if (request.documentIds !== undefined) {
    await checkDocumentIds(principal, request.documentIds, dependencies);
  }
  return request;
}

function toChatRequest(
  body: ChatRequestBody,
  principal: Principal,
  { policy, newId }: Pick<HttpDependencies, "policy" | "newId">,
  cacheControl?: string,
): ChatRequest {
  return {
    ...readCacheWishes(body.cache, policy(principal.tenant), cacheControl),
    tenant: principal.tenant,
    message: body.message,
    caller: principal,
    conversationId: body.conversation_id ?? newId("conv"),
    // A new conversation has no history to read.
    ...(body.conversation_id === undefined && { history: [], beginsConversation: true }),
    userId: userIdOf(principal, { user_id: body.user_id }),
    documentIds: body.documents,
    locale: body.locale,
    debug: body.debug,
  };
}

/**
 * The user of a question: the token's user, or else the one that the client names, which grants no access.
 *
 * @param named the field that names a user, under its own name
 * @throws RepriseError `invalid_request` if it names a user other than the token's
 */
export function userIdOf(
  { user }: Pick<Principal, "user">,
  named: Readonly<Record<string, string | null | undefined>>,
): string | undefined {
  const [[param, userId] = ["user_id", undefined]] = Object.entries(named);
  if (user === undefined) return userId ?? undefined;
  if (userId === undefined || userId === null || userId === user.id) return user.id;
  const message = "must be the sub of the user token, or left out";
  throw invalidRequest([{ param, message }]);
}

/**
 * Cache options of a request. A `cache.mode` in the body replaces the whole header.
 *
 * @throws RepriseError `invalid_request` for more than the policy allows
 */
export function readCacheWishes(
  cache: CacheBody,
  policy: { threshold: number; ttlSeconds: number },
  cacheControl?: string,
): Pick<ChatRequest, "cacheMode" | "maxAgeSeconds" | "threshold" | "ttlSeconds"> {
  checkPolicy(cache, policy);
  const wishes = readCacheControl(cache?.mode === undefined ? cacheControl : undefined);
  return {
    cacheMode: cache?.mode ?? wishes.mode ?? "default",
    maxAgeSeconds: wishes.maxAgeSeconds,
    threshold: cache?.threshold,
    ttlSeconds: cache?.ttl_seconds,
  };
}

function checkPolicy(
  cache: CacheBody,
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

/**
 * Checks that the documents of a request exist and may be read. While the database is unavailable, an unknown document counts
 * as one without passages.
 *
 * @throws RepriseError `invalid_request` for documents that do not exist
 */
export async function checkDocumentIds(
  { tenant, reader = WITHOUT_GROUPS }: Pick<Principal, "tenant" | "reader">,
  documentIds: readonly string[],
  { documents, logger }: Pick<HttpDependencies, "documents" | "logger">,
): Promise<void> {
  const there = await documents.present({ tenant, documentIds, reader }).catch((err: unknown) => {
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

/** Cache options of a `Cache-Control` header. */
export interface CacheWishes {
  /** Undefined without a supported directive. */
  readonly mode: Exclude<CacheMode, "default"> | undefined;
  /** A cached answer older than this, in seconds, is a miss. */
  readonly maxAgeSeconds: number | undefined;
}

/** The strictest first: it wins if several are given. */
const MODES = [
  ["no-store", "bypass"],
  ["no-cache", "refresh"],
  ["only-if-cached", "only"],
] as const;
/** A larger value counts as this one (RFC 9111, 1.2.2). */
const LONGEST_AGE = 2 ** 31;

/**
 * Parses the header (RFC 9111, 5.2): directives in any case, values bare or quoted. Unknown or malformed
 * directives are ignored. The shortest age wins.
 */
export function readCacheControl(header: string | undefined): CacheWishes {
  const words = directives(header ?? "");
  const mode = MODES.find(([name]) => words.some((word) => word.name === name))?.[1];
  const ages = words
    .filter(({ name, value }) => name === "max-age" && /^\d+$/.test(value))
    .map(({ value }) => Math.min(Number(value), LONGEST_AGE));
  return { mode, maxAgeSeconds: ages.length === 0 ? undefined : Math.min(...ages) };
}

function directives(header: string): { name: string; value: string }[] {
  // Commas within quotes are not separators.
  return (header.match(/(?:"[^"]*"|[^,"])+/g) ?? []).map((text) => {
    const [name = "", ...rest] = text.split("=");
    const value = rest.join("=").trim();
    const quoted = /^"([^"]*)"$/.exec(value)?.[1];
    return { name: name.trim().toLowerCase(), value: quoted ?? value };
  });
}
