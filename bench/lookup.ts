/**
 * Time to look up a cached answer: by its words, by vector within a scope, and the time of Redis's own
 * searches on the same data. Run with `npm run bench:lookup [-- --scopes=10 1000 10000 50000]`.
 */
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { findRedis } from "../scripts/redis/find-redis.ts";
import { launchRedis } from "../scripts/redis/launch-redis.ts";
import { connectRedis } from "../src/redis/connection.ts";
import { fillRedis, type Filled } from "./support/fill-redis.ts";
import { lookupWays, type Way } from "./support/lookup-ways.ts";
import { makeQuestions, type Questions, type ScopedVector } from "./support/make-questions.ts";
import { percentile } from "./support/percentile.ts";

const DIMENSIONS = 384;
const OPTIONS = parseArgs({
  options: { scopes: { type: "string", default: "10" } },
  allowPositionals: true,
});
const SCOPES = Array.from({ length: Number(OPTIONS.values.scopes) }, (_, index) => `scope${index}`);
const ASKED = 300;
const CLIENTS = 16;
const ROUNDS = 5;
const LIMIT = 3;
const BASELINE = "KNN 3, no scope";
const METHOD = `Method: seeded questions of ${DIMENSIONS} dimensions (100 topics, cosine 0.40 within a topic, 0.15 between topics, 0.90 to 0.998
between wordings of a question) in ${SCOPES.length} scope(s) with the same questions, each with half as many entries as the one before;
"sparse" has 3 wordings per question, "dense" 500. Entries have 1.5 KB. ${ASKED} questions are spread evenly over the scopes: a third each
nearly as stored (0.99), as another wording (0.9), and new. Each way gets all questions in sequence before the next way starts, so that
no way profits from a CPU cache that another has filled. There are ${ROUNDS} rounds after one warm-up round, each starting with another way.
A question counts with the median of its rounds; "ratio" is the median of the ratios to "${BASELINE}" within a question. Throughput:
${CLIENTS} callers on one connection, the same questions and rounds, median. Wall time in milliseconds. Redis is started for the run on this
machine, without a time limit for searches. "found": share of the ${LIMIT} nearest in the scope and within the radius that were found.`;

interface Asked {
  readonly question: ScopedVector;
  /** Similarities of the expected results, best first. */
  readonly nearest: readonly number[];
}

interface Result {
  /** Per question, the times of its rounds. */
  readonly times: readonly number[][];
  readonly throughputs: number[];
  wanted: number;
  found: number;
}

async function main(): Promise<void> {
  const sizes = OPTIONS.positionals.map(Number);
  console.log(METHOD);
  for (const size of sizes.length > 0 ? sizes : [1_000, 10_000, 50_000]) {
    await measureSize(size, "sparse", 3);
    await measureSize(size, "dense", 500);
  }
}

async function measureSize(size: number, name: string, wordings: number): Promise<void> {
  const program = await findRedis();
  if (program === undefined)
    throw new Error("No Redis with search found. Run: npm run redis -- --install");
  const folder = await mkdtemp(join(tmpdir(), "reprise-bench-"));
  const redis = await launchRedis(program, { folder });
  const connection = connectRedis({ url: redis.url, deadlineMs: 60_000 });
  try {
    await connection.untilUp(10_000);
    // Redis's own searches with many near entries exceed its default time limit.
    await connection.run((client) => client.sendCommand(["FT.CONFIG", "SET", "TIMEOUT", "0"]));
    const questions = makeQuestions({
      count: size,
      dimensions: DIMENSIONS,
      scopes: SCOPES,
      wordings,
      seed: 1,
    });
    const filled = await fillRedis(connection, questions.stored, DIMENSIONS);
    console.log(`\n${size} entries, ${name}`);
    for (const minSimilarity of [0.95, 0.6]) await measure(filled, questions, minSimilarity);
  } finally {
    await connection.close();
    await redis.stop("SIGKILL");
    await rm(folder, { recursive: true, force: true });
  }
}

async function measure(filled: Filled, questions: Questions, minSimilarity: number): Promise<void> {
  const ways = lookupWays(filled, { limit: LIMIT, minSimilarity });
  const asked = questions.ask(ASKED).map((question) => ({
    question,
    nearest: nearestInScope(questions.stored, question, minSimilarity),
  }));
  const results = new Map(ways.map((way) => [way.name, noResult()]));
  for (const way of ways) await timeQuestions(way, asked, noResult());
  for (let round = 0; round < ROUNDS; round += 1) {
    for (const way of turned(ways, round)) {
      const result = results.get(way.name) ?? noResult();
      await timeQuestions(way, asked, result);
      result.throughputs.push(await throughput(way, asked));
    }
  }
  report(ways, results, minSimilarity);
}

function noResult(): Result {
  return {
    times: Array.from({ length: ASKED }, () => []),
    throughputs: [],
    wanted: 0,
    found: 0,
  };
}

async function timeQuestions(way: Way, asked: readonly Asked[], result: Result): Promise<void> {
  for (const [index, { question, nearest }] of asked.entries()) {
    const begin = performance.now();
    const similarities = await way.ask(question, index);
    result.times[index]?.push(performance.now() - begin);
    result.wanted += nearest.length;
    result.found += nearest.filter(
      (wanted, place) => Math.abs((similarities[place] ?? -1) - wanted) < 1e-4,
    ).length;
  }
}

function turned<Item>(items: readonly Item[], by: number): Item[] {
  const turn = by % items.length;
  return [...items.slice(turn), ...items.slice(0, turn)];
}

async function throughput(way: Way, asked: readonly Asked[]): Promise<number> {
  let next = 0;
  const begin = performance.now();
  const callers = Array.from({ length: CLIENTS }, async () => {
    while (next < asked.length) {
      const index = next;
      next += 1;
      const each = asked[index];
      if (each !== undefined) await way.ask(each.question, index);
    }
  });
  await Promise.all(callers);
  return asked.length / ((performance.now() - begin) / 1000);
}

function nearestInScope(
  stored: readonly ScopedVector[],
  { scope, vector }: ScopedVector,
  minSimilarity: number,
): number[] {
  return stored
    .filter((each) => each.scope === scope)
    .map((each) => each.vector.reduce((sum, value, place) => sum + value * (vector[place] ?? 0), 0))
    .filter((similarity) => similarity >= minSimilarity)
    .sort((one, other) => other - one)
    .slice(0, LIMIT);
}

function report(
  ways: readonly Way[],
  results: ReadonlyMap<string, Result>,
  minSimilarity: number,
): void {
  console.log(`  minimum similarity ${minSimilarity}`);
  const medians = (name: string) =>
    (results.get(name) ?? noResult()).times.map((times) => percentile(times, 0.5));
  const base = medians(BASELINE);
  for (const { name, isScoped } of ways) {
    const { throughputs, wanted, found } = results.get(name) ?? noResult();
    const times = medians(name);
    const ratios = times.map((time, index) => time / (base[index] ?? 1));
    const [p50, p95] = [0.5, 0.95].map((share) => percentile(times, share).toFixed(2));
    const share = isScoped && wanted > 0 ? `  found ${((100 * found) / wanted).toFixed(1)} %` : "";
    console.log(
      `    ${name.padEnd(30)} p50 ${p50}  p95 ${p95}  ratio ${percentile(ratios, 0.5).toFixed(2)}` +
        `  ${percentile(throughputs, 0.5).toFixed(0).padStart(6)}/s${share}`,
    );
  }
}

await main();
