import { mkdtemp, rm } from "node:fs/promises";
import { cpus, tmpdir } from "node:os";
import { join } from "node:path";
import { findPostgres } from "../scripts/postgres/find-postgres.ts";
import { createOwnDatabase } from "../scripts/postgres/own-database.ts";
import { launchPostgres } from "../scripts/postgres/launch-postgres.ts";
import { openDatabase } from "../src/records/database.ts";
import type { Records } from "../src/records/tables.ts";
import { createSqlLedger } from "../src/records/sql-ledger.ts";
import { createSqlTurns } from "../src/records/sql-turns.ts";
import type { EndedTurn } from "../src/transcripts/types.ts";
import type { Ledger } from "../src/usage/types.ts";
import { percentile } from "./support/percentile.ts";
import { createRandom } from "./support/seeded-random.ts";

const ROWS = Number(process.argv[2] ?? 1_000_000);
const RUNS = 9;
const BATCH = 5_000;
const DAY = 86_400_000;
const END = Date.UTC(2026, 10, 30);
/** All rows belong to one tenant and one month: the worst case for a month by day. */
const START = END - 30 * DAY;
const MODELS = ["gpt-4o-mini", "gpt-4.1-mini", "claude-haiku-4-5"];
const A_CONVERSATION = 10;

console.log(
  `Reports over ${ROWS} ledger rows of one tenant and one month, ${A_CONVERSATION} rows a conversation, ` +
    `1,000 users, seed 1; median and slowest of ${RUNS} runs after one that is left out; ` +
    `${cpus().length} cores, ${cpus()[0]?.model ?? ""}, Node ${process.version}`,
);
await bench("SQLite", await mkdtemp(join(tmpdir(), "reprise-bench-")), async () => {});
const programs = await findPostgres();
const given = process.env["DATABASE_URL"];
if (given !== undefined) {
  const database = await createOwnDatabase(given);
  await bench("PostgreSQL", database.url, database.drop);
} else if (programs === undefined) console.log("PostgreSQL: no server found, skipped");
else {
  const folder = await mkdtemp(join(tmpdir(), "reprise-bench-pg-"));
  const server = await launchPostgres(programs, { folder });
  await bench("PostgreSQL", server.url, async () => {
    await server.stop();
    await rm(folder, { recursive: true, force: true });
  });
}

async function bench(name: string, place: string, end: () => Promise<void>): Promise<void> {
  const records = await openDatabase(place);
  try {
    const begun = performance.now();
    await fill(records);
    const seconds = (performance.now() - begun) / 1000;
    console.log(`\n${name}: ${Math.round(ROWS / seconds)} rows/s written in batches of ${BATCH}`);
    await measureAll(createSqlLedger(records));
  } finally {
    await records.destroy();
    await end();
  }
}

async function fill(records: Records): Promise<void> {
  const turns = createSqlTurns(records);
  const random = createRandom(1);
  for (let start = 0; start < ROWS; start += BATCH) {
    const size = Math.min(BATCH, ROWS - start);
    await turns.record(Array.from({ length: size }, (_value, i) => makeTurn(start + i, random)));
  }
}

function makeTurn(index: number, random: () => number): EndedTurn {
  const isHit = random() < 0.4;
  const promptTokens = isHit ? 0 : 500 + Math.floor(random() * 1_000);
  const completionTokens = isHit ? 0 : 50 + Math.floor(random() * 300);
  const total = BigInt(promptTokens * 150 + completionTokens * 600 + 180);
  const saved = isHit ? 220_200n : 0n;
  return {
    text: null,
    entry: {
      id: `msg_${String(index).padStart(22, "0")}`,
      tenant: "default",
      createdAt: Math.floor(START + (index / ROWS) * (END - START)),
      conversationId: `conv_${String(Math.floor(index / A_CONVERSATION)).padStart(22, "0")}`,
      userId: `user_${Math.floor(random() * 1_000)}`,
      status: isHit ? "hit" : "miss",
      tier: isHit ? (random() < 0.5 ? "exact" : "semantic") : null,
      finishReason: "stop",
      usage: {
        model: MODELS[Math.floor(random() * MODELS.length)] ?? "gpt-4o-mini",
        promptTokens,
        completionTokens,
        totalTokens: promptTokens + completionTokens,
        cachedPromptTokens: 0,
        embeddingTokens: 9,
        estimated: false,
      },
      saved: isHit
        ? { promptTokens: 812, completionTokens: 164 }
        : { promptTokens: 0, completionTokens: 0 },
      cost: {
        totalNanoUsd: total,
        savedNanoUsd: saved,
        netSavedNanoUsd: isHit ? saved - total : 0n,
        priced: true,
      },
      totalMs: 640,
    },
  };
}

async function measureAll(ledger: Ledger): Promise<void> {
  const month = { tenant: "default", from: START, to: END, timeZone: "Europe/Vienna" };
  const conversationId = `conv_${String(Math.floor(ROWS / 2 / A_CONVERSATION)).padStart(22, "0")}`;
  await measure("one conversation", () =>
    ledger.conversation({ tenant: "default", conversationId }),
  );
  for (const groupBy of ["day", "model", "tenant", "user"] as const) {
    await measure(`month by ${groupBy}`, () => ledger.report({ ...month, groupBy }));
  }
  const day = { ...month, from: END - DAY };
  await measure("day by conversation", () => ledger.report({ ...day, groupBy: "conversation" }));
}

async function measure(name: string, run: () => Promise<unknown>): Promise<void> {
  const times: number[] = [];
  for (let index = 0; index <= RUNS; index += 1) {
    const begun = performance.now();
    await run();
    if (index > 0) times.push(performance.now() - begun);
  }
  const [median, slowest] = [percentile(times, 0.5), percentile(times, 1)];
  console.log(`  ${name.padEnd(20)} ${median.toFixed(1)} ms, slowest ${slowest.toFixed(1)} ms`);
}
