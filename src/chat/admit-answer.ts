import type { LiveAnswersOptions } from "./live-answers.ts";
import { toErrorReport } from "./error-report.ts";

type Answer = LiveAnswersOptions["answer"];

/** Answers only while there is room to record it: before the model is called, or anything is paid for. */
export function admitAnswers(answer: Answer, admit: () => Promise<void>): Answer {
  return async function* (request, run) {
    try {
      await admit();
    } catch (error) {
      yield { type: "answer-error", error: toErrorReport(error) };
      return;
    }
    yield* answer(request, run);
  };
}
