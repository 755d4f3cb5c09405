import { z } from "zod";
import type { AnswerCache } from "../cache/answer-cache.ts";
import { NOTHING_RETRIEVED } from "../cache/evidence.ts";
import { answerId } from "../cache/scope.ts";
import { viewOfId, type AnswerEntry, type MadeFrom } from "../cache/types.ts";
import type { WholeAnswer } from "../chat/call-model.ts";
import { saysNotInDocuments } from "../chat/citations.ts";
import type { ChatReply } from "../chat/types.ts";
import { personalValues } from "../chat/understand/personal-data.ts";
import type { ChatHistory } from "../history/types.ts";
import { OPEN_VIEW } from "../knowledge/reader-groups.ts";
import type { PassageStore } from "../knowledge/types.ts";
import { scopeConditions } from "./plan-cache.ts";
import type { AnswerContext } from "./retrieve.ts";
import type { Search } from "./search.ts";
import type { Asked } from "./asking.ts";
import type { Generation } from "./generate.ts";

/** Maximum TTL jitter, as a share: entries stored together do not expire together. */
const EXPIRY_JITTER = 0.1;

/** A generated answer with its context. */
export interface Made {
  readonly reply: ChatReply;
  readonly generation: WholeAnswer;
  readonly context: AnswerContext;
}

/** What decides whether an answer is stored. */
type Stored = Pick<Made, "reply" | "context"> & {
  readonly generation: Pick<Generation, "lostMarks">;
};

/** Dependencies of storing. */
export interface StoreParts {
  readonly cache: Pick<AnswerCache, "store">;
  readonly passages: Pick<PassageStore, "count">;
  readonly history: Pick<ChatHistory, "wasRemoved">;
  readonly now: () => number;
  /** Random number in [0, 1), for the TTL jitter. */
  readonly random: () => number;
}

/**
 * Stores the answer if it may be shared and its conversation still exists.
 *
 * @returns whether it was stored
 */
export async function storeAnswer(
  asked: Asked,
  entry: AnswerEntry,
  { search, ...made }: Stored & { search: Search },
  parts: StoreParts,
): Promise<boolean> {
  if (!(await mayStore(asked, made, parts))) return false;
  if (await isErased(asked, parts)) return false;
  const { vector, isWhole } = await search.vector();
  if (vector === undefined || !isWhole) return false;
  const { reader } = asked.request.caller ?? {};
  return asked.attempt("cache", () => parts.cache.store(entry, vector, reader), false);
}

/**
 * An answer may be shared only if its prompt had no history, the documents could be searched, it is complete,
 * it repeats no personal data of its user, it fits the requested structure, and it cites only passages
 * of its prompt, or its tenant has no documents.
 */
async function mayStore(
  asked: Asked,
  { reply, context, generation }: Stored,
  { passages }: StoreParts,
): Promise<boolean> {
  if (context.history.length > 0 || context.evidence === undefined) return false;
  if (reply.finishReason !== "stop" || reply.answer.trim() === "") return false;
  if (saysNotInDocuments(reply.answer) || !isReusable(asked, reply.answer)) return false;
  if (reply.citations.length > 0 && !generation.lostMarks) return true;
  const count = await asked.attempt("retrieval", () => passages.count(asked.request.tenant), -1);
  return count === 0;
}

/** Whether the text of an answer suits other requests: no personal data, no call, and the form that was asked for. */
function isReusable(asked: Asked, text: string): boolean {
  return !repeatsPersonalData(asked, text) && !writesCall(asked, text) && hasItsForm(asked, text);
}

/** Prose, incomplete JSON, or JSON that does not fit the requested schema must not be reused. */
function hasItsForm({ request }: Asked, text: string): boolean {
  if (request.passThrough?.isStructured !== true) return true;
  try {
    const value: unknown = JSON.parse(text);
    const format = structure.safeParse(request.passThrough.fields["response_format"]);
    return !format.success || fits(value, format.data.json_schema.schema);
  } catch {
    // Not JSON, or a schema that cannot be checked here.
    return false;
  }
}

const structure = z.object({ json_schema: z.object({ schema: z.looseObject({}) }) });
/** A client's regular expression may take exponential time. */
const HAS_PATTERN = /"pattern(?:Properties)?":/;

function fits(value: unknown, schema: Record<string, unknown>): boolean {
  if (HAS_PATTERN.test(JSON.stringify(schema))) return false;
  return z.fromJSONSchema(schema).safeParse(value).success;
}

/** How models write tool calls as text when their server does not parse them. */
const WRITTEN_CALL = /<\|?(?:tool_calls?|function_calls?)\b|\[TOOL_CALLS\]/i;

/** A tool call in the text of an answer is still a tool call, and those are never cached. */
function writesCall({ request }: Asked, text: string): boolean {
  return request.passThrough?.fields["tools"] !== undefined && WRITTEN_CALL.test(text);
}

/** Whether the answer repeats an address, number or key of the user. */
function repeatsPersonalData({ request, profile }: Asked, answer: string): boolean {
  const known = `${request.message}\n${profile?.text ?? ""}`;
  return personalValues(answer).some(({ value }) => known.includes(value));
}

/** Whether its conversation was erased since the question: then nothing is stored. */
async function isErased(
  { request, stopSignal, attempt, askedAt }: Asked,
  { history }: StoreParts,
): Promise<boolean> {
  const { tenant, conversationId } = request;
  if (stopSignal.aborted || conversationId === null) return stopSignal.aborted;
  const look = () => history.wasRemoved({ tenant, conversationId }, askedAt);
  return attempt("history", look, false);
}

/** A model may use a passage without citing it, so every document of the prompt counts. */
function madeFromOf({ passages, evidence }: AnswerContext): MadeFrom {
  const documentIds = [...new Set(passages.map(({ passage }) => passage.documentId))];
  const { name, restricted } = evidence?.view ?? OPEN_VIEW;
  return { documentIds, view: name, isRestricted: documentIds.some((id) => restricted.has(id)) };
}

/** The cache entry of a finished reply. */
export function toAnswerEntry(
  asked: Asked,
  { reply, generation, context }: Made,
  { now, random }: Pick<StoreParts, "now" | "random">,
): AnswerEntry {
  const { tenant, conversationId, documentIds, ttlSeconds } = asked.request;
  const { scope, question, compared, policy } = asked;
  const { tokens } = generation;
  const lifetimeMs = (ttlSeconds ?? policy.ttlSeconds) * 1000;
  const createdAt = now();
  const madeFrom = madeFromOf(context);
  return {
    id: answerId(scope, question, viewOfId({ madeFrom })),
    tenant,
    scope,
    question,
    ...(compared !== question && { compared }),
    answer: reply.answer,
    citations: reply.citations,
    evidence: reply.citations.map(({ documentId, passageId }) => ({ documentId, passageId })),
    retrieved: context.evidence?.trace ?? NOTHING_RETRIEVED,
    madeFrom,
    ...(documentIds !== undefined && { documentIds }),
    conditions: scopeConditions(asked.request, asked.profile, asked.instructions),
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
    expiresAt: createdAt + Math.floor(lifetimeMs * (1 - EXPIRY_JITTER * random())),
  };
}
