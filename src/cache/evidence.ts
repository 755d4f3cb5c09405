import type { PassagePlace, RetrievalTrace } from "../knowledge/types.ts";
import { contentStems, words } from "../knowledge/words.ts";

/**
 * Two witnesses are asked whether two questions speak of the same thing: the search by meaning, and
 * meaning and words fused. `apart` where the passages have words for two things, `unknown` where there
 * are none to ask.
 */
export type Agreement = "both" | "one" | "none" | "apart" | "unknown";

/** A question with what it retrieves. */
export interface Witnessed {
  readonly question: string;
  readonly retrieved: RetrievalTrace | undefined;
}

/** What nothing was retrieved for. */
export const NOTHING_RETRIEVED: RetrievalTrace = {
  fused: [],
  byVector: [],
  firstFused: null,
  firstByVector: null,
};

/**
 * A witness agrees when both questions find the same section of a document first, and share a word of
 * its title or headings: many questions have one section, fewer its name. Measured in docs/quality.md.
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
 * The questions differ in one word, and the passages that they find have both words: to their writer
 * these are two things, `the Basic plan` and `the Team plan`.
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
 * Whether a question retrieves first a passage that its answer was made without: a new document may
 * say otherwise.
 */
export function hasNewFirstPassage(now: RetrievalTrace, then: RetrievalTrace): boolean {
  const [first] = now.fused;
  return first !== undefined && !then.fused.includes(first) && !then.byVector.includes(first);
}
