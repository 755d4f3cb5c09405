import { LRUCache } from "lru-cache";
import { versionSeen, type View } from "../knowledge/reader-groups.ts";
import type { PassagePlace, RetrievalTrace, PassageStore } from "../knowledge/types.ts";
import { contentStems, words } from "../language/words.ts";
import type { Retrieve } from "../knowledge/retrieve.ts";
import { comparedOf, type AnswerEntry, type AnswerStore } from "./types.ts";

/**
 * Two searches show whether two questions concern the same thing: by vector, and by vector and keywords fused.
 * `apart`: the passages distinguish the two. `unknown`: there are no passages.
 */
export type Agreement = "both" | "one" | "none" | "apart" | "unknown";

/** A question with its retrieval. */
export interface Witnessed {
  readonly question: string;
  readonly retrieved: RetrievalTrace | undefined;
}

/** A retrieval without results. */
export const NOTHING_RETRIEVED: RetrievalTrace = {
  fused: [],
  byVector: [],
  firstFused: null,
  firstByVector: null,
};

/**
 * A search agrees if both questions find the same section first and share a word of its title or headings:
 * sharing the section alone is too common. Measured in docs/quality.md.
 */
export function compareEvidence(asked: Witnessed, stored: Witnessed): Agreement {
  const [now, then] = [asked.retrieved, stored.retrieved];
  if (!now?.firstByVector || !then?.firstByVector) return "unknown";
  const common = sharedStems(asked.question, stored.question);
  const agrees = (one: PassagePlace | null, other: PassagePlace | null) =>
    one !== null &&
    one.documentId === other?.documentId &&
    one.headings === other.headings &&
    contentStems(one.headings).some((stem) => common.has(stem));
  if (areToldApart(asked, stored)) return "apart";
  const byMeaning = agrees(now.firstByVector, then.firstByVector);
  const byBoth = agrees(now.firstFused, then.firstFused);
  if (byMeaning && byBoth) return "both";
  return byMeaning || byBoth ? "one" : "none";
}

/**
 * The questions differ in one word, and the found passages contain both words: the documents distinguish them,
 * like `the Basic plan` and `the Team plan`.
 */
function areToldApart(asked: Witnessed, stored: Witnessed): boolean {
  const [one, other] = [words(asked.question), words(stored.question)];
  if (one.length !== other.length) return false;
  const [place, next] = one.flatMap((word, at) => (word === other[at] ? [] : [at]));
  if (place === undefined || next !== undefined) return false;
  const [own, others] = [stemOf(one[place]), stemOf(other[place])];
  return own !== others && names(asked, own) && names(stored, others);
}

function stemOf(word = ""): string | undefined {
  return contentStems(word)[0];
}

function names({ retrieved }: Witnessed, stem: string | undefined): boolean {
  return stem !== undefined && retrieved?.named?.includes(stem) === true;
}

function sharedStems(one: string, other: string): ReadonlySet<string> {
  const known = new Set(contentStems(other));
  return new Set(contentStems(one).filter((stem) => known.has(stem)));
}

/**
 * Whether the top passage of a question was not available to its answer: a new document may contradict it.
 */
function hasNewFirstPassage(now: RetrievalTrace, then: RetrievalTrace): boolean {
  const [first] = now.fused;
  return first !== undefined && !then.fused.includes(first) && !then.byVector.includes(first);
}

/** The version of a tenant's passages, and how the asker sees the tenant's documents. */
export interface Seen {
  readonly version: string;
  readonly view: View;
}

/** Ids of the entries that are current under this version of the passages. */
export type FindStanding = (
  entries: readonly AnswerEntry[],
  seen: Seen,
) => Promise<ReadonlySet<string>>;

/** Checks which of a tenant's entries are current. */
export interface EvidenceCheck {
  /**
   * Ids of the current entries: every passage that they were made from exists, and no new passage ranks first for
   * their question (except for pinned entries) among those that the asker may read. `version` is the version of the
   * tenant's passages, read with the entries or before.
   */
  readonly standing: FindStanding;
  /** The same, without confirming or removing entries. */
  readonly look: FindStanding;
}

/** Dependencies of the check. */
export interface EvidenceCheckDependencies {
  readonly answers: AnswerStore;
  readonly passages: PassageStore;
  readonly retrieve: Retrieve;
}

/** Maximum entries known to be current for readers of other documents than the reader that they were made for. */
const MAX_CURRENT = 20_000;

/**
 * An entry needs no check while the version of the passages is that of its last check. After a change each entry
 * is checked once, on its next use, and confirmed or removed. Readers of other documents than the reader that it
 * was made for may find a better passage: for them it is checked separately, and is left as it is.
 */
export function createEvidenceCheck(dependencies: EvidenceCheckDependencies): EvidenceCheck {
  const { answers } = dependencies;
  const current = new LRUCache<string, true>({ max: MAX_CURRENT });

  const isKnown = (entry: AnswerEntry, seen: Seen) =>
    entry.knowledgeVersion === versionSeen(seen.version, seen.view) ||
    current.has(nameOf(entry, seen));

  async function settle(entry: AnswerEntry, seen: Seen): Promise<boolean> {
    if (isKnown(entry, seen)) return true;
    const state = await stateOf(entry, seen.view, dependencies);
    const isMadeForView = seen.view.name === (entry.madeFrom?.view ?? "");
    if (state === "current") {
      const knowledgeVersion = versionSeen(seen.version, seen.view);
      if (isMadeForView) await answers.confirm({ ...entry, knowledgeVersion });
      else current.set(nameOf(entry, seen), true);
      return true;
    }
    if (state === "gone" || isMadeForView) await answers.remove(entry);
    return false;
  }

  const holds = async (entry: AnswerEntry, seen: Seen) =>
    isKnown(entry, seen) || (await stateOf(entry, seen.view, dependencies)) === "current";

  return {
    standing: (entries, seen) => whichOf(entries, (entry) => settle(entry, seen)),
    look: (entries, seen) => whichOf(entries, (entry) => holds(entry, seen)),
  };
}

function nameOf({ id, createdAt }: AnswerEntry, { version, view }: Seen): string {
  return JSON.stringify([id, createdAt, versionSeen(version, view)]);
}

async function whichOf(
  entries: readonly AnswerEntry[],
  stands: (entry: AnswerEntry) => Promise<boolean>,
): Promise<ReadonlySet<string>> {
  const found = await Promise.all(entries.map(stands));
  return new Set(entries.filter((_entry, index) => found[index] === true).map(({ id }) => id));
}

/**
 * Whether the view's reader may be served an answer: every document that it was made from may be read. A generated
 * answer without a note of its documents may have used some that it does not cite.
 */
export function mayBeRead(entry: AnswerEntry, { hidden }: View): boolean {
  if (hidden.size === 0) return true;
  const { madeFrom, origin, evidence, citations } = entry;
  if (madeFrom === undefined && origin !== "curated") return false;
  return (
    madeFrom?.documentIds.every((id) => !hidden.has(id)) !== false &&
    [...evidence, ...citations].every(({ documentId }) => !hidden.has(documentId))
  );
}

/** `gone`: a passage was changed or removed. `outranked`: the view has a new first passage. */
type State = "current" | "gone" | "outranked";

async function stateOf(
  entry: AnswerEntry,
  { hidden }: View,
  { answers, passages, retrieve }: EvidenceCheckDependencies,
): Promise<State> {
  const { tenant, documentIds, evidence, isPinned } = entry;
  const passageIds = evidence.map(({ passageId }) => passageId);
  const [existing, vector] = await Promise.all([
    passages.existing({ tenant, passageIds }),
    answers.vectorOf(entry),
  ]);
  if (vector === undefined || !passageIds.every((id) => existing.has(id))) return "gone";
  // Pinning means that new passages do not outdate the answer.
  if (isPinned) return "current";
  const text = comparedOf(entry);
  const { trace } = await retrieve({ tenant, text, vector, documentIds, hidden });
  return hasNewFirstPassage(trace, entry.retrieved) ? "outranked" : "current";
}
