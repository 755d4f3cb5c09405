import { NOTHING_RETRIEVED } from "../cache/evidence.ts";
import { answerId } from "../cache/normalise-question.ts";
import type { AnswerEntry } from "../cache/types.ts";
import { saysNotInDocuments } from "./citations.ts";
import type { Generation } from "./generate-answer.ts";
import { scopeConditions } from "./turn-scope.ts";
import type { AnswerContext } from "./retrieve-context.ts";
import type { ChatDependencies, Turn } from "./turn.ts";
import type { ChatReply } from "./types.ts";

/** Lifetimes are shortened by up to this share, so that entries made together do not end together. */
const EXPIRY_JITTER = 0.1;

/**
 * An answer may be shared only if its prompt held no history, the documents could be searched, it is
 * complete, and it cites passages or was made for a tenant that has no documents at all.
 */
export async function mayStore(
  turn: Turn,
  reply: ChatReply,
  context: AnswerContext,
  { passages }: ChatDependencies,
): Promise<boolean> {
  if (context.history.length > 0 || context.evidence === undefined) return false;
  if (reply.finishReason !== "stop" || reply.answer.trim() === "") return false;
  if (saysNotInDocuments(reply.answer)) return false;
  if (reply.citations.length > 0) return true;
  const count = await turn.attempt("retrieval", () => passages.count(turn.request.tenant), -1);
  return count === 0;
}

/** The entry for a finished reply. */
export function toAnswerEntry(
  turn: Turn,
  made: { reply: ChatReply; generation: Generation; context: AnswerContext },
  { now, random }: ChatDependencies,
): AnswerEntry {
  const { reply, generation, context } = made;
  const { tenant, conversationId, documentIds } = turn.request;
  const { tokens } = generation;
  const ttlSeconds = turn.request.ttlSeconds ?? turn.policy.ttlSeconds;
  const createdAt = now();
  return {
    id: answerId(turn.scope, turn.question),
    tenant,
    scope: turn.scope,
    question: turn.question,
    answer: reply.answer,
    citations: reply.citations,
    evidence: reply.citations.map(({ documentId, passageId }) => ({ documentId, passageId })),
    retrieved: context.evidence?.trace ?? NOTHING_RETRIEVED,
    ...(documentIds !== undefined && { documentIds }),
    conditions: scopeConditions(turn.request, turn.profile),
    origin: "generated",
    isPinned: false,
    isQuarantined: false,
    knowledgeVersion: context.evidence?.knowledgeVersion ?? "",
    conversationId,
    usage: {
      ...tokens,
      totalTokens: tokens.promptTokens + tokens.completionTokens,
      embeddingTokens: 0,
      estimated: generation.estimated,
    },
    createdAt,
    expiresAt: createdAt + Math.floor(ttlSeconds * 1000 * (1 - EXPIRY_JITTER * random())),
  };
}
