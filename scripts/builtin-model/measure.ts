/**
 * Measures the built-in embeddings on labelled data:
 *   npx tsx scripts/builtin-model/measure.ts DIR [MODEL_FOLDER]
 * DIR/pairs/*.jsonl {a, b, same}: AUC of the cosine. DIR/streams/*.jsonl {id, cluster, text}: replay in order; the nearest
 * earlier question is served if its cosine reaches the threshold, right if its cluster is the same, and a miss adds the question.
 * DIR/rag/<name>/{corpus,queries}.jsonl and qrels.tsv: hit@1, hit@5 and MRR@10 by vectors alone, and as the service retrieves.
 */
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { z } from "zod";
import { createMemoryPassages } from "../../src/knowledge/memory-passages.ts";
import { createRetrieve } from "../../src/knowledge/retrieve.ts";
import { createBuiltinEmbeddings } from "../../src/models/builtin-embeddings.ts";
import type { Embedder } from "../../src/models/types.ts";

const THRESHOLDS = Array.from({ length: 36 }, (_, index) => (60 + index) / 100);
/** Thresholds printed in addition to multiples of 0.05. */
const ALSO_PRINTED = 0.87;
const MOST_WRONG_SHARE = 0.01;

const pairSchema = z.object({
  a: z.string(),
  b: z.string(),
  same: z.union([z.boolean(), z.literal(0), z.literal(1)]).transform(Boolean),
});
const questionSchema = z.object({ cluster: z.string(), text: z.string() });
const passageSchema = z.object({
  id: z.string(),
  title: z.string().optional(),
  text: z.string(),
});

function readRows<Row>(path: string, schema: z.ZodType<Row>): Row[] {
  const lines = readFileSync(path, "utf8").split("\n");
  return lines
    .filter((line) => line.trim() !== "")
    .map((line): Row => schema.parse(JSON.parse(line)));
}

function list(folder: string): string[] {
  return existsSync(folder) ? readdirSync(folder).sort() : [];
}

function dot(left: Float32Array, right: Float32Array): number {
  let sum = 0;
  for (let index = 0; index < left.length; index += 1) {
    sum += (left[index] ?? 0) * (right[index] ?? 0);
  }
  return sum;
}

async function embedAll(embedder: Embedder, texts: string[]): Promise<readonly Float32Array[]> {
  return (await embedder.embed(texts)).vectors;
}

/** Share of (same, different) couples in the right order; ties count half. */
function areaUnderCurve(scored: { score: number; same: boolean }[]): number {
  const ordered = [...scored].sort((left, right) => left.score - right.score);
  const positives = ordered.filter((pair) => pair.same).length;
  let rankSum = 0;
  for (let start = 0; start < ordered.length;) {
    let end = start;
    while (end < ordered.length && ordered[end]?.score === ordered[start]?.score) end += 1;
    const same = ordered.slice(start, end).filter((pair) => pair.same).length;
    rankSum += (same * (start + 1 + end)) / 2;
    start = end;
  }
  const negatives = ordered.length - positives;
  return (rankSum - (positives * (positives + 1)) / 2) / (positives * negatives);
}

async function measurePairs(embedder: Embedder, path: string): Promise<string> {
  const pairs = readRows(path, pairSchema);
  const left = await embedAll(
    embedder,
    pairs.map((pair) => pair.a),
  );
  const right = await embedAll(
    embedder,
    pairs.map((pair) => pair.b),
  );
  const empty = new Float32Array(embedder.dimensions);
  const scored = pairs.map((pair, index) => ({
    score: dot(left[index] ?? empty, right[index] ?? empty),
    same: pair.same,
  }));
  const mixed = new Set(pairs.map((pair) => pair.same)).size === 2;
  return mixed ? areaUnderCurve(scored).toFixed(4) : "not defined, all pairs have the same label";
}

interface Replay {
  threshold: number;
  hits: number;
  wrong: number;
}

async function replay(embedder: Embedder, path: string): Promise<{ size: number; rows: Replay[] }> {
  const questions = readRows(path, questionSchema);
  const vectors = await embedAll(
    embedder,
    questions.map((question) => question.text),
  );
  const rows = THRESHOLDS.map((threshold) => ({ threshold, hits: 0, wrong: 0 }));
  const stored = THRESHOLDS.map(() => new Uint8Array(questions.length));
  const lowest = THRESHOLDS[0] ?? 0;
  for (const [index, vector] of vectors.entries()) {
    const near: { earlier: number; score: number }[] = [];
    for (let earlier = 0; earlier < index; earlier += 1) {
      const other = vectors[earlier];
      const score = other === undefined ? 0 : dot(vector, other);
      if (score >= lowest) near.push({ earlier, score });
    }
    near.sort((one, two) => two.score - one.score);
    for (const [level, row] of rows.entries()) {
      const flags = stored[level];
      const found = near.find((candidate) => flags?.[candidate.earlier] === 1);
      if (found !== undefined && found.score >= row.threshold) {
        row.hits += 1;
        if (questions[found.earlier]?.cluster !== questions[index]?.cluster) row.wrong += 1;
      } else if (flags !== undefined) flags[index] = 1;
    }
  }
  return { size: questions.length, rows };
}

function printReplay(name: string, size: number, rows: Replay[]): void {
  const percent = (part: number, whole: number) => `${((100 * part) / (whole || 1)).toFixed(1)} %`;
  console.log(`streams/${name}: ${size} questions`);
  for (const row of rows) {
    if (Math.round(row.threshold * 100) % 5 !== 0 && row.threshold !== ALSO_PRINTED) continue;
    console.log(
      `  ${row.threshold.toFixed(2)}  hits ${percent(row.hits, size)}  wrong of hits ${percent(row.wrong, row.hits)}`,
    );
  }
  const strict = [...rows].reverse();
  const stop = strict.findIndex((row) => row.wrong > row.hits * MOST_WRONG_SHARE);
  const best = strict[(stop === -1 ? strict.length : stop) - 1];
  console.log(
    best === undefined
      ? "  no threshold keeps wrong hits at 1 %"
      : `  loosest with at most 1 % wrong: ${best.threshold.toFixed(2)} (hits ${percent(best.hits, size)}, wrong ${best.wrong})`,
  );
}

interface Collection {
  readonly passages: readonly { id: string; title: string; text: string; vector: Float32Array }[];
  readonly queries: readonly { text: string; vector: Float32Array; wanted: ReadonlySet<string> }[];
}

async function readCollection(embedder: Embedder, folder: string): Promise<Collection> {
  const corpus = readRows(join(folder, "corpus.jsonl"), passageSchema);
  const wanted = new Map<string, Set<string>>();
  for (const line of readFileSync(join(folder, "qrels.tsv"), "utf8").split("\n").slice(1)) {
    const [query = "", passage = "", score = "0"] = line.trim().split("\t");
    if (Number(score) > 0) wanted.set(query, (wanted.get(query) ?? new Set<string>()).add(passage));
  }
  const asked = readRows(join(folder, "queries.jsonl"), passageSchema);
  const queries = asked.filter((query) => wanted.has(query.id));
  const embed = async <Row extends { text: string }>(rows: Row[], textOf: (row: Row) => string) => {
    const vectors = await embedAll(embedder, rows.map(textOf));
    return rows.map((row, index) => ({
      ...row,
      vector: vectors[index] ?? new Float32Array(embedder.dimensions),
    }));
  };
  const passages = await embed(corpus, ({ title = "", text }) => `${title} ${text}`);
  return {
    passages: passages.map((passage) => ({ ...passage, title: passage.title ?? "" })),
    queries: (await embed(queries, ({ text }) => text)).map((query) => ({
      ...query,
      wanted: wanted.get(query.id) ?? new Set<string>(),
    })),
  };
}

function summarise(ranks: readonly number[]): string {
  const found = ranks.filter((rank) => rank >= 0 && rank < 10);
  const share = (value: number) => (value / ranks.length).toFixed(3);
  const first = found.filter((rank) => rank === 0).length;
  const five = found.filter((rank) => rank < 5).length;
  const reciprocal = found.reduce((sum, rank) => sum + 1 / (rank + 1), 0);
  return `hit@1 ${share(first)}  hit@5 ${share(five)}  MRR@10 ${share(reciprocal)}`;
}

function ranksByVector({ passages, queries }: Collection): number[] {
  return queries.map(({ vector, wanted }) =>
    passages
      .map((passage) => ({ id: passage.id, score: dot(vector, passage.vector) }))
      .sort((one, two) => two.score - one.score)
      .findIndex(({ id }) => wanted.has(id)),
  );
}

/** Each passage is a document of one passage in the store that the service uses without Redis. */
async function ranksByFusion({ passages, queries }: Collection): Promise<number[]> {
  const tenant = "measure";
  const dimensions = passages[0]?.vector.length ?? 1;
  const store = createMemoryPassages({ dimensions });
  for (const passage of passages) {
    const place = { documentId: passage.id, headings: [], start: 0, end: passage.text.length };
    await store.replaceDocument({
      tenant,
      documentId: passage.id,
      passages: [{ ...passage, ...place }],
    });
  }
  const retrieve = createRetrieve(store);
  const ranks: number[] = [];
  for (const { text, vector, wanted } of queries) {
    const { passages: found } = await retrieve({ tenant, text, vector, limit: 10 });
    ranks.push(found.findIndex(({ passage }) => wanted.has(passage.id)));
  }
  return ranks;
}

async function measureRetrieval(embedder: Embedder, folder: string): Promise<string> {
  const collection = await readCollection(embedder, folder);
  const byVector = summarise(ranksByVector(collection));
  const byFusion = summarise(await ranksByFusion(collection));
  return `${collection.queries.length} queries  vectors ${byVector}  fused ${byFusion}`;
}

async function main(): Promise<void> {
  const [, , data, folder = join(import.meta.dirname, "../../data/models/builtin"), only = ""] =
    process.argv;
  if (data === undefined) throw new Error("Usage: measure.ts DIR [MODEL_FOLDER] [PART]");
  const embedder = await createBuiltinEmbeddings({ folder });
  const wants = (part: string) => part.includes(only);
  for (const name of list(join(data, "pairs")).filter((file) => wants(`pairs/${file}`))) {
    console.log(`pairs/${name}: AUC ${await measurePairs(embedder, join(data, "pairs", name))}`);
  }
  for (const name of list(join(data, "rag")).filter((part) => wants(`rag/${part}`))) {
    console.log(`rag/${name}: ${await measureRetrieval(embedder, join(data, "rag", name))}`);
  }
  for (const name of list(join(data, "streams")).filter((file) => wants(`streams/${file}`))) {
    const { size, rows } = await replay(embedder, join(data, "streams", name));
    printReplay(name, size, rows);
  }
}

await main();
