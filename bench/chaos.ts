/**
 * Two replicas, one Redis that is killed and started again twice: what users notice. Run with
 * `npm run build && npm run bench:chaos [-- REQUESTS REDIS_TIMEOUT_MS]`, 5000 and 250 by default. Exit code 1 on a broken
 * promise.
 */
import { mkdtemp, readdir, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { createClient } from "redis";
import { findRedis } from "../scripts/redis/find-redis.ts";
import { freePort } from "../scripts/ports.ts";
import { launchRedis, type RunningRedis } from "../scripts/redis/launch-redis.ts";
import { checkWindow, type SeenTurn } from "./support/check-window.ts";
import { percentile } from "./support/percentile.ts";
import { runReplicas, type Reply, type Replicas } from "./support/run-replicas.ts";
import { createRandom } from "./support/seeded-random.ts";

const CONVERSATIONS = 50;
/** Turns that fit into a window. */
const WINDOW_TURNS = 10;
const METHOD = `Method: two processes of the service (offline model, builtin embeddings, threshold 0.9, the sample pages) on one Redis
with an append-only file, behind a round robin. ${CONVERSATIONS} conversations ask at the same time, each the next question when the last is
answered, every fifth time two at once; questions are the pages' titles in two wordings (seed 1). Redis is killed with SIGKILL after
25 % of the requests and started again after 10 % more, with its data; after another 25 % it is killed again, and after 10 % more
started again, without. Then come the last 30 %. An outage lasts until both replicas say that they are in line with Redis again;
what is asked until then comes on top. Each conversation's list in Redis is compared with what was answered after every
${WINDOW_TURNS} turns.`;

type Phase = "before" | "outage 1" | "between" | "outage 2" | "after";
const PHASES: readonly Phase[] = ["before", "outage 1", "between", "outage 2", "after"];

interface Figures {
  readonly times: number[];
  failures: number;
  degraded: number;
  hits: number;
}

interface Run {
  readonly total: number;
  readonly replicas: Replicas;
  readonly figures: Record<Phase, Figures>;
  phase: Phase;
  /** How often the phase has changed. */
  changes: number;
  isOver: boolean;
  interleaved: number;
  lostCalm: number;
  lostOutage: number;
  checks: number;
  readonly errors: Set<string>;
  /** How often each part of the service was degraded. */
  readonly parts: Map<string, number>;
}

async function main(): Promise<void> {
  const total = Number(process.argv[2] ?? 5_000);
  const program = await findRedis();
  if (program === undefined) throw new Error("no Redis with search: npm run redis -- --install");
  const port = await freePort();
  const dataFolder = await mkdtemp(join(tmpdir(), "reprise-chaos-data-"));
  const folders = [dataFolder];
  const start = async (folder: string): Promise<RunningRedis> =>
    launchRedis(program, { port, folder, settings: ["--appendonly", "yes"] });
  const newFolder = async () => {
    const folder = await mkdtemp(join(tmpdir(), "reprise-chaos-redis-"));
    folders.push(folder);
    return folder;
  };
  const first = await newFolder();
  let redis = await start(first);
  const redisTimeoutMs = Number(process.argv[3] ?? 250);
  const replicas = await runReplicas({
    count: 2,
    redisUrl: redis.url,
    dataFolder,
    redisTimeoutMs,
  });
  await replicas.untilInLine();
  const run = newRun(total, replicas);
  console.log(METHOD);
  console.log(`${total} requests; a call to Redis may take ${redisTimeoutMs} ms.`);
  const url = redis.url;
  const outages = async () => {
    await outage(run, "outage 1", "between", {
      kill: () => redis.stop("SIGKILL"),
      start: async () => void (redis = await start(first)),
    });
    await outage(run, "outage 2", "after", {
      kill: () => redis.stop("SIGKILL"),
      start: async () => void (redis = await start(await newFolder())),
    });
    await reached(run, 0.3);
    run.isOver = true;
  };
  try {
    const questions = await readQuestions();
    const talking = Array.from({ length: CONVERSATIONS }, (_, index) =>
      converse(run, `chaos-${index}`, questions, { seed: index + 1, url }),
    );
    const killing = outages().finally(() => {
      run.isOver = true;
    });
    await Promise.all([killing, ...talking]);
    report(run);
  } finally {
    await replicas.stop();
    await redis.stop("SIGKILL");
    for (const folder of folders) await rm(folder, { recursive: true, force: true });
  }
}

function newRun(total: number, replicas: Replicas): Run {
  const figures = (): Figures => ({ times: [], failures: 0, degraded: 0, hits: 0 });
  return {
    total,
    replicas,
    figures: {
      before: figures(),
      "outage 1": figures(),
      between: figures(),
      "outage 2": figures(),
      after: figures(),
    },
    phase: "before",
    changes: 0,
    isOver: false,
    interleaved: 0,
    lostCalm: 0,
    lostOutage: 0,
    checks: 0,
    errors: new Set(),
    parts: new Map(),
  };
}

/** Resolves when this share of all requests was asked in the present phase. */
async function reached(run: Run, share: number): Promise<void> {
  while (run.figures[run.phase].times.length < run.total * share) await sleep(5);
}

async function outage(
  run: Run,
  during: Phase,
  afterwards: Phase,
  redis: { kill(): Promise<void>; start(): Promise<void> },
): Promise<void> {
  const enter = (phase: Phase) => {
    run.phase = phase;
    run.changes += 1;
  };
  await reached(run, 0.25);
  enter(during);
  const killed = performance.now();
  await redis.kill();
  await reached(run, 0.1);
  await redis.start();
  const started = performance.now();
  await run.replicas.untilInLine();
  enter(afterwards);
  const took = performance.now() - started;
  console.log(
    `${during}: Redis away for ${Math.round(started - killed)} ms, in line ${Math.round(took)} ms after it answered`,
  );
}

async function converse(
  run: Run,
  conversation: string,
  questions: readonly string[],
  { seed, url }: { seed: number; url: string },
): Promise<void> {
  const random = createRandom(seed);
  const seen: SeenTurn[] = [];
  const pick = () => questions[Math.floor(random() * questions.length)] ?? "";
  for (let step = 1; !run.isOver; step += 1) {
    const asking = step % 5 === 0 ? [pick(), pick()] : [pick()];
    const turns = await Promise.all(asking.map((question) => ask(run, conversation, question)));
    seen.push(...turns.flatMap((turn) => (turn === undefined ? [] : [turn])));
    if (step % WINDOW_TURNS === 0) await check(run, conversation, seen, url);
  }
}

async function ask(
  run: Run,
  conversation: string,
  question: string,
): Promise<SeenTurn | undefined> {
  const { changes, phase } = run;
  const figures = run.figures[phase];
  const begin = performance.now();
  let reply: Reply | undefined;
  try {
    reply = await run.replicas.chat({ message: question, conversation_id: conversation });
  } catch (error) {
    figures.failures += 1;
    run.errors.add(describe(error));
  }
  figures.times.push(performance.now() - begin);
  if (reply === undefined) return undefined;
  if (reply.answer === "") figures.failures += 1;
  if (reply.degraded.length > 0) figures.degraded += 1;
  for (const part of reply.degraded) {
    const name = `${phase}: ${part}`;
    run.parts.set(name, (run.parts.get(name) ?? 0) + 1);
  }
  if (reply.cache.status === "hit") figures.hits += 1;
  const isCalm = run.changes === changes && !phase.startsWith("outage");
  return { question, answer: reply.answer, isCalm };
}

function describe(error: unknown): string {
  const cause = error instanceof Error && error.cause instanceof Error ? error.cause.message : "";
  return `${String(error)} ${cause}`.slice(0, 300);
}

/** Only while Redis is there, and stays there. */
async function check(
  run: Run,
  conversation: string,
  seen: readonly SeenTurn[],
  url: string,
): Promise<void> {
  const { changes, phase } = run;
  if (phase.startsWith("outage")) return;
  const client = createClient({ url, RESP: 2 });
  client.on("error", () => {});
  try {
    await client.connect();
    const items = await client.lRange(`chat:${conversation}`, 0, -1);
    if (run.changes !== changes) return;
    const window = items.map((item): { role: string; content: string } => JSON.parse(item));
    const { interleaved, missing } = checkWindow(window, seen, WINDOW_TURNS);
    run.checks += 1;
    run.interleaved += interleaved;
    // Turns that waited for Redis come after those said meanwhile, and may push them out.
    const allCalm = seen.slice(-WINDOW_TURNS).every((turn) => turn.isCalm);
    if (allCalm) run.lostCalm += missing.length;
    else run.lostOutage += missing.length;
  } catch (error) {
    if (run.changes === changes) throw error;
  } finally {
    client.destroy();
  }
}

/** The sample pages' titles, as they would be asked for. */
async function readQuestions(): Promise<string[]> {
  const folder = join(import.meta.dirname, "../data/knowledge");
  const files = (await readdir(folder)).filter((file) => file.endsWith(".md")).sort();
  const pages = await Promise.all(files.map((file) => readFile(join(folder, file), "utf8")));
  const titles = pages.flatMap((page) => /^#\s+(.+)$/m.exec(page)?.[1] ?? []);
  return titles.flatMap((title) => [
    `What do the help pages say about "${title}"?`,
    `Tell me about "${title}" please`,
  ]);
}

function report(run: Run): void {
  for (const phase of PHASES) {
    const { times, failures, degraded, hits } = run.figures[phase];
    const [p50, p95, p99] = [0.5, 0.95, 0.99].map((share) => percentile(times, share).toFixed(0));
    console.log(
      `${phase.padEnd(9)} requests ${String(times.length).padStart(5)}  failed ${failures}  degraded ${String(degraded).padStart(4)}` +
        `  hits ${String(hits).padStart(4)}  ms p50 ${p50} p95 ${p95} p99 ${p99}`,
    );
  }
  const failures = PHASES.reduce((sum, phase) => sum + run.figures[phase].failures, 0);
  console.log(
    `windows compared ${run.checks}: interleaved ${run.interleaved}, turns lost outside the outages ${run.lostCalm}, ` +
      `not in their place around an outage ${run.lostOutage}`,
  );
  console.log([...run.parts].map(([name, times]) => `${name} degraded ${times} times`).join("; "));
  for (const error of run.errors) console.log(`error: ${error}`);
  const promises: [string, boolean][] = [
    ["no failed answer", failures === 0],
    ["no interleaved turn", run.interleaved === 0],
    ["no lost turn outside the outages", run.lostCalm === 0],
    ["hits before", run.figures.before.hits > 0],
    ["hits return after the first outage", run.figures.between.hits > 0],
    ["hits return after the second outage", run.figures.after.hits > 0],
    ["windows were compared in each calm phase", run.checks >= 3 * WINDOW_TURNS],
  ];
  for (const [promise, isKept] of promises)
    console.log(`${isKept ? "kept  " : "BROKEN"} ${promise}`);
  process.exitCode = promises.every(([, isKept]) => isKept) ? 0 : 1;
}

await main();
