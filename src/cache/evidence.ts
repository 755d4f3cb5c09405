import type { PassagePlace, RetrievalTrace } from "../knowledge/types.ts";
import { contentStems, words } from "../knowledge/words.ts";

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
export function hasNewFirstPassage(now: RetrievalTrace, then: RetrievalTrace): boolean {
  const [first] = now.fused;
  return first !== undefined && !then.fused.includes(first) && !then.byVector.includes(first);
}
