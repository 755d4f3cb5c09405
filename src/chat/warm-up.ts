import { setImmediate as nextTurn, setTimeout as sleep } from "node:timers/promises";
import type { CompareQuestions } from "../cache/guards/types.ts";
import type { TokenCounter } from "../models/types.ts";
import type { ResolveQuestion } from "./resolve-question.ts";

/** What is made or compiled when it is first used. */
interface ColdParts {
  readonly counter: TokenCounter;
  readonly compareQuestions: CompareQuestions;
  readonly recallQuestion: ResolveQuestion;
}

const GREETING = "Hello, I am Ann Lee from Basel. How do I share my folder?\n\nBest regards\nAnn";
const QUESTION = "How do I share a folder?";
const OTHER_QUESTION = "How can I share 2 folders with Ben?";

/** Those who wait for the service to be ready are answered first, in milliseconds. */
const DELAY_MS = 100;

/**
 * Does the work that the first questions would wait for: tables of tokens and words are read, regular
 * expressions are compiled. One step in each turn of the event loop: a request waits for one at most.
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
