/**
 * Latency and throughput of questions over HTTP, by cache result. Run with
 * `npm run bench:hit-path`; with `-- URL` it measures a running service.
 */
import { Agent, request } from "node:http";
import { startProcess } from "./support/start-process.ts";
import { percentile } from "./support/percentile.ts";

const ROUNDS = 400;
const WARM_UP = 50;
const CLIENTS = 16;
const REQUESTS_AT_ONCE = 1_000;
const METHOD = `Method: the whole service with its default settings, the sample documents and the offline model, in a separate
process; the client is in this process, with keep-alive connections. Sequential: ${ROUNDS} rounds after ${WARM_UP} warm-up rounds, each with
one request of each way in rotating order; ratios are medians of the ratios within a round, to /livez (HTTP alone). Concurrent:
${CLIENTS} clients, ${REQUESTS_AT_ONCE} requests of one way. Each miss has its own locale, and so a scope without cached answers. The embedding of
a semantic hit is memoised, as for a frequent question. Wall time.`;

const QUESTIONS = [
  ["How do I enable two-factor login?", "How can I enable two-factor login?"],
  ["How long are deleted files kept in the trash?", "How long are deleted files kept in trash?"],
  ["How do I cancel my subscription?", "How can I cancel my subscription?"],
  ["How do I restore an older version of a file?", "How can I restore an older version of a file?"],
] as const;

/** Sends the n-th request of a way and checks the cache status of the reply. */
type Way = (count: number) => Promise<void>;

async function main(given: string | undefined): Promise<void> {
  const service = given === undefined ? await startProcess({ CACHE_THRESHOLD: "0.9" }) : undefined;
  const url = given ?? service?.url ?? "";
  const agent = new Agent({ keepAlive: true, maxSockets: CLIENTS });
  try {
    console.log(METHOD);
    const ways = openWays(url, agent);
    for (const [question] of QUESTIONS) await send(url, agent, { message: question });
    reportLatency(await measureLatency(ways));
    await reportThroughput(ways);
  } finally {
    agent.destroy();
    await service?.stop();
  }
}

function openWays(url: string, agent: Agent): Record<string, Way> {
  const question = (count: number, wording: 0 | 1) =>
    QUESTIONS[count % QUESTIONS.length]?.[wording] ?? "";
  let misses = 0;
  const run = Date.now().toString(36).slice(-6);
  const asking = (expected: string, body: (count: number) => object) => async (count: number) => {
    const reply = await send(url, agent, body(count));
    if (reply["x-cache"] !== expected)
      throw new Error(`${String(reply["x-cache"])} is not ${expected}`);
  };
  return {
    "/livez": async () => void (await send(url, agent)),
    "exact hit": asking("HIT", (count) => ({ message: question(count, 0) })),
    "semantic hit": asking("SEMANTIC_HIT", (count) => ({ message: question(count, 1) })),
    miss: asking("MISS", (count) => {
      misses += 1;
      return { message: question(count, 0), locale: `en-${run}-${misses}` };
    }),
  };
}

/** Returns the headers of the reply after its body has been read. */
function send(url: string, agent: Agent, body?: object): Promise<NodeJS.Dict<string | string[]>> {
  return new Promise((resolve, reject) => {
    const path = body === undefined ? "/livez" : "/v1/chat";
    const headers = { "content-type": "application/json" };
    const method = body === undefined ? "GET" : "POST";
    const sent = request(url + path, { method, agent, headers }, (reply) => {
      reply.resume().on("end", () => {
        if (reply.statusCode === 200) resolve(reply.headers);
        else reject(new Error(`${path} is ${reply.statusCode}`));
      });
    });
    sent.on("error", reject).end(body && JSON.stringify(body));
  });
}

async function measureLatency(ways: Record<string, Way>): Promise<Map<string, number[]>> {
  const times = new Map(Object.keys(ways).map((name) => [name, [] as number[]]));
  const order = Object.entries(ways);
  for (let round = 0; round < ROUNDS + WARM_UP; round += 1) {
    const turn = round % order.length;
    for (const [name, way] of [...order.slice(turn), ...order.slice(0, turn)]) {
      const begin = performance.now();
      await way(round);
      if (round >= WARM_UP) times.get(name)?.push(performance.now() - begin);
    }
  }
  return times;
}

function reportLatency(times: ReadonlyMap<string, readonly number[]>): void {
  const floor = times.get("/livez") ?? [];
  console.log("\nsequential, ms");
  for (const [name, values] of times) {
    const ratios = values.map((value, round) => value / (floor[round] ?? 1));
    const [p50, p95] = [0.5, 0.95].map((share) => percentile(values, share).toFixed(2));
    const ratio = percentile(ratios, 0.5).toFixed(2);
    console.log(`  ${name.padEnd(13)} p50 ${p50}  p95 ${p95}  of /livez ${ratio}`);
  }
}

async function reportThroughput(ways: Record<string, Way>): Promise<void> {
  console.log(`\n${CLIENTS} concurrent clients, requests per second`);
  let floor: number | undefined;
  for (const [name, way] of Object.entries(ways)) {
    let next = 0;
    const client = async () => {
      while (next < REQUESTS_AT_ONCE) await way(next++);
    };
    const begin = performance.now();
    await Promise.all(Array.from({ length: CLIENTS }, client));
    const rate = (REQUESTS_AT_ONCE * 1000) / (performance.now() - begin);
    floor ??= rate;
    console.log(
      `  ${name.padEnd(13)} ${rate.toFixed(0).padStart(6)}  of /livez ${(rate / floor).toFixed(2)}`,
    );
  }
}

await main(process.argv[2]);
