import { spawn, type ChildProcess } from "node:child_process";
import { mkdtemp } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { findPostgres } from "../scripts/postgres/find-postgres.ts";
import { launchPostgres } from "../scripts/postgres/launch-postgres.ts";
import { findRedis } from "../scripts/redis/find-redis.ts";
import { freePort } from "../scripts/ports.ts";
import { launchRedis } from "../scripts/redis/launch-redis.ts";
import { openDatabase } from "../src/records/database.ts";
import { createSqlLedger } from "../src/records/sql-ledger.ts";
import type { LedgerEntry, ReportGroup } from "../src/usage/types.ts";
import { startStubModel } from "./support/stub-model.ts";

/**
 * Requests through two replicas while a replica, Redis and PostgreSQL are killed in turn. Every answer
 * that a client got whole must be in the ledger once, at its cost, and all reports must have one sum.
 */
const REQUESTS = Number(process.argv[2] ?? 10_000);
const CLIENTS = 8;
const QUIET_MS = 8_000;

const folder = () => mkdtemp(join(tmpdir(), "reprise-chaos-"));
const programs = (await findPostgres()) ?? fail("no PostgreSQL on this machine");
const program = (await findRedis()) ?? fail("no Redis with search on this machine");
const [postgresPort, redisPort] = [await freePort(), await freePort()];
const postgresPlace = { folder: await folder(), port: postgresPort };
const redisPlace = { folder: await folder(), port: redisPort, settings: ["--appendonly", "yes"] };
let postgres = await launchPostgres(programs, postgresPlace);
let redis = await launchRedis(program, redisPlace);
const model = await startStubModel();
const knowledge = await folder();
const replicas = [await startReplica(await freePort()), await startReplica(await freePort())];
const completed = new Map<string, { cost: string; port: number; at: number }>();
const killed: { what: string; at: number }[] = [];
const state = { asked: 0, isOver: false };
const failures: Record<string, number> = {};
const note = (code: string) => {
  failures[code] = (failures[code] ?? 0) + 1;
};

const begun = performance.now();
const killing = killInTurn();
await Promise.all(Array.from({ length: CLIENTS }, (_value, client) => ask(client)));
state.isOver = true;
const kills = await killing;
const seconds = Math.round((performance.now() - begun) / 1000);
console.log(
  `${REQUESTS} requests in ${seconds} s, ${completed.size} answered; ` +
    `failed: ${JSON.stringify(failures)}; killed: ${JSON.stringify(kills)}`,
);
await verify();
for (const replica of replicas) replica.child.kill("SIGTERM");
model.close();
await redis.stop("SIGKILL");
await postgres.stop();

interface Replica {
  readonly port: number;
  child: ChildProcess;
}

async function startReplica(port: number): Promise<Replica> {
  const replica = { port, child: spawnReplica(port) };
  await ready(port);
  return replica;
}

function spawnReplica(port: number): ChildProcess {
  const settings = {
    PORT: String(port),
    REDIS_URL: redis.url,
    DATABASE_URL: postgres.url,
    OPENAI_API_KEY: "k",
    OPENAI_BASE_URL: model.url,
    CHAT_MODEL: "gpt-4o-mini",
    EMBEDDINGS: "builtin",
    KNOWLEDGE_DIR: knowledge,
    LOG_LEVEL: "fatal",
  };
  return spawn("node", ["dist/main.js"], {
    env: { PATH: process.env["PATH"] ?? "", ...settings },
    stdio: ["ignore", "inherit", "inherit"],
  });
}

async function ready(port: number): Promise<void> {
  for (let tries = 0; tries < 600; tries += 1) {
    const reply = await fetch(`http://127.0.0.1:${port}/readyz`).catch(() => undefined);
    if (reply?.status === 200) return;
    await sleep(200);
  }
  fail(`the replica on port ${port} is not ready`);
}

/** Half of the questions come again, in a conversation of their client. */
async function ask(client: number): Promise<void> {
  while (state.asked < REQUESTS) {
    const number = (state.asked += 1);
    const replica = replicas[number % 2] ?? fail("no replica");
    const body = {
      message: `What is the word number ${number - (number % 2)} of the book?`,
      conversation_id: `client-${client}-${Math.floor(number / 500)}`,
    };
    try {
      const response = await fetch(`http://127.0.0.1:${replica.port}/v1/chat`, {
        method: "POST",
        headers: { "content-type": "application/json" },
        body: JSON.stringify(body),
        signal: AbortSignal.timeout(30_000),
      });
      const reply: any = await response.json();
      if (response.status === 200) {
        completed.set(reply.id, { cost: reply.cost.total, port: replica.port, at: Date.now() });
      } else note(reply.error.code);
    } catch {
      note("cut off");
      await sleep(50);
    }
  }
}

async function killInTurn(): Promise<Record<string, number>> {
  const kills = { replica: 0, redis: 0, postgres: 0 };
  for (let turn = 0; !state.isOver; turn += 1) {
    await sleep(QUIET_MS);
    if (state.isOver) break;
    if (turn % 3 === 0) {
      const replica = replicas[kills.replica % 2] ?? fail("no replica");
      killed.push({ what: `replica ${replica.port}`, at: Date.now() });
      replica.child.kill("SIGKILL");
      replica.child = spawnReplica(replica.port);
      await ready(replica.port);
      kills.replica += 1;
    } else if (turn % 3 === 1) {
      killed.push({ what: "Redis", at: Date.now() });
      await redis.stop("SIGKILL");
      await sleep(1_000);
      redis = await launchRedis(program, redisPlace);
      kills.redis += 1;
    } else {
      killed.push({ what: "PostgreSQL", at: Date.now() });
      await postgres.stop("SIGQUIT");
      await sleep(1_000);
      postgres = await launchPostgres(programs, postgresPlace);
      kills.postgres += 1;
    }
  }
  return kills;
}

async function verify(): Promise<void> {
  const records = await openDatabase(postgres.url);
  const ledger = createSqlLedger(records);
  const entries = new Map<string, LedgerEntry>();
  let missing = [...completed.keys()];
  for (let tries = 0; tries < 60 && missing.length > 0; tries += 1) {
    await sleep(1_000);
    entries.clear();
    for await (const entry of ledger.entries({})) entries.set(entry.id, entry);
    missing = missing.filter((id) => !entries.has(id));
  }
  for (const id of missing) console.log(`missing: ${placeOf(id)}`);
  const wrong = [...completed].filter(([id, { cost }]) => {
    const total = entries.get(id)?.cost.totalNanoUsd ?? -1n;
    return total !== BigInt(cost.replace(".", ""));
  });
  console.log(`${missing.length} answers are not in the ledger, ${wrong.length} at another cost`);
  const sum = [...entries.values()].reduce((total, { cost }) => total + cost.totalNanoUsd, 0n);
  const sums = [`ledger ${sum} in ${entries.size} rows`];
  for (const groupBy of ["day", "model", "conversation"] as const satisfies ReportGroup[]) {
    const rows = await ledger.report({ groupBy, timeZone: "UTC" });
    const total = rows.reduce((total, { totals }) => total + totals.totalNanoUsd, 0n);
    const requests = rows.reduce((count, { totals }) => count + totals.requests, 0);
    sums.push(`${groupBy} ${total} in ${requests}`);
    if (total !== sum || requests !== entries.size) process.exitCode = 1;
  }
  console.log(`nano-dollars: ${sums.join(", ")}`);
  if (missing.length > 0 || wrong.length > 0) process.exitCode = 1;
  await records.destroy();
}

/** When an answer was given, by the kills around it. */
function placeOf(id: string): string {
  const { port, at } = completed.get(id) ?? fail("not answered");
  const before = killed.findLast((kill) => kill.at <= at);
  const after = killed.find((kill) => kill.at > at);
  const seconds = (time: number) => (Math.abs(time - at) / 1000).toFixed(1);
  const since = before === undefined ? "" : `, ${seconds(before.at)} s after ${before.what}`;
  const until = after === undefined ? "" : `, ${seconds(after.at)} s before ${after.what}`;
  return `replica ${port}${since}${until}`;
}

function fail(message: string): never {
  throw new Error(message);
}
