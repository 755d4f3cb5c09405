import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { createClient, createCluster } from "redis";
import { findRedis } from "../../scripts/redis/find-redis.ts";
import { freePort } from "../../scripts/ports.ts";
import { launchRedis, type RunningRedis } from "../../scripts/redis/launch-redis.ts";
import type { RedisClient, RedisConnection } from "../../src/redis/connection.ts";

const NODES = 3;
const SLOTS = 16_384;
const READY_MS = 30_000;

/** A cluster of three nodes without replicas; each has a third of the slots. */
export interface RunningCluster {
  /** Opens a connection for the adapters. It has no deadlines and no recovery. */
  connect(): Promise<RedisConnection>;
  stop(): Promise<void>;
}

/** Undefined if Redis is not installed; if CI=true that is an error. */
export async function startCluster(): Promise<RunningCluster | undefined> {
  const program = await findRedis();
  if (program === undefined) {
    const reason = "Redis Cluster: no redis-server program found";
    if (process.env["CI"] === "true") throw new Error(reason);
    console.log(`${reason}; its tests are skipped`);
    return undefined;
  }
  const folders: string[] = [];
  const nodes: { redis: RunningRedis; busPort: number }[] = [];
  for (let index = 0; index < NODES; index += 1) {
    const folder = await mkdtemp(join(tmpdir(), "reprise-cluster-"));
    const busPort = await freePort();
    const settings = ["--cluster-enabled", "yes", "--cluster-port", String(busPort)];
    folders.push(folder);
    // Without modules: search does not run on a cluster.
    const redis = await launchRedis({ ...program, modules: [] }, { folder, settings });
    nodes.push({ redis, busPort });
  }
  await joinNodes(nodes);
  return {
    connect: () => connectCluster(nodes.map(({ redis }) => redis.url)),
    async stop() {
      await Promise.all(nodes.map(({ redis }) => redis.stop("SIGKILL")));
      await Promise.all(folders.map((folder) => rm(folder, { recursive: true, force: true })));
    },
  };
}

async function joinNodes(
  nodes: readonly { redis: RunningRedis; busPort: number }[],
): Promise<void> {
  const clients = await Promise.all(
    nodes.map(async ({ redis }) => {
      const client = createClient({ url: redis.url, RESP: 2 });
      await client.connect();
      return client;
    }),
  );
  const share = Math.ceil(SLOTS / clients.length);
  for (const [index, client] of clients.entries()) {
    const end = Math.min(SLOTS, (index + 1) * share) - 1;
    await client.clusterAddSlotsRange({ start: index * share, end });
    for (const { redis, busPort } of nodes) {
      await client.sendCommand([
        "CLUSTER",
        "MEET",
        "127.0.0.1",
        String(redis.port),
        String(busPort),
      ]);
    }
  }
  const deadline = Date.now() + READY_MS;
  const isReady = async (client: (typeof clients)[number]) => {
    const info = await client.clusterInfo();
    return /cluster_state:ok/.test(info) && info.includes(`cluster_known_nodes:${NODES}`);
  };
  while (!(await Promise.all(clients.map(isReady))).every(Boolean)) {
    if (Date.now() > deadline) throw new Error("the cluster did not come together");
    await sleep(50);
  }
  for (const client of clients) client.destroy();
}

async function connectCluster(urls: readonly string[]): Promise<RedisConnection> {
  const cluster = createCluster({ rootNodes: urls.map((url) => ({ url })), RESP: 2 });
  cluster.on("error", () => {});
  await cluster.connect();
  // The adapters use the same commands; the cluster client routes each to the node of its key.
  const client = cluster as unknown as RedisClient;
  return {
    client,
    isUp: true,
    run: (work) => work(client),
    onChange: (listener) => listener(true),
    untilUp: async () => true,
    close: async () => cluster.destroy(),
  };
}
