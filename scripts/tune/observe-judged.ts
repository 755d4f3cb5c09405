import { judgeCandidate, type Thresholds } from "../../src/cache/verdict.ts";
import { renderMaterial, type AskJudge } from "../../src/judging/ask-judge.ts";
import {
  embedAll,
  similarityOf,
  type LabelledPair,
  type PairObserver,
} from "../../src/tuning/observe-labelled.ts";
import type { Observation } from "../../src/tuning/types.ts";
import { runWithin } from "../../src/operations/with-deadline.ts";

/** Concurrent calls. */
const AT_ONCE = 4;
/** Longest call, in milliseconds. */
const TIMEOUT_MS = 10_000;

/** Dependencies for judging pairs. */
export interface JudgedObserver extends PairObserver {
  readonly thresholds: Thresholds;
  readonly ask: AskJudge;
}

/** The judged pairs, with the judge's probability instead of the similarity. */
export interface JudgedPairs {
  readonly observations: readonly Observation[];
  /** Pairs outside of the grey zone, and pairs that guards reject. */
  readonly notAsked: number;
  /** Calls that failed or timed out; they count as not served. */
  readonly failed: number;
}

/** Asks the judge about the same pairs as the live service: `a` is asked while `b` is cached. */
export async function observeJudged(
  pairs: readonly LabelledPair[],
  { embedder, compareQuestions, guards, thresholds, ask }: JudgedObserver,
): Promise<JudgedPairs> {
  const vectors = await embedAll([...new Set(pairs.flatMap(({ a, b }) => [a, b]))], embedder);
  const asked = pairs.filter(({ a, b }) => {
    const similarity = similarityOf(vectors.get(a), vectors.get(b));
    const findings = compareQuestions(a, b, guards);
    return similarity < thresholds.serve && isForTheJudge({ similarity, findings }, thresholds);
  });
  const said = await mapSome(asked, ({ a, b }) => probabilityOf(ask, { stored: b, asked: a }));
  const observations = asked.map(({ same }, index): Observation => {
    const probability = said[index];
    return {
      similarity: probability ?? 0,
      servedFrom: { serve: probability ?? null, grey: null },
      same,
      source: "person",
    };
  });
  return {
    observations,
    notAsked: pairs.length - asked.length,
    failed: said.filter((probability) => probability === undefined).length,
  };
}

/** Whether only the judge's yes is missing for a hit. */
function isForTheJudge(
  seen: { similarity: number; findings: ReturnType<PairObserver["compareQuestions"]> },
  thresholds: Thresholds,
): boolean {
  const stands = { evidenceStands: true, isFresh: true, isQuarantined: false };
  const candidate = { ...seen, ...stands, agreement: "unknown" } as const;
  const served = judgeCandidate({ ...candidate, isJudgedSame: true }, thresholds);
  return served.tier !== null && judgeCandidate(candidate, thresholds).tier === null;
}

async function probabilityOf(
  ask: AskJudge,
  questions: { stored: string; asked: string },
): Promise<number | undefined> {
  const text = renderMaterial({
    "First question": questions.stored,
    "Second question": questions.asked,
  });
  const asking = runWithin(TIMEOUT_MS, undefined, (signal) => ask(text, signal, questions));
  const reply = await asking.catch(() => undefined);
  // A one-word reply is a probability of 0 or 1.
  return reply && (reply.probability ?? Number(reply.isSame === true));
}

async function mapSome<Item, Value>(
  items: readonly Item[],
  work: (item: Item) => Promise<Value>,
): Promise<Value[]> {
  const values: Value[] = [];
  for (let start = 0; start < items.length; start += AT_ONCE) {
    values.push(...(await Promise.all(items.slice(start, start + AT_ONCE).map(work))));
  }
  return values;
}
