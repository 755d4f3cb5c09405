import type { PostgresCursor, PostgresPool, PostgresPoolClient, PostgresQueryResult } from "kysely";
import pg from "pg";
import { waitAtMost } from "../operations/with-deadline.ts";
import { createPulse, type Probe, type Pulse } from "./database-pulse.ts";
import { DatabaseUnavailable } from "./database-unavailable.ts";

/** Longest wait for a connection and for the end of the pool, in milliseconds. */
const CONNECT_LIMIT_MS = 6_000;
const END_LIMIT_MS = 2_000;
/** A probe that gets no connection tries again after this, in milliseconds. */
const PROBE_CONNECT_MS = 2_500;

interface GuardedPoolOptions {
  /** Longest wait for one statement on this side, in milliseconds. */
  readonly queryLimitMs: number;
  /** Made before the pool by tests, which shorten its times. */
  readonly pulse?: Pulse | undefined;
}

/**
 * A pool whose calls never outlast the database: PostgreSQL's own limits do not help against a server
 * that is frozen or unreachable. A connection on which a call was given up is closed, because its
 * answer may still come and would be taken for that of the next statement.
 */
export function createGuardedPool(
  config: pg.PoolConfig,
  { queryLimitMs, pulse = createPulse({ probe: createProbe(config) }) }: GuardedPoolOptions,
): PostgresPool {
  const pool = new pg.Pool(config);
  const madeIn = new WeakMap<object, number>();
  // A broken connection is replaced at the next query, and a query on it throws its own error;
  // without a listener, while it is in use too, the error would end the process.
  pool.on("error", () => {});
  pool.on("connect", (client) => {
    madeIn.set(client, pulse.outages);
    client.on("error", () => {});
  });

  async function connect(): Promise<PostgresPoolClient> {
    for (;;) {
      if (!pulse.isThere) throw new DatabaseUnavailable("it does not answer", undefined);
      const connecting = pool.connect();
      const client = await pulse.guard(connecting, CONNECT_LIMIT_MS).catch((error: unknown) => {
        connecting.then((late) => late.release(true)).catch(() => undefined);
        throw error;
      });
      if (madeIn.get(client) === pulse.outages) return guardClient(client, pulse, queryLimitMs);
      client.release(true);
    }
  }

  return {
    connect,
    async end() {
      pulse.close();
      // A frozen server never confirms the end of a connection.
      await waitAtMost(pool.end(), END_LIMIT_MS);
    },
  };
}

/** A client as the pool gives it. */
type PooledClient = PostgresPoolClient & { release(isBroken?: boolean): void };

function guardClient(client: PooledClient, pulse: Pulse, limitMs: number): PostgresPoolClient {
  let broken: DatabaseUnavailable | undefined;

  async function run<Row>(sql: string, parameters: readonly unknown[]) {
    if (broken !== undefined) throw broken;
    const work = client.query<Row>(sql, parameters);
    try {
      return await pulse.guard(work, limitMs);
    } catch (error) {
      if (error instanceof DatabaseUnavailable) {
        broken = error;
        work.catch(() => undefined);
      }
      throw error;
    }
  }

  function query<Row>(
    sql: string,
    parameters: readonly unknown[],
  ): Promise<PostgresQueryResult<Row>>;
  function query<Row>(cursor: PostgresCursor<Row>): PostgresCursor<Row>;
  function query<Row>(asked: string | PostgresCursor<Row>, parameters: readonly unknown[] = []) {
    return typeof asked === "string" ? run<Row>(asked, parameters) : client.query(asked);
  }

  return { query, release: () => client.release(broken !== undefined) };
}

/** A connection beside the pool, which may have none free. */
function createProbe(config: pg.ClientConfig): Probe {
  let client: pg.Client | undefined;
  return {
    async ask() {
      if (client === undefined) {
        const made = new pg.Client({ ...config, connectionTimeoutMillis: PROBE_CONNECT_MS });
        made.on("error", () => {});
        client = made;
        await made.connect();
      }
      await client.query("select 1");
    },
    drop() {
      // Its end is never awaited: a frozen server does not confirm it.
      client?.end().catch(() => undefined);
      client = undefined;
    },
  };
}
