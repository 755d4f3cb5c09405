/** An answer with the documents that it cites. */
export interface ComparedAnswer {
  readonly text: string;
  readonly documentIds: readonly string[];
  /** True: it says that the documents do not answer the question. */
  readonly isRefusal: boolean;
}

/** Whether two answers say the same, as far as a rule can tell. */
export interface Comparison {
  readonly same: boolean;
  /** False: a judge, where there is one, should be asked. */
  readonly isSure: boolean;
}

/** From here on two answers from the same document are surely the same. */
const ALIKE = 0.8;
/** From here on they count as the same where nobody judges; no bound tells them apart well. */
const HALF_ALIKE = 0.5;
/** Answers from different documents say the same only when they are nearly the same text. */
const NEARLY_EQUAL = 0.95;

const CITATION = /\[\d+(?:, ?\d+)*\]/g;
const NUMBER = /\p{Nd}+(?:[.,:]\p{Nd}+)*/gu;
const THOUSANDS = /,(?=\p{Nd}{3}(?!\p{Nd}))/gu;

/**
 * The rule that comes first: what the two answers cite, how alike their texts are, and their numbers,
 * to which similarity is blind. Sure of little; docs/decisions/2026-11-26-comparing-answers.md has what
 * was measured.
 *
 * @param similarity of the two answers' texts, 0..1
 */
export function compareAnswers(
  served: ComparedAnswer,
  anew: ComparedAnswer,
  similarity: number,
): Comparison {
  // The model finds nothing to say where something was served.
  if (anew.isRefusal !== served.isRefusal) return { same: false, isSure: true };
  if (contradictInNumbers(served.text, anew.text)) return { same: false, isSure: false };
  const cited = new Set(served.documentIds);
  const hasCommon = anew.documentIds.some((id) => cited.has(id));
  const isUncited = cited.size === 0 && anew.documentIds.length === 0;
  if (hasCommon || isUncited)
    return { same: similarity >= HALF_ALIKE, isSure: similarity >= ALIKE };
  const same = similarity >= NEARLY_EQUAL;
  return { same, isSure: same };
}

/** Each has a number that the other lacks. One that only leaves numbers out says less, not otherwise. */
function contradictInNumbers(one: string, other: string): boolean {
  const [ones, others] = [numbersOf(one), numbersOf(other)];
  const lacks = (some: ReadonlySet<string>) => (number: string) => !some.has(number);
  return [...ones].some(lacks(others)) && [...others].some(lacks(ones));
}

function numbersOf(text: string): ReadonlySet<string> {
  const found = text.replace(CITATION, "").match(NUMBER) ?? [];
  return new Set(found.map((number) => number.replace(THOUSANDS, "")));
}
