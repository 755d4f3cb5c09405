/**
 * The cost of recording (transcript, ledger, lookup log) for a cache hit: the same
 * service over HTTP with and without recording, alternating. Run with `npm run bench:ledger-cost`; with
 * `REDIS_URL` the stores are in Redis, with `DATABASE_URL` the database is PostgreSQL.
 */
import { openClient, type Client } from "./support/http-client.ts";
import { openRecordedService } from "./support/recorded-service.ts";
import { percentile } from "./support/percentile.ts";

const PAIRS = 30;
const QUESTIONS = 400;
const CLIENTS = 8;
const METHOD = `Method: two servers in this process share the same stores, with the sample documents, the offline model and the built-in
embeddings. One of them records nothing (both write the window). The client is a separate process with keep-alive connections. After
one answer is cached, ${PAIRS} pairs of blocks of ${QUESTIONS} exact hits in conversations follow, in alternating order: sequential (the median
time of a reply), then ${CLIENTS} concurrent (the CPU time of this process per question, including the batches written after the
replies). Ratios are with : without recording, of the two blocks of a pair.`;

type Way = "with" | "without";
const KINDS = { sequential: 1, [`${CLIENTS} concurrent, CPU`]: CLIENTS } as const;

/** Milliseconds per question, for each block. */
type Times = Record<Way, number[]>;

async function main(): Promise<void> {
  const service = await openRecordedService();
  const client = await openClient();
  try {
    console.log(METHOD);
    console.log(`database ${service.database}, stores in ${service.stores}`);
    console.log("                                          p50     p10     p90 of the blocks");
    for (const [kind, clients] of Object.entries(KINDS)) {
      report(kind, await measure(clients, client, service));
    }
    if (service.lost() > 0) console.log(`lookups missing in the log: ${service.lost()}`);
  } finally {
    client.close();
    await service.close();
  }
}

async function measure(
  clients: number,
  client: Client,
  service: Awaited<ReturnType<typeof openRecordedService>>,
): Promise<Times> {
  const times: Times = { with: [], without: [] };
  const run = async (way: Way) => {
    const before = process.cpuUsage();
    const median = await client.ask({ url: service.urls[way], count: QUESTIONS, clients });
    await service.settle();
    const { user, system } = process.cpuUsage(before);
    return clients === 1 ? median : (user + system) / 1000 / QUESTIONS;
  };
  for (const way of ["with", "without", "with", "without"] as const) await run(way);
  for (let pair = 0; pair < PAIRS; pair += 1) {
    const order = pair % 2 === 0 ? (["with", "without"] as const) : (["without", "with"] as const);
    for (const way of order) times[way].push(await run(way));
  }
  return times;
}

function report(kind: string, times: Times): void {
  const ratios = times.with.map((time, pair) => time / (times.without[pair] ?? time));
  const rows = { "with, ms": times.with, "without, ms": times.without, ratio: ratios };
  for (const [name, values] of Object.entries(rows)) {
    const shares = [0.5, 0.1, 0.9].map((share) => percentile(values, share).toFixed(3).padStart(8));
    console.log(`${kind.padEnd(22)}${name.padEnd(16)}${shares.join("")}`);
  }
}

await main();
