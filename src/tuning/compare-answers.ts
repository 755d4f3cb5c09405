/** An answer and the documents it cites. */
export interface ComparedAnswer {
  readonly text: string;
  readonly documentIds: readonly string[];
  /** True if it says that the documents do not answer the question. */
  readonly isRefusal: boolean;
}

/** The rule's verdict on two answers. */
export interface Comparison {
  readonly same: boolean;
  /** False if a judge, if there is one, should decide. */
  readonly isVerified: boolean;
}

/** Minimum similarity at which answers from the same document are surely the same. */
const ALIKE = 0.8;
/** Minimum similarity at which they count as the same without a judge. No bound separates them well. */
const HALF_ALIKE = 0.5;
/** Minimum similarity for answers from different documents: nearly the same text. */
const NEARLY_EQUAL = 0.95;

const CITATION = /\[\d+(?:, ?\d+)*\]/g;
const NUMBER = /\p{Nd}+(?:[.,:]\p{Nd}+)*/gu;
const THOUSANDS = /,(?=\p{Nd}{3}(?!\p{Nd}))/gu;

/**
 * The rule: compares citations, similarity of the texts, and numbers, which similarity does not
 * reflect. It is seldom sure; for measurements see docs/decisions/2026-11-26-comparing-answers.md.
 *
 * @param similarity of the two texts, 0..1
 */
export function compareAnswers(
  served: ComparedAnswer,
  generated: ComparedAnswer,
  similarity: number,
): Comparison {
  // One of the two says that the documents do not answer the question.
  if (generated.isRefusal !== served.isRefusal) return { same: false, isVerified: true };
  if (contradictInNumbers(served.text, generated.text)) return { same: false, isVerified: false };
  const cited = new Set(served.documentIds);
  const hasCommon = generated.documentIds.some((id) => cited.has(id));
  const isUncited = cited.size === 0 && generated.documentIds.length === 0;
  if (hasCommon || isUncited)
    return { same: similarity >= HALF_ALIKE, isVerified: similarity >= ALIKE };
  const same = similarity >= NEARLY_EQUAL;
  return { same, isVerified: same };
}

/**
 * True if each answer has a number that the other lacks. An answer that only omits numbers says
 * less, but does not contradict.
 */
function contradictInNumbers(one: string, other: string): boolean {
  const [ones, others] = [numbersOf(one), numbersOf(other)];
  const lacks = (some: ReadonlySet<string>) => (number: string) => !some.has(number);
  return [...ones].some(lacks(others)) && [...others].some(lacks(ones));
}

function numbersOf(text: string): ReadonlySet<string> {
  const found = text.replace(CITATION, "").match(NUMBER) ?? [];
  return new Set(found.map((number) => number.replace(THOUSANDS, "")));
}
