import { MAX_JUDGEMENTS, type AnswerEntry, type Judgement } from "./types.ts";

/** The judgements with one more, which replaces an earlier one of the same question. */
export function withJudgement(
  judgements: readonly Judgement[] = [],
  judgement: Judgement,
): readonly Judgement[] {
  const others = judgements.filter(({ questionId }) => questionId !== judgement.questionId);
  return [...others, judgement].slice(-MAX_JUDGEMENTS);
}

/** Whether a question was judged to be the entry's; undefined where it was not judged. */
export function judgementOf(
  { judgements = [] }: Pick<AnswerEntry, "judgements">,
  questionId: string,
): boolean | undefined {
  return judgements.find((judgement) => judgement.questionId === questionId)?.isSame;
}
