import { setImmediate as nextTurn, setTimeout as sleep } from "node:timers/promises";
import type { CompareQuestions } from "../cache/guards/types.ts";
import type { TokenCounter } from "../models/types.ts";
import type { ResolveQuestion } from "./resolve-question.ts";

/** Parts that build or compile something at first use. */
interface ColdParts {
  readonly counter: TokenCounter;
  readonly compareQuestions: CompareQuestions;
  readonly recallQuestion: ResolveQuestion;
}

const GREETING = "Hello, I am Ann Lee from Basel. How do I share my folder?\n\nBest regards\nAnn";
const QUESTION = "How do I share a folder?";
const OTHER_QUESTION = "How can I share 2 folders with Ben?";

/** Delay before the warm-up, in milliseconds, so that readiness checks are answered first. */
const DELAY_MS = 100;

/**
 * Does the work that would delay the first questions: loads token and word tables, compiles regular expressions.
 * One step per turn of the event loop, so a request waits for at most one step.
 */
export async function warmUp({
  counter,
  compareQuestions,
  recallQuestion,
}: ColdParts): Promise<void> {
  const recall = (message: string, history: Parameters<ResolveQuestion>[1]) =>
    recallQuestion(message, history, new AbortController().signal, async () => false);
  const steps: readonly (() => unknown)[] = [
    () => recall(QUESTION, { history: [], isKnown: true }),
    () => counter.count(QUESTION),
    () => compareQuestions(QUESTION, OTHER_QUESTION),
    () => recall(GREETING, { history: [{ role: "user", content: "Hello" }], isKnown: true }),
    () => recall(QUESTION, { history: [], isKnown: true }),
    () => compareQuestions(QUESTION, OTHER_QUESTION),
  ];
  await sleep(DELAY_MS, undefined, { ref: false });
  for (const step of steps) {
    await nextTurn();
    await step();
  }
}
