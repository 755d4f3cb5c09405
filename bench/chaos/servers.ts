import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import pg from "pg";
import { createClient } from "redis";
import { findPostgres } from "../../scripts/postgres/find-postgres.ts";
import { launchPostgres } from "../../scripts/postgres/launch-postgres.ts";
import { signalPostgres } from "../../scripts/postgres/signal-postgres.ts";
import { freePort } from "../../scripts/ports.ts";
import { findRedis } from "../../scripts/redis/find-redis.ts";
import { launchRedis } from "../../scripts/redis/launch-redis.ts";

/** A local Redis and PostgreSQL that can be broken. */
export interface Servers {
  readonly redisUrl: string;
  readonly postgresUrl: string;
  killRedis(): Promise<void>;
  startRedis(): Promise<void>;
  signalRedis(signal: "SIGSTOP" | "SIGCONT"): void;
  /** Runs one command with its own client. */
  redis(...command: string[]): Promise<unknown>;
  killPostgres(): Promise<void>;
  startPostgres(): Promise<void>;
  signalPostgres(signal: "SIGSTOP" | "SIGCONT"): Promise<void>;
  sql(...statements: string[]): Promise<void>;
  /** Runs statements in a transaction and keeps it open; returns a function that ends it. */
  hold(...statements: string[]): Promise<() => Promise<void>>;
  stop(): Promise<void>;
}

export async function startServers(folder: string): Promise<Servers> {
  const programs = await findPostgres();
  const program = await findRedis();
  if (programs === undefined || program === undefined) {
    throw new Error("PostgreSQL and a Redis with search must be installed.");
  }
  const places = { redis: join(folder, "redis"), postgres: join(folder, "postgres") };
  for (const place of Object.values(places)) await mkdir(place, { recursive: true });
  const ports = { redis: await freePort(), postgres: await freePort() };
  const launch = {
    redis: () =>
      launchRedis(program, {
        folder: places.redis,
        port: ports.redis,
        settings: ["--appendonly", "yes"],
      }),
    postgres: () => launchPostgres(programs, { folder: places.postgres, port: ports.postgres }),
  };
  const running = { redis: await launch.redis(), postgres: await launch.postgres() };
  return {
    redisUrl: running.redis.url,
    postgresUrl: running.postgres.url,
    killRedis: () => running.redis.stop("SIGKILL"),
    async startRedis() {
      running.redis = await launch.redis();
    },
    signalRedis: (signal) => void running.redis.process.kill(signal),
    redis: (...command) => runRedis(running.redis.url, command),
    killPostgres: () => running.postgres.stop("SIGQUIT"),
    async startPostgres() {
      running.postgres = await launch.postgres();
    },
    signalPostgres: (signal) => signalPostgres(running.postgres.process, signal),
    async sql(...statements) {
      const end = await runSql(running.postgres.url, statements);
      await end();
    },
    async hold(...statements) {
      const end = await runSql(running.postgres.url, ["begin", ...statements]);
      return end;
    },
    async stop() {
      running.redis.process.kill("SIGCONT");
      await signalPostgres(running.postgres.process, "SIGCONT").catch(() => undefined);
      await running.redis.stop("SIGKILL");
      await running.postgres.stop("SIGINT");
    },
  };
}

async function runRedis(url: string, command: string[]): Promise<unknown> {
  const client = createClient({ url, RESP: 2 });
  client.on("error", () => {});
  await client.connect();
  try {
    return await client.sendCommand(command);
  } finally {
    client.destroy();
  }
}

async function runSql(url: string, statements: readonly string[]): Promise<() => Promise<void>> {
  const client = new pg.Client({ connectionString: url });
  client.on("error", () => {});
  await client.connect();
  for (const statement of statements) await client.query(statement);
  return () => client.end();
}
