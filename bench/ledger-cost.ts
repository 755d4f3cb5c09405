/**
 * What the record (transcript, ledger, log of lookups) costs a question that the cache answers: the same
 * service with it and without it, in turns. Run with `npm run bench:ledger-cost`; with `REDIS_URL` the
 * stores are in Redis, with `DATABASE_URL` the record is in PostgreSQL.
 */
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { answerQuestion } from "../src/chat/answer-question.ts";
import type { ChatDependencies } from "../src/chat/turn.ts";
import { composeChat } from "../src/compose-chat.ts";
import { composeMemoryStores } from "../src/compose-memory.ts";
import { composeRecords } from "../src/compose-records.ts";
import { composeRedisStores } from "../src/compose-redis.ts";
import { readConfig } from "../src/config.ts";
import { createBuiltinEmbeddings } from "../src/models/builtin-embeddings.ts";
import { createHealth } from "../src/operations/health.ts";
import { createLogger } from "../src/operations/logger.ts";
import { createMetrics } from "../src/operations/metrics.ts";
import { createLookupLog } from "../src/tuning/lookup-log.ts";
import { windowTurn } from "../src/transcripts/window-turn.ts";
import { percentile } from "./support/percentile.ts";

const BLOCKS = 30;
const QUESTIONS = 300;
const METHOD = `Method: the path of a question in this process, without HTTP; the sample documents, the offline model, the built-in
embeddings. After one answer is stored, ${BLOCKS} pairs of blocks of ${QUESTIONS} exact hits in conversations, one after the other, with the
record and without (the window is written in both), in an order that turns. "median" is that of the times from question to reply in
a block: what a user waits; "mean" is the block's wall time by its questions: what the process does, batches written behind the
replies included. Ratios are with : without, of the two blocks of a pair.`;

const folder = await mkdtemp(join(tmpdir(), "reprise-bench-"));
const config = readConfig({ LOG_LEVEL: "error", DATA_DIR: folder, ...process.env });
const logger = createLogger(config.logLevel);
const now = () => Date.now();
const metrics = createMetrics();
const records = await composeRecords(config, now, logger, createHealth([]));
const embedder = await createBuiltinEmbeddings({ folder: config.builtinModelDir });
const helpers = { ...records, embedder, now, logger, metrics, health: createHealth([]) };
const stores =
  config.redis === undefined
    ? composeMemoryStores(config, helpers)
    : composeRedisStores(config, { ...helpers, redis: config.redis });
const log = createLookupLog({
  ...config.lookupLog,
  store: records.lookups,
  random: Math.random,
  onLost: ({ count }) => logger.error({ count }, "lookups were lost"),
});
const chat = await composeChat(
  config,
  {
    stores,
    given: {},
    profiles: { read: async () => undefined, put: fail, patch: fail, remove: fail },
    budget: records.budget,
    policyStore: records.policies,
    notes: (note) => log.note(note),
    onJudged: () => {},
    onPolicy: () => {},
    recordTurn: (turn) => stores.recorder.record(turn),
    now,
  },
  (part, error) => logger.error({ part, err: error }, "degraded"),
);
const without: ChatDependencies = {
  ...chat,
  notes: () => {},
  async recordTurn(turn) {
    const window = windowTurn(turn);
    if (window !== undefined) await stores.history.append(window.key, window.messages);
  },
};
try {
  console.log(METHOD);
  await stores.load();
  await ask(chat, 0, "miss");
  await runBlock(chat);
  await runBlock(without);
  const times: Times = { with: [], without: [] };
  for (let block = 0; block < BLOCKS; block += 1) {
    const order = block % 2 === 0 ? (["with", "without"] as const) : (["without", "with"] as const);
    for (const name of order) times[name].push(await runBlock(name === "with" ? chat : without));
  }
  report(times);
} finally {
  await chat.close();
  await log.close();
  await stores.close();
  await records.close();
  await rm(folder, { recursive: true, force: true });
}

/** Milliseconds a question in one block. */
interface Block {
  readonly median: number;
  readonly mean: number;
}

interface Times {
  readonly with: Block[];
  readonly without: Block[];
}

async function runBlock(dependencies: ChatDependencies): Promise<Block> {
  const times: number[] = [];
  const begun = performance.now();
  for (let question = 0; question < QUESTIONS; question += 1) {
    const asked = performance.now();
    await ask(dependencies, question, "hit");
    times.push(performance.now() - asked);
  }
  return { median: percentile(times, 0.5), mean: (performance.now() - begun) / QUESTIONS };
}

async function ask(dependencies: ChatDependencies, number: number, status: string): Promise<void> {
  const request = {
    tenant: "default",
    message: "How do I enable two-factor login?",
    conversationId: `bench-${number % 20}`,
    history: [],
    cacheMode: "default",
  } as const;
  const id = `msg_${crypto.randomUUID()}`;
  const run = { id, stopSignal: new AbortController().signal };
  for await (const event of answerQuestion(request, run, dependencies)) {
    if (event.type === "answer-error") throw new Error(event.error.message);
    if (event.type === "answer-end" && event.reply.cache.status !== status) {
      throw new Error(`${event.reply.cache.status} is no ${status}`);
    }
  }
}

function report(times: Times): void {
  const database = config.database.startsWith("postgres") ? "PostgreSQL" : "SQLite";
  console.log(
    `record in ${database}, stores in ${config.redis === undefined ? "memory" : "Redis"}`,
  );
  console.log("                                p50     p10     p90 of the blocks");
  for (const kind of ["median", "mean"] as const) {
    const ratios = times.with.map(
      (block, pair) => block[kind] / (times.without[pair] ?? block)[kind],
    );
    const print = (name: string, values: readonly number[]) =>
      console.log(
        `${kind.padEnd(8)}${name.padEnd(20)}${[0.5, 0.1, 0.9].map((share) => percentile(values, share).toFixed(3).padStart(8)).join("")}`,
      );
    print(
      "with, ms",
      times.with.map((block) => block[kind]),
    );
    print(
      "without, ms",
      times.without.map((block) => block[kind]),
    );
    print("ratio", ratios);
  }
}

function fail(): never {
  throw new Error("not asked for in this bench");
}
