import { createHash } from "node:crypto";
import { setTimeout as sleep } from "node:timers/promises";
import type { Request, Response } from "express";
import { z } from "zod";
import type { ChatReply, ChatRequest, NumberedEvent } from "../chat/types.ts";
import { RepriseError } from "../errors.ts";
import type { MessageClaim } from "../idempotency/types.ts";
import { cacheHeaders, toReplyBody } from "./formats/reply-format.ts";
import { idempotencyHeaderSchema } from "./schemas/parameter-schemas.ts";
import type { HttpDependencies } from "./types.ts";
import { validate } from "./validate.ts";

const HEADER = "Idempotency-Key";
/**
 * Lifetime of a claim, renewed while its answer runs, in milliseconds: after a replica died, a
 * repeated request is answered within this time.
 */
const LEASE_MS = 30_000;
const RENEW_MS = 10_000;
/** How long a reply is kept for its key. */
const KEEP_MS = 24 * 60 * 60 * 1000;
/** How long a repeated request waits for the answer of another replica, in milliseconds. */
const WAIT_MS = 60_000;
const LOOK_MS = 250;
const TAKEN_OVER =
  "stopped an answer: its idempotency key was not renewed in time, and another request has it";

const storedSchema = z.object({
  headers: z.record(z.string(), z.string()),
  body: z.looseObject({
    id: z.string(),
    conversation_id: z.string().nullable(),
    answer: z.string(),
    cache: z.unknown(),
    citations: z.unknown(),
  }),
});

/** The stored reply of an earlier request. */
export type StoredReply = z.infer<typeof storedSchema>;

/** An answer to follow, or the stored reply of the idempotency key. */
export type Begun =
  | { readonly kind: "answer"; readonly id: string }
  | { readonly kind: "replay"; readonly reply: StoredReply };

/**
 * Reads the `Idempotency-Key` header.
 *
 * @throws RepriseError for an invalid key
 */
export function idempotencyKeyOf(request: Request): string | undefined {
  return validate(idempotencyHeaderSchema, { [HEADER]: request.get(HEADER) })[HEADER];
}

/**
 * Begins an answer. If the idempotency key was used before, follows that answer or returns its stored reply.
 *
 * @param body the client's body, after validation
 * @throws RepriseError `conflict` if the key was used with another body
 */
export async function beginOnce(
  question: ChatRequest,
  { key, body, signal }: { key: string | undefined; body: unknown; signal: AbortSignal },
  dependencies: HttpDependencies,
): Promise<Begun> {
  const { answers, idempotency, newId } = dependencies;
  if (key === undefined) return { kind: "answer", id: answers.start(question) };
  const { tenant } = question;
  const name = ownName(question, key);
  const bodyHash = createHash("sha256").update(JSON.stringify(body)).digest("hex");
  const deadline = Date.now() + WAIT_MS;
  while (!signal.aborted && Date.now() < deadline) {
    const messageId = newId("msg");
    const now = Date.now();
    const claim = { tenant, key: name, bodyHash, messageId, now, leaseMs: LEASE_MS };
    const found = await idempotency.claim(claim);
    switch (found.kind) {
      case "claimed":
        answers.start(question, messageId);
        void keepReply({ tenant, key: name, messageId }, dependencies);
        return { kind: "answer", id: messageId };
      case "answered":
        return { kind: "replay", reply: storedSchema.parse(JSON.parse(found.reply)) };
      case "other-body":
        throw new RepriseError("conflict", `This ${HEADER} came before with another body.`);
      case "under-way":
        if (isHere(dependencies, tenant, found.messageId)) {
          return { kind: "answer", id: found.messageId };
        }
        await sleep(LOOK_MS);
    }
  }
  throw new RepriseError("conflict", `The first request with this ${HEADER} is being answered.`);
}

/** Keys are separate for each API key and user. */
function ownName({ caller }: ChatRequest, key: string): string {
  return caller?.owner === undefined ? key : `${caller.owner} ${key}`;
}

function isHere({ answers }: HttpDependencies, tenant: string, id: string): boolean {
  return answers.follow({ tenant, id, afterSeq: 0, signal: AbortSignal.abort() }) !== undefined;
}

/** Follows the answer to its end, even if the client disconnects, and keeps its claim alive meanwhile. */
async function keepReply(claim: MessageClaim, dependencies: HttpDependencies): Promise<void> {
  const { answers, idempotency, logger } = dependencies;
  const { tenant, messageId: id } = claim;
  const renewal = setInterval(() => void renew(claim, dependencies), RENEW_MS);
  try {
    const events = answers.follow({ tenant, id, afterSeq: 0 });
    const reply = events === undefined ? undefined : await lastReply(events);
    if (reply === undefined) await idempotency.release(claim);
    else {
      // Thinking is never stored.
      const kept = { ...reply, thinking: undefined };
      const stored = { headers: cacheHeaders(reply.cache), body: toReplyBody(kept) };
      const { conversationId } = reply;
      const answer = { ...claim, conversationId, reply: JSON.stringify(stored), keepMs: KEEP_MS };
      await idempotency.answer(answer);
    }
  } catch (err) {
    logger.warn({ err }, "a reply was not kept for its idempotency key");
  } finally {
    clearInterval(renewal);
  }
}

/**
 * Renews a claim. If this process stood still for so long that another request took the key over,
 * its answer is stopped: the other one counts.
 */
async function renew(claim: MessageClaim, dependencies: HttpDependencies): Promise<void> {
  const { answers, idempotency, logger } = dependencies;
  try {
    if (await idempotency.renew({ ...claim, leaseMs: LEASE_MS })) return;
    const isStopped = answers.stop({ tenant: claim.tenant, id: claim.messageId });
    if (isStopped === true) logger.warn({ id: claim.messageId }, TAKEN_OVER);
  } catch (err) {
    logger.warn({ err }, "a claim of an idempotency key was not renewed; trying again");
  }
}

async function lastReply(events: AsyncIterable<NumberedEvent>): Promise<ChatReply | undefined> {
  let reply: ChatReply | undefined;
  for await (const { event } of events) if (event.type === "answer-end") ({ reply } = event);
  return reply;
}

/** Headers of a stored reply, with `Idempotent-Replayed`. */
export function replayHeaders(response: Response, { headers }: StoredReply): void {
  response.set({ ...headers, "Idempotent-Replayed": "true" });
}

/** The events that stream a stored reply. */
export function replayEvents({ body }: StoredReply): { event: string; data: object }[] {
  const { id, conversation_id, cache, answer, citations } = body;
  return [
    { event: "answer-start", data: { id, conversation_id, cache } },
    { event: "answer-delta", data: { text: answer } },
    { event: "citations", data: { citations } },
    { event: "answer-end", data: body },
  ];
}
