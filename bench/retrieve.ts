/**
 * Time to retrieve five passages by words (BM25), by vectors, by both fused, and ranked by the meaning of words
 * after that, as the question path does. Run with `npm run bench:retrieve`.
 */
import { join } from "node:path";
import { createVectorTable } from "../src/vectors/vector-table.ts";
import { createMemoryPassages } from "../src/knowledge/memory-passages.ts";
import { createRetrieve } from "../src/knowledge/retrieve.ts";
import { passageContext } from "../src/knowledge/passage-text.ts";
import { splitDocument } from "../src/knowledge/split.ts";
import { countPassage, createTextIndex } from "../src/knowledge/text-index.ts";
import type { EmbeddedPassage, Passage } from "../src/knowledge/types.ts";
import { createBuiltinEmbeddings } from "../src/models/builtin-embeddings.ts";
import type { Embedder } from "../src/models/types.ts";
import { loadWordMeaning } from "../src/models/word-meaning.ts";
import { makePages } from "./support/make-pages.ts";
import { percentile } from "./support/percentile.ts";
import { createRandom } from "./support/seeded-random.ts";

const TENANT = "bench";
const MODEL = join(import.meta.dirname, "../data/models/builtin");
const SIZES = [1_000, 10_000];
const QUESTIONS = 500;
const WARM_UP = 50;
const CANDIDATES = 30;
const METHOD = `Method: passages of generated pages (seed 1) with the builtin embeddings, in one process. ${QUESTIONS} questions
(seed 2) of four to nine words from a passage, after ${WARM_UP} warm-up questions. Each question is asked in all ways, in
rotating order; ratios are medians of the ratios within a question. Wall time in milliseconds, without the question's
embedding.`;

interface Question {
  readonly text: string;
  readonly vector: Float32Array;
}

type Way = (question: Question) => unknown;

async function main(): Promise<void> {
  const embedder = await createBuiltinEmbeddings({ folder: MODEL });
  const all = await makePassages(Math.max(...SIZES), embedder);
  console.log(METHOD);
  for (const size of SIZES) {
    const passages = all.slice(0, size);
    const questions = await makeQuestions(passages, embedder);
    report(size, await measure(await openWays(passages, embedder.dimensions), questions));
  }
}

async function makePassages(count: number, embedder: Embedder): Promise<EmbeddedPassage[]> {
  const passages = makePages(count / 5)
    .flatMap(splitDocument)
    .slice(0, count);
  const { vectors } = await embedder.embed(passages.map(passageContext));
  return passages.map((passage, index) => ({
    ...passage,
    vector: vectors[index] ?? new Float32Array(embedder.dimensions),
  }));
}

async function makeQuestions(
  passages: readonly Passage[],
  embedder: Embedder,
): Promise<Question[]> {
  const random = createRandom(2);
  const texts = Array.from({ length: QUESTIONS + WARM_UP }, () => {
    const words = (passages[Math.floor(random() * passages.length)]?.text ?? "").split(/\s+/);
    const start = Math.floor(random() * Math.max(1, words.length - 9));
    return words.slice(start, start + 4 + Math.floor(random() * 6)).join(" ");
  });
  const { vectors } = await embedder.embed(texts);
  return texts.flatMap((text, index) => {
    const vector = vectors[index];
    return vector === undefined ? [] : [{ text, vector }];
  });
}

async function openWays(
  passages: readonly EmbeddedPassage[],
  dimensions: number,
): Promise<Record<string, Way>> {
  const texts = createTextIndex();
  const vectors = createVectorTable<Passage>(dimensions);
  const store = createMemoryPassages({ dimensions });
  for (const passage of passages) {
    texts.set(passage, countPassage(passage));
    vectors.set(passage.id, passage, passage.vector);
  }
  for (const documentId of new Set(passages.map((passage) => passage.documentId))) {
    const own = passages.filter((passage) => passage.documentId === documentId);
    await store.replaceDocument({ tenant: TENANT, documentId, passages: own });
  }
  const retrieve = createRetrieve(store);
  const meaning = await loadWordMeaning(MODEL);
  const ranked = createRetrieve(store, { meaning });
  return {
    "BM25 alone": ({ text }) => texts.search(text, CANDIDATES, () => true),
    "vectors alone": ({ vector }) => vectors.nearest(vector, CANDIDATES, () => true),
    fused: (question) => retrieve({ tenant: TENANT, ...question }).then(({ passages }) => passages),
    "ranked by words": (question) =>
      ranked({ tenant: TENANT, ...question }).then(({ passages }) => passages),
  };
}

async function measure(
  ways: Record<string, Way>,
  questions: readonly Question[],
): Promise<Map<string, number[]>> {
  const times = new Map(Object.keys(ways).map((name) => [name, [] as number[]]));
  for (const [count, question] of questions.entries()) {
    const turn = count % Object.keys(ways).length;
    const order = Object.entries(ways);
    for (const [name, way] of [...order.slice(turn), ...order.slice(0, turn)]) {
      const begin = performance.now();
      await way(question);
      if (count >= WARM_UP) times.get(name)?.push(performance.now() - begin);
    }
  }
  return times;
}

function report(size: number, times: ReadonlyMap<string, readonly number[]>): void {
  const fused = times.get("fused") ?? [];
  console.log(`\n${size} passages`);
  for (const [name, values] of times) {
    const ratio = percentile(
      values.map((value, index) => value / (fused[index] ?? 1)),
      0.5,
    );
    const [p50, p95] = [0.5, 0.95].map((share) => percentile(values, share).toFixed(3));
    console.log(`  ${name.padEnd(15)} p50 ${p50}  p95 ${p95}  of fused ${ratio.toFixed(2)}`);
  }
}

await main();
