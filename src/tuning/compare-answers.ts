/** An answer with the documents that it cites. */
export interface ComparedAnswer {
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

/** Two answers from the same document that are this alike say the same. */
const ALIKE = 0.8;
/** Less alike ones from the same document are not told apart by this rule; below it they differ. */
const UNLIKE = 0.5;
/** Answers from different documents say the same only when they are nearly the same text. */
const NEARLY_EQUAL = 0.95;

/**
 * The rule that comes first: what the two answers cite, and how alike their texts are.
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
  const cited = new Set(served.documentIds);
  const hasCommon = anew.documentIds.some((id) => cited.has(id));
  const isUncited = cited.size === 0 && anew.documentIds.length === 0;
  if (hasCommon || isUncited) {
    return { same: similarity >= UNLIKE, isSure: similarity >= ALIKE || similarity < UNLIKE };
  }
  const same = similarity >= NEARLY_EQUAL;
  return { same, isSure: same || similarity < ALIKE };
}
