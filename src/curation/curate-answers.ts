import { asWhole } from "../cache/ask/separate-ask.ts";
import { noUsage } from "../usage/request-cost.ts";
import { answerId } from "../cache/scope.ts";
import type { AnswerEntry, AnswerStore, Evidence } from "../cache/types.ts";
import type { Retrieve } from "../knowledge/retrieve.ts";
import type { PassageStore } from "../knowledge/types.ts";
import type { AskingParts } from "../answer/asking.ts";
import { scopeOf, type ScopeParts } from "../answer/plan-cache.ts";
import type { UnderstandParts } from "../answer/understand.ts";
import type { Embedder } from "../models/types.ts";
import { createYield } from "../operations/concurrency.ts";

/** Default TTL of a pinned answer, in seconds. Every key has a TTL. */
export const PINNED_TTL_SECONDS = 365 * 86_400;
/** Questions per embedding call. */
const BATCH = 64;

type Optional<Type> = { readonly [Key in keyof Type]?: Type[Key] | undefined };

/** Fields of an entry that the caller may provide. */
type GivenParts = Pick<
  AnswerEntry,
  | "citations"
  | "evidence"
  | "madeFrom"
  | "retrieved"
  | "documentIds"
  | "conditions"
  | "conversationId"
  | "usage"
  | "createdAt"
  | "expiresAt"
>;

/** A curated answer. Omitted fields default to those of a plain request. */
export interface GivenAnswer
  extends
    Pick<AnswerEntry, "question" | "answer" | "origin" | "isPinned" | "isQuarantined">,
    Optional<GivenParts> {
  /**
   * Documents it is based on, in their current version. The answer is removed when one of them
   * changes.
   */
  readonly namedDocuments?: readonly string[] | undefined;
  readonly ttlSeconds?: number | undefined;
}

/** The result of storing a curated answer. */
export type CuratedAnswer =
  | { readonly kind: "stored"; readonly entry: AnswerEntry }
  /** Rejected, because it would not be valid now; `param` is the offending field. */
  | { readonly kind: "refused"; readonly param: string; readonly message: string };

/** Dependencies of curation. */
export interface CurateDependencies
  extends
    Pick<AskingParts, "policy" | "now">,
    Pick<UnderstandParts, "recallQuestion" | "readLanguage" | "separateAsk" | "readsAsInstruction">,
    ScopeParts {
  readonly embedder: Embedder;
  readonly answers: AnswerStore;
  readonly passages: PassageStore;
  readonly retrieve: Retrieve;
}

/** Stores curated answers in order, each in the scope of a plain request of the tenant. */
export async function curateAnswers(
  { tenant, given }: { tenant: string; given: readonly GivenAnswer[] },
  dependencies: CurateDependencies,
): Promise<readonly CuratedAnswer[]> {
  const done: CuratedAnswer[] = [];
  const yieldTurn = createYield();
  for (let start = 0; start < given.length; start += BATCH) {
    const batch = given.slice(start, start + BATCH);
    const compared = batch.map(({ question }) => comparedPart(question, tenant, dependencies));
    const { vectors } = await dependencies.embedder.embed(compared, { tenant });
    for (const [index, answer] of batch.entries()) {
      const vector = vectors[index];
      if (vector === undefined)
        throw new Error(`${dependencies.embedder.id} returned no vector for a question`);
      done.push(await curateOne(tenant, answer, vector, dependencies));
      // Stores in this process never wait for I/O, so the loop itself must yield.
      await yieldTurn();
    }
  }
  return done;
}

async function curateOne(
  tenant: string,
  given: GivenAnswer,
  vector: Float32Array,
  dependencies: CurateDependencies,
): Promise<CuratedAnswer> {
  const { passages, answers } = dependencies;
  const heldBack = await whyHeldBack(given.question, dependencies);
  if (heldBack !== undefined) {
    return refused("question", `is never answered from the cache (${heldBack}); ask it in full`);
  }
  const now = dependencies.now();
  // Read first: a concurrent document change makes the answer look older, never newer.
  const knowledgeVersion = await passages.version(tenant);
  const evidence = await findEvidence(tenant, given, passages);
  if ("kind" in evidence) return evidence;
  const expiresAt = expiryOf(given, now, dependencies.policy(tenant).ttlSeconds);
  if (expiresAt <= now) return refusedAsEnded(given);
  const entry: AnswerEntry = {
    ...entryBase(tenant, given, dependencies),
    evidence: evidence.found,
    retrieved: given.retrieved ?? (await retrieveNow(tenant, given, vector, dependencies)),
    // An imported retrieval is verified on the first lookup.
    knowledgeVersion: given.retrieved === undefined ? knowledgeVersion : "",
    createdAt: Math.min(given.createdAt ?? now, now),
    expiresAt,
  };
  await answers.put(entry, vector);
  return { kind: "stored", entry };
}

function comparedPart(
  question: string,
  tenant: string,
  { separateAsk = asWhole }: Pick<CurateDependencies, "separateAsk">,
): string {
  return separateAsk(question, tenant).text;
}

function entryBase(tenant: string, given: GivenAnswer, dependencies: CurateDependencies) {
  const { question, answer, origin, isPinned, isQuarantined, documentIds, conditions } = given;
  const language = dependencies.readLanguage(question, conditions?.locale, tenant).compared;
  const scope = scopeOf({ tenant, documentIds, conditions, language }, dependencies);
  const compared = comparedPart(question, tenant, dependencies);
  return {
    id: answerId(scope, question),
    tenant,
    scope,
    question,
    ...(compared !== question && { compared }),
    answer,
    origin,
    isPinned,
    isQuarantined,
    citations: given.citations ?? [],
    ...(documentIds !== undefined && { documentIds }),
    ...(given.madeFrom !== undefined && { madeFrom: given.madeFrom }),
    conditions: conditions ?? {},
    conversationId: given.conversationId ?? null,
    usage: given.usage ?? noUsage(dependencies.model.id),
  };
}

async function findEvidence(
  tenant: string,
  { namedDocuments = [], citations = [], evidence = [] }: GivenAnswer,
  passages: PassageStore,
): Promise<{ found: readonly Evidence[] } | (CuratedAnswer & { kind: "refused" })> {
  const named: Evidence[] = [];
  for (const [index, documentId] of namedDocuments.entries()) {
    const ids = await passages.idsOf({ tenant, documentId });
    if (ids.size === 0) return refused(`documents[${index}]`, "is not an existing document");
    for (const passageId of ids) named.push({ documentId, passageId });
  }
  const cited = citations.map(({ documentId, passageId }) => ({ documentId, passageId }));
  const wanted: [string, readonly Evidence[]][] = [
    ["citations", cited],
    ["evidence", evidence],
  ];
  for (const [param, list] of wanted) {
    const passageIds = list.map(({ passageId }) => passageId);
    const existing = await passages.existing({ tenant, passageIds });
    const gone = passageIds.findIndex((id) => !existing.has(id));
    if (gone !== -1)
      return refused(`${param}[${gone}]`, "refers to a passage that does not exist now");
  }
  const all = [...named, ...cited, ...evidence];
  return { found: [...new Map(all.map((each) => [each.passageId, each])).values()] };
}

async function retrieveNow(
  tenant: string,
  { question, documentIds }: GivenAnswer,
  vector: Float32Array,
  dependencies: CurateDependencies,
) {
  const { retrieve } = dependencies;
  const text = comparedPart(question, tenant, dependencies);
  return (await retrieve({ tenant, text, vector, documentIds })).trace;
}

/** At most a year, because every key has a TTL. */
function expiryOf(
  { ttlSeconds, expiresAt, isPinned }: GivenAnswer,
  now: number,
  usualSeconds: number,
): number {
  const longest = now + PINNED_TTL_SECONDS * 1000;
  if (ttlSeconds === undefined && expiresAt !== undefined) return Math.min(expiresAt, longest);
  const seconds = ttlSeconds ?? (isPinned ? PINNED_TTL_SECONDS : usualSeconds);
  return Math.min(now + seconds * 1000, longest);
}

/** Why lookups of this question would bypass the cache; undefined if they would not. */
async function whyHeldBack(
  question: string,
  { recallQuestion, readsAsInstruction }: CurateDependencies,
): Promise<string | undefined> {
  if (readsAsInstruction?.(question) === true) return "reads-as-instruction";
  const signal = new AbortController().signal;
  const { heldBack } = await recallQuestion(question, { history: [] }, signal);
  return heldBack;
}

function refusedAsEnded({ expiresAt, ttlSeconds }: GivenAnswer) {
  if (ttlSeconds === undefined && expiresAt !== undefined)
    return refused("expires_at", "has passed");
  return refused("ttl_seconds", "is required, because the policy's ttl_seconds is 0");
}

function refused(param: string, message: string): CuratedAnswer & { kind: "refused" } {
  return { kind: "refused", param, message };
}
