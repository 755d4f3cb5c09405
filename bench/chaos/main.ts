/**
 * Two replicas under load while their dependencies fail one after the other: what users notice, and what
 * is recorded. Run with `npm run chaos [-- --quick] [--rate 100] [--only "PostgreSQL"]`.
 * Exit code 1 if an answer was lost or wrong, or a failure came from the service.
 */
import { chmod, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { parseArgs } from "node:util";
import { percentile } from "../support/percentile.ts";
import { FAULTS, type Broken, type Fault, type Stopped } from "./faults.ts";
import { putDocument, startLoad, type Asked } from "./load.ts";
import { end, isComplete, partsOf, startReplica, type Replica } from "./replicas.ts";
import { startServers } from "./servers.ts";
import { startUpstream } from "./upstream.ts";
import { verify } from "./verify.ts";

const RECOVERY_MS = 60_000;
const STOP_LIMIT_MS = 34_000;
const METHOD = `Method: two replicas on one Redis (append-only file), one PostgreSQL (fsync off) and a stub model server on this machine. The stub
takes 25 ms per answer; each answer has the number of its question, so that clients detect wrong answers. Clients ask at a fixed
rate, every question twice, in 60 conversations. Each request has a new connection to a running replica; only a refused connection
is retried at the other. Faults follow one after the other, with a quiet time between them. A fault has ended when both replicas
report every part ok and all turns recorded. "PostgreSQL full" is the error of a full disk, raised by triggers on every insert.
Errors 429, 502, 503 and 504 count as the model server's while it fails, and cut connections as the killed replica's. Every other
failure is ours. At the end, each received answer must be in the ledger with its cost, and in its transcript.`;

interface Happened {
  readonly fault: Fault;
  readonly from: number;
  readonly mendedAt: number;
  readonly to: number;
  readonly stopped: Stopped | undefined;
}

const { values: options } = parseArgs({
  options: {
    quick: { type: "boolean", default: false },
    rate: { type: "string" },
    only: { type: "string", default: "" },
  },
});
const rate = Number(options.rate ?? (options.quick ? 30 : 100));
const [faultMs, quietMs] = options.quick ? [1_500, 500] : [6_000, 4_000];

async function main(): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), "reprise-chaos-"));
  // PostgreSQL may run as another user.
  await chmod(folder, 0o755);
  const [servers, upstream] = [await startServers(folder), await startUpstream()];
  const settings = {
    REDIS_URL: servers.redisUrl,
    DATABASE_URL: servers.postgresUrl,
    DATA_DIR: join(folder, "data"),
    OPENAI_API_KEY: "k",
    OPENAI_BASE_URL: upstream.url,
    CHAT_MODEL: "gpt-4o-mini",
    EMBEDDINGS: "builtin",
    MODEL_TIMEOUT_MS: process.env["MODEL_TIMEOUT_MS"] ?? "5000",
    REDIS_TIMEOUT_MS: "1000",
    LOG_LEVEL: process.env["LOG_LEVEL"] ?? "fatal",
  };
  const replicas: Replica[] = [];
  try {
    // Sequential: the first replica writes the documents to the database.
    const first = await startReplica("replica 1", settings);
    replicas.push(first);
    await putDocument(first.url);
    const second = await startReplica("replica 2", settings);
    replicas.push(second);
    console.log(METHOD);
    const load = startLoad(replicas, rate);
    const happened = await breakInTurn({
      servers,
      upstream,
      replicas: [first, second],
      settings,
    });
    await load.stop();
    await untilRecovered(replicas);
    // Answers whose clients gave up may still run: they are recorded before the database is read.
    await Promise.all(replicas.map((replica) => end(replica, "SIGTERM")));
    report(load.asked, happened);
    await judge(servers.postgresUrl, load.asked, happened, upstream.seen);
  } finally {
    for (const replica of replicas)
      if (replica.child.exitCode === null) await end(replica, "SIGTERM");
    upstream.close();
    await servers.stop();
    await rm(folder, { recursive: true, force: true });
  }
}

async function breakInTurn(broken: Broken): Promise<readonly Happened[]> {
  const happened: Happened[] = [];
  await sleep(quietMs);
  for (const fault of FAULTS.filter(({ name }) => name.includes(options.only))) {
    const from = Date.now();
    const mend = await fault.begin(broken);
    await sleep(faultMs);
    const stopped = await mend();
    const mendedAt = Date.now();
    await untilRecovered(broken.replicas);
    happened.push({ fault, from, mendedAt, to: Date.now(), stopped });
    console.error(`ended: ${fault.name}, after ${((Date.now() - from) / 1000).toFixed(1)} s`);
    await sleep(quietMs);
  }
  return happened;
}

async function untilRecovered(replicas: readonly Replica[]): Promise<void> {
  const deadline = Date.now() + RECOVERY_MS;
  for (const { name, url } of replicas) {
    for (;;) {
      const parts = await partsOf(url);
      const isWell = parts !== undefined && Object.values(parts).every((state) => state === "ok");
      const complete = await isComplete(url);
      if (isWell && complete) break;
      if (Date.now() > deadline)
        throw new Error(`${name} did not recover: ${JSON.stringify({ parts, complete })}`);
      await sleep(50);
    }
  }
}

/** True if no fault explains the failure of a request. */
function isOurs(one: Asked, happened: readonly Happened[]): boolean {
  if (one.outcome === "answered") return false;
  return !happened.some(({ fault: { excuses }, from, to }) => {
    const overlaps = one.from <= to && one.to >= from;
    const isOfReplica = excuses?.replica === undefined || excuses.replica === one.replica;
    return overlaps && isOfReplica && excuses?.outcomes.test(one.outcome) === true;
  });
}

function report(asked: readonly Asked[], happened: readonly Happened[]): void {
  const seconds = (Math.max(...asked.map(({ to }) => to)) - (asked[0]?.from ?? 0)) / 1000;
  console.log(
    `${asked.length} requests in ${seconds.toFixed(0)} s, ${(asked.length / seconds).toFixed(0)} per second (target ${rate})`,
  );
  console.log(
    "fault                      asked  answered    cached  degraded  ms p50  p95   p99    recovered in  failures",
  );
  for (const { fault, from, mendedAt, to, stopped } of happened) {
    const during = asked.filter((one) => one.from >= from && one.from <= to);
    const outside = `${((to - mendedAt) / 1000).toFixed(1)} s`;
    console.log(`${line(fault.name, during)}  ${outside.padStart(12)}  ${failuresOf(during)}`);
    if (stopped === undefined) continue;
    console.log(
      `  stopped in ${(stopped.milliseconds / 1000).toFixed(1)} s with code ${stopped.code}`,
    );
  }
  const quiet = asked.filter((one) =>
    happened.every(({ from, to }) => one.from < from || one.from > to),
  );
  console.log(`${line("between the faults", quiet)}  ${"".padStart(12)}  ${failuresOf(quiet)}`);
}

function line(name: string, asked: readonly Asked[]): string {
  const answered = asked.filter(({ reply }) => reply !== undefined);
  const cached = answered.filter(({ reply }) => reply?.cache.status === "hit");
  const degraded = answered.filter(({ reply }) => (reply?.degraded.length ?? 0) > 0);
  const times = answered.map(({ from, to }) => to - from);
  const [p50, p95, p99] = [0.5, 0.95, 0.99].map((share) =>
    percentile(times.length === 0 ? [0] : times, share).toFixed(0),
  );
  return (
    `${name.padEnd(25)} ${String(asked.length).padStart(6)}  ${String(answered.length).padStart(8)}` +
    `  ${String(cached.length).padStart(8)}  ${String(degraded.length).padStart(8)}  ${p50?.padStart(6)}  ${p95?.padStart(4)}  ${p99?.padStart(4)}`
  );
}

function failuresOf(asked: readonly Asked[]): string {
  const counts = new Map<string, number>();
  for (const { outcome } of asked) {
    if (outcome !== "answered") counts.set(outcome, (counts.get(outcome) ?? 0) + 1);
  }
  return [...counts].map(([outcome, count]) => `${count} × ${outcome}`).join(", ") || "none";
}

async function judge(
  postgresUrl: string,
  asked: readonly Asked[],
  happened: readonly Happened[],
  seen: { calls: number; whole: number },
): Promise<void> {
  const { lost, wrong, rows, charged } = await verify(postgresUrl, asked);
  const mixedUp = asked.filter(({ isWrong }) => isWrong);
  const ours = asked.filter((one) => isOurs(one, happened));
  const late = happened.filter(({ stopped }) => (stopped?.milliseconds ?? 0) > STOP_LIMIT_MS);
  console.log(
    `the model server got ${seen.calls} calls and completed ${seen.whole} answers; ` +
      `the ledger has ${rows} rows and charges ${charged} answers (a killed replica loses its answers in progress)`,
  );
  for (const { outcome, replica, from } of ours.slice(0, 20)) {
    const fault = happened.findLast((each) => each.from <= from)?.fault.name ?? "no fault yet";
    console.log(`ours: ${outcome} of ${replica}, after "${fault}"`);
  }
  for (const { reply, replica, from } of mixedUp.slice(0, 10)) {
    const fault = happened.findLast((each) => each.from <= from)?.fault.name ?? "no fault yet";
    console.log(`wrong: ${JSON.stringify(reply)} of ${replica}, after "${fault}"`);
  }
  for (const what of [...lost.slice(0, 10), ...wrong.slice(0, 10)]) console.log(`record: ${what}`);
  const promises: [string, number][] = [
    ["answers lost", lost.length],
    ["answers or sums wrong", wrong.length + mixedUp.length],
    ["failures of the service", ours.length],
    ["stops that took longer than 34 s", late.length],
  ];
  for (const [promise, count] of promises) {
    console.log(`${count === 0 ? "kept  " : "BROKEN"} 0 ${promise}: ${count}`);
    if (count > 0) process.exitCode = 1;
  }
}

await main();
