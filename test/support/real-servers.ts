import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { TestProject } from "vitest/node";
import { findPostgres } from "../../scripts/postgres/find-postgres.ts";
import { launchPostgres } from "../../scripts/postgres/launch-postgres.ts";
import { findRedis } from "../../scripts/redis/find-redis.ts";
import { launchRedis } from "../../scripts/redis/launch-redis.ts";

declare module "vitest" {
  export interface ProvidedContext {
    /** Redis servers with search, one per worker or one for all. Empty if none is available. */
    redisUrls: readonly string[];
    /** One PostgreSQL; each test file creates its own database. Empty if none is available. */
    postgresUrls: readonly string[];
  }
}

type End = () => Promise<void>;

/** A kind of server that tests use. */
interface Wanted {
  readonly name: string;
  readonly variable: "REDIS_URL" | "DATABASE_URL";
  readonly key: "redisUrls" | "postgresUrls";
  /** Concurrent tests interfere on a server of this kind. */
  readonly isForOneWorker: boolean;
  readonly missing: string;
  /** Undefined if the program is not installed. */
  readonly launch: (
    folder: string,
  ) => Promise<{ url: string; program: string; end: End } | undefined>;
}

const WANTED: readonly Wanted[] = [
  {
    name: "Redis",
    variable: "REDIS_URL",
    key: "redisUrls",
    isForOneWorker: true,
    missing: "no server with search found (npm run redis -- --install brings one)",
    async launch(folder) {
      const program = await findRedis();
      if (program === undefined) return undefined;
      const redis = await launchRedis(program, { folder });
      return { url: redis.url, program: program.command, end: () => redis.stop("SIGKILL") };
    },
  },
  {
    name: "PostgreSQL",
    variable: "DATABASE_URL",
    key: "postgresUrls",
    isForOneWorker: false,
    missing: "no server found (Debian: apt-get install postgresql)",
    async launch(folder) {
      const programs = await findPostgres();
      if (programs === undefined) return undefined;
      const postgres = await launchPostgres(programs, { folder });
      return { url: postgres.url, program: programs, end: () => postgres.stop("SIGINT") };
    },
  },
];

/**
 * Finds the real servers of a run and prints them: REDIS_URL and DATABASE_URL, or local servers started for the
 * run. Without a server its tests are skipped; if CI=true that is an error.
 */
export default async function setUp(project: TestProject): Promise<End> {
  const ends: End[] = [];
  const endAll = async () => {
    for (const end of ends) await end();
  };
  try {
    for (const wanted of WANTED) ends.push(await provide(project, wanted));
  } catch (error) {
    await endAll();
    throw error;
  }
  return endAll;
}

async function provide(project: TestProject, wanted: Wanted): Promise<End> {
  const { name, variable, key, isForOneWorker } = wanted;
  const given = process.env[variable] ?? "";
  if (given !== "") {
    project.provide(key, [given]);
    console.log(`${name}: ${given} (${variable})`);
    return async () => {};
  }
  const count = isForOneWorker ? project.vitest.config.maxWorkers : 1;
  const started = await Promise.all(Array.from({ length: count }, () => launch(wanted)));
  const running = started.filter((server) => server !== undefined);
  const [first] = running;
  if (first === undefined) return skip(project, wanted);
  const urls = running.map(({ url }) => url);
  project.provide(key, urls);
  console.log(`${name}: ${urls.join(", ")} (${first.program}, started for this run)`);
  return async () => {
    await Promise.all(running.map((server) => server.end()));
  };
}

/** Starts a server in its own folder. Undefined if the program is not installed. */
async function launch({ name, launch: start }: Wanted) {
  const folder = await mkdtemp(join(tmpdir(), `reprise-${name.toLowerCase()}-`));
  const remove = () => rm(folder, { recursive: true, force: true });
  const launched = await start(folder);
  if (launched === undefined) {
    await remove();
    return undefined;
  }
  return {
    ...launched,
    async end() {
      await launched.end();
      await remove();
    },
  };
}

async function skip(project: TestProject, { name, key, missing }: Wanted): Promise<End> {
  const reason = `${name}: ${missing}`;
  if (process.env["CI"] === "true") throw new Error(reason);
  project.provide(key, []);
  console.log(`${reason}; its tests are skipped`);
  return async () => {};
}
