import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { z } from "zod";
import { composeService } from "../../src/compose/service.ts";
import { readConfig } from "../../src/config.ts";
import { createTokenCounter } from "../../src/models/count-tokens.ts";
import { createChatModel } from "../../src/models/chat-model.ts";
import { OFFLINE_MODEL } from "../../src/models/offline-model.ts";
import { createLogger } from "../../src/operations/logger.ts";
import { createRepriseServer } from "../../src/server.ts";
import { createClient } from "./client.ts";
import { createDemoClock } from "./demo-clock.ts";
import { labelLookups } from "./label-lookups.ts";
import { planTraffic, type TrafficOptions } from "./plan-traffic.ts";
import { createRandom } from "./random.ts";
import { seed, type Seeded } from "./seed.ts";

const DAY_MS = 86_400_000;
/** The offline model under another name, so that it has a price. */
export const DEMO_MODEL = "demo-extractive";
/** The model whose price it gets. */
export const PRICED_AS = "gpt-4o-mini";
const SEED = 20;
/** Shadow rate of semantic hits; gives about forty runs. */
const SHADOW_RATE = 0.5;
/** Share of labelled lookups; near misses are left for the visitor. */
const LABELLED = { hit: 0.97, miss: 0.55 };
/** All runs that the shadow rule calls different are labelled: the rule is often wrong there. */
const REVIEWED = { hit: 1, miss: 0 };

const pricesSchema = z.looseObject({ models: z.array(z.looseObject({ id: z.string() })) });

export interface DemoOptions {
  /** 0 chooses a free port. */
  readonly port: number;
  readonly conversations: TrafficOptions["conversations"];
  /** Final shadow rate of semantic hits, 0..1; default: half. */
  readonly shadowRate?: number;
  /** End of the simulated week, in milliseconds since the epoch; default: now. */
  readonly end?: number;
}

/** A running demo. */
export interface Demo {
  readonly url: string;
  readonly outcomes: Seeded;
  readonly labelled: number;
  close(): Promise<void>;
}

/**
 * The whole service in this process with a week of traffic. The traffic is sent through the public API
 * while the service's clock moves from question to question; then the clock shows the real time.
 */
export async function startDemo(options: DemoOptions): Promise<Demo> {
  const begun = Date.now();
  const { port, conversations, shadowRate = SHADOW_RATE, end = begun } = options;
  const clock = createDemoClock(end - 7 * DAY_MS);
  const folder = await mkdtemp(join(tmpdir(), "reprise-demo-"));
  const config = readConfig({
    DATA_DIR: folder,
    LOG_LEVEL: "warn",
    CHAT_MODEL: OFFLINE_MODEL,
    EMBEDDINGS: "builtin",
    CACHE_TTL_SECONDS: String((14 * DAY_MS) / 1000),
    PRICES_FILE: await writePrices(folder),
  });
  const offline = await createChatModel(config.chat, createTokenCounter(PRICED_AS));
  const model = { ...offline, id: DEMO_MODEL };
  const service = await composeService(config, createLogger("warn"), { model, now: clock.now });
  const { server, closeSockets } = createRepriseServer(service.http);
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject).listen(port, "127.0.0.1", resolve);
  });
  await service.start();
  const address = server.address();
  const url = `http://127.0.0.1:${typeof address === "object" ? address?.port : port}`;
  const random = createRandom(SEED);
  const client = createClient(url);
  const events = planTraffic({ end, conversations, shadowRate, random });
  const outcomes = await seed(events, { client, clock, random });
  clock.set(end + Date.now() - begun);
  const labelled = await labelLookups(client, { of: "none", shares: LABELLED, random });
  const reviewed = await labelLookups(client, { of: "different", shares: REVIEWED, random });
  return {
    url,
    outcomes,
    labelled: labelled + reviewed,
    async close() {
      closeSockets();
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
      await service.close();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

/** The default prices, plus a price for the demo's model. */
async function writePrices(folder: string): Promise<string> {
  const usual = new URL("../../data/prices.json", import.meta.url);
  const list = pricesSchema.parse(JSON.parse(await readFile(usual, "utf8")));
  const rows = list.models
    .filter(({ id }) => id === PRICED_AS)
    .map((row) => ({ ...row, id: DEMO_MODEL, aliases: [] }));
  const file = join(folder, "prices.json");
  await writeFile(file, JSON.stringify({ ...list, models: [...list.models, ...rows] }));
  return file;
}
