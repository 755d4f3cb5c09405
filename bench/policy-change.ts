/**
 * How long after a policy change the last lookup under the old policy begins: two replicas on one database
 * under continuous load while the policy is changed on the first, 20 times.
 *
 *   npm run bench:policy-change        (SQLite, or DATABASE_URL)
 */
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { z } from "zod";
import { createOwnDatabase } from "../scripts/postgres/own-database.ts";
import { startProcess } from "./support/start-process.ts";

const CHANGES = 20;
const CLIENTS = 4;
/** Load after a change, in milliseconds. */
const WATCHED_MS = 1_500;

const replySchema = z.object({ cache: z.object({ threshold: z.number() }) });

const folder = await mkdtemp(join(tmpdir(), "reprise-policy-"));
const server = process.env["DATABASE_URL"];
const database = server === undefined ? undefined : await createOwnDatabase(server);
const environment = {
  LOG_LEVEL: "info",
  DATA_DIR: folder,
  EMBEDDINGS: "builtin",
  ...(database !== undefined && { DATABASE_URL: database.url }),
};
const replicas = [await startProcess(environment), await startProcess(environment)];
const urls = replicas.map(({ url }) => url);

/** Each lookup with its time, replica and threshold. */
const seen: { askedAt: number; replica: number; threshold: number }[] = [];
const state = { isOver: false };

async function load(client: number): Promise<void> {
  const replica = client % 2;
  const url = urls[replica] ?? "";
  for (let turn = 0; !state.isOver; turn += 1) {
    const askedAt = performance.now();
    const response = await fetch(`${url}/v1/chat`, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify({ message: `How do I reset my password ${turn % 3 === 0 ? "?" : ""}` }),
    });
    const { cache } = replySchema.parse(await response.json());
    seen.push({ askedAt, replica, threshold: cache.threshold });
  }
}

const clients = Array.from({ length: CLIENTS }, (_value, client) => load(client));
const delays: number[] = [];
for (let change = 0; change < CHANGES; change += 1) {
  const threshold = change % 2 === 0 ? 0.9 : 0.95;
  seen.length = 0;
  await fetch(`${urls[0] ?? ""}/v1/cache/policy`, {
    method: "PUT",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ threshold }),
  });
  const changedAt = performance.now();
  await sleep(WATCHED_MS);
  const late = seen.filter((lookup) => lookup.threshold !== threshold);
  delays.push(Math.max(0, ...late.map(({ askedAt }) => askedAt - changedAt)));
}
state.isOver = true;
await Promise.all(clients);
await Promise.all(replicas.map((replica) => replica.stop()));
await rm(folder, { recursive: true, force: true });
await database?.drop();
delays.sort((one, other) => one - other);
process.stdout.write(
  `${CHANGES} changes under load, two replicas on ${database === undefined ? "SQLite" : "PostgreSQL"}: ` +
    `the last lookup under the old policy began ${Math.round(delays[0] ?? 0)} to ` +
    `${Math.round(delays.at(-1) ?? 0)} ms after the change, median ` +
    `${Math.round(delays[CHANGES / 2] ?? 0)} ms\n`,
);
