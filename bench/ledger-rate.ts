/**
 * Ended turns recorded per second, sustained. Run with
 * `npm run bench:ledger-rate [-- SECONDS]`, 20 by default; with `DATABASE_URL` PostgreSQL too. Exits with 1
 * below the goals.
 */
import { randomUUID } from "node:crypto";
import { chmod, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { monitorEventLoopDelay } from "node:perf_hooks";
import { findPostgres } from "../scripts/postgres/find-postgres.ts";
import { launchPostgres } from "../scripts/postgres/launch-postgres.ts";
import { createOwnDatabase } from "../scripts/postgres/own-database.ts";
import { openDatabase } from "../src/records/database.ts";
import type { Records } from "../src/records/tables.ts";
import { createSqlLedger } from "../src/records/sql-ledger.ts";
import { createSqlTurns } from "../src/records/sql-turns.ts";
import { createTurnQueue } from "../src/transcripts/turn-queue.ts";
import type { EndedTurn } from "../src/transcripts/types.ts";
import { createRandom } from "./support/seeded-random.ts";

const CONVERSATIONS = 300;
const USERS = 100;
/** Maximum turns in the queue: a few batches. */
const WINDOW = 2_000;
const GOALS = { PostgreSQL: 400, SQLite: 200 } as const;
const METHOD = `Method: one process adds turns to the queue of the service, as fast as the database accepts them, in ${CONVERSATIONS} conversations
of ${USERS} users and 3 tenants (seed 1). A question has 60 characters, an answer 600 with one citation. PostgreSQL is a local one
(fsync off) unless DATABASE_URL is set; SQLite is a file. At the end, each row must be in the ledger exactly once.`;

type Kind = keyof typeof GOALS;

async function main(): Promise<void> {
  const seconds = Number(process.argv[2] ?? 20);
  console.log(METHOD);
  const folder = await mkdtemp(join(tmpdir(), "reprise-rate-"));
  // PostgreSQL may run as another user.
  await chmod(folder, 0o755);
  try {
    await measure("SQLite", join(folder, "sqlite"), seconds);
    const given = process.env["DATABASE_URL"];
    if (given === undefined) await onOwnServer(join(folder), seconds);
    else await onServer(given, seconds);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

async function onOwnServer(parent: string, seconds: number): Promise<void> {
  const programs = await findPostgres();
  if (programs === undefined)
    throw new Error("No PostgreSQL is installed, and DATABASE_URL is not set.");
  const folder = await mkdtemp(join(parent, "postgres-"));
  const postgres = await launchPostgres(programs, { folder });
  try {
    await onServer(postgres.url, seconds);
  } finally {
    await postgres.stop();
  }
}

async function onServer(server: string, seconds: number): Promise<void> {
  const database = await createOwnDatabase(server);
  try {
    await measure("PostgreSQL", database.url, seconds);
  } finally {
    await database.drop();
  }
}

async function measure(kind: Kind, place: string, seconds: number): Promise<void> {
  const records = await openDatabase(place);
  try {
    const delay = monitorEventLoopDelay({ resolution: 10 });
    delay.enable();
    const { given, took } = await fill(records, seconds);
    delay.disable();
    const { counted, nanoUsd } = await readLedger(records);
    const rate = given.length / took;
    const sum = given.reduce((total, { entry }) => total + entry.cost.totalNanoUsd, 0n);
    const isExact = counted === given.length && sum === nanoUsd;
    console.log(
      `${kind.padEnd(10)} ${rate.toFixed(0).padStart(6)} turns per second for ${took.toFixed(1)} s (goal ${GOALS[kind]}), ` +
        `${counted} of ${given.length} in the ledger, sums ${isExact ? "exact" : "WRONG"}, ` +
        `event loop delay p99 ${(delay.percentile(99) / 1e6).toFixed(0)} ms, at most ${(delay.max / 1e6).toFixed(0)} ms`,
    );
    if (rate < GOALS[kind] || !isExact) process.exitCode = 1;
  } finally {
    await records.destroy();
  }
}

async function fill(records: Records, seconds: number) {
  const queue = createTurnQueue({
    store: createSqlTurns(records),
    onError: ({ error }) => console.error(error),
  });
  const random = createRandom(1);
  const given: EndedTurn[] = [];
  const begun = performance.now();
  const end = begun + seconds * 1000;
  while (performance.now() < end) {
    while (queue.size < WINDOW) {
      const turn = makeTurn(given.length, random);
      given.push(turn);
      queue.add(turn);
    }
    await sleep(5);
  }
  while (queue.size > 0) await queue.settle(60_000);
  return { given, took: (performance.now() - begun) / 1000 };
}

async function readLedger(records: Records): Promise<{ counted: number; nanoUsd: bigint }> {
  const rows = await createSqlLedger(records).report({ groupBy: "model", timeZone: "UTC" });
  return rows.reduce(
    ({ counted, nanoUsd }, { totals }) => ({
      counted: counted + totals.requests,
      nanoUsd: nanoUsd + totals.totalNanoUsd,
    }),
    { counted: 0, nanoUsd: 0n },
  );
}

function makeTurn(number: number, random: () => number): EndedTurn {
  const conversation = Math.floor(random() * CONVERSATIONS);
  const createdAt = Date.now();
  const usage = {
    model: number % 5 === 0 ? "gpt-4o" : "gpt-4o-mini",
    promptTokens: 800,
    completionTokens: 160,
    totalTokens: 960,
    cachedPromptTokens: 0,
    embeddingTokens: 9,
    estimated: false,
  };
  const citation = { number: 1, documentId: "help", title: "Help", passage: "x".repeat(300) };
  return {
    entry: {
      id: `msg_${randomUUID()}`,
      tenant: `tenant-${conversation % 3}`,
      createdAt,
      conversationId: `conversation-${conversation}`,
      userId: `user-${conversation % USERS}`,
      status: "miss",
      tier: null,
      finishReason: "stop",
      usage,
      saved: { promptTokens: 0, completionTokens: 0 },
      cost: {
        totalNanoUsd: BigInt(number),
        savedNanoUsd: 0n,
        netSavedNanoUsd: 0n,
        priced: true,
      },
      totalMs: 640,
    },
    text: {
      question: `What is the word number ${number} of the book, and who wrote it?`,
      answer: "It is so, as the book says. ".repeat(22),
      citations: [{ ...citation, passageId: "p1", start: 0, end: 300, score: 0.7 }],
      askedAt: createdAt - 600,
      order: number,
    },
  };
}

await main();
