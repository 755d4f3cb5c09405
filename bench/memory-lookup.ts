/**
 * Time to look up an answer in the in-process cache, by words and by vector. Run with
 * `npm run bench:memory-lookup`.
 */
import { NOTHING_RETRIEVED } from "../src/cache/evidence.ts";
import { answerId } from "../src/cache/scope.ts";
import { createMemoryAnswers } from "../src/cache/memory-answers.ts";
import type { AnswerEntry } from "../src/cache/types.ts";
import { percentile } from "./support/percentile.ts";
import { createRandom } from "./support/seeded-random.ts";

const SIZES = [1_000, 10_000];
const DIMENSIONS = 256;
const LOOKUPS = 1_000;
const WARM_UP = 100;
const SCOPE = "bench";
const METHOD = `Method: answers of 800 characters with one citation and random unit vectors of ${DIMENSIONS} dimensions (seed 1), all in one
scope. ${LOOKUPS} lookups after ${WARM_UP} warm-up lookups, each by the words of a cached question and by a near vector, in alternating
order; ratios are medians of the ratios within a lookup, to the lookup by words. Wall time in milliseconds.`;

async function main(): Promise<void> {
  console.log(METHOD);
  for (const size of SIZES) {
    const random = createRandom(1);
    const answers = createMemoryAnswers({ dimensions: DIMENSIONS, now: () => 0 });
    const vectors: Float32Array[] = [];
    for (let count = 0; count < size; count += 1) {
      const vector = unitVector(random);
      vectors.push(vector);
      await answers.put(makeEntry(`Question ${count}`), vector);
    }
    report(size, await measure(answers, vectors, random));
  }
}

function unitVector(random: () => number, near?: Float32Array): Float32Array {
  const numbers = Float32Array.from(
    { length: DIMENSIONS },
    (_value, place) => (near?.[place] ?? 0) * 50 + random() - 0.5,
  );
  const length = Math.hypot(...numbers);
  return numbers.map((number) => number / length);
}

function makeEntry(question: string): AnswerEntry {
  const passage = "What a passage says. ".repeat(30);
  const place = { documentId: "help", passageId: "passage" };
  const tokens = { promptTokens: 800, completionTokens: 160, totalTokens: 960 };
  return {
    id: answerId(SCOPE, question),
    tenant: "bench",
    scope: SCOPE,
    question,
    answer: "An answer of some sentences. ".repeat(28),
    citations: [{ ...place, title: "Help", passage, start: 0, end: passage.length, score: 1 }],
    evidence: [place],
    retrieved: NOTHING_RETRIEVED,
    knowledgeVersion: "1",
    conversationId: null,
    origin: "generated",
    isPinned: false,
    isQuarantined: false,
    usage: {
      ...tokens,
      model: "bench",
      cachedPromptTokens: 0,
      embeddingTokens: 0,
      estimated: false,
    },
    createdAt: 0,
    expiresAt: 1,
  };
}

async function measure(
  answers: ReturnType<typeof createMemoryAnswers>,
  vectors: readonly Float32Array[],
  random: () => number,
): Promise<{ words: number[]; vector: number[] }> {
  const times = { words: [] as number[], vector: [] as number[] };
  for (let count = 0; count < LOOKUPS + WARM_UP; count += 1) {
    const place = Math.floor(random() * vectors.length);
    const vector = unitVector(random, vectors[place]);
    const ways = {
      words: () => answers.get({ scope: SCOPE, id: answerId(SCOPE, `question ${place} ?`) }),
      vector: () => answers.nearest({ scope: SCOPE, vector, limit: 3, minSimilarity: 0.9 }),
    };
    const names = count % 2 === 0 ? (["words", "vector"] as const) : (["vector", "words"] as const);
    for (const name of names) {
      const begin = performance.now();
      const found = [await ways[name]()].flat();
      const milliseconds = performance.now() - begin;
      if (found[0] === undefined) throw new Error(`nothing was found by its ${name}`);
      if (count >= WARM_UP) times[name].push(milliseconds);
    }
  }
  return times;
}

function report(size: number, { words, vector }: { words: number[]; vector: number[] }): void {
  const ratio = percentile(
    vector.map((value, index) => value / (words[index] ?? 1)),
    0.5,
  );
  const show = (values: readonly number[]) =>
    [0.5, 0.95].map((share) => percentile(values, share).toFixed(3)).join("  p95 ");
  console.log(`\n${size} answers`);
  console.log(`  by words   p50 ${show(words)}`);
  console.log(`  by vector  p50 ${show(vector)}  of words ${ratio.toFixed(1)}`);
}

await main();
