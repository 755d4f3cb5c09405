import type { PostgresCursor, PostgresPool, PostgresPoolClient, PostgresQueryResult } from "kysely";
import pg from "pg";
import { waitAtMost } from "../operations/with-deadline.ts";
import { createPulse, type Probe, type Pulse } from "./database-pulse.ts";
import { DatabaseUnavailable } from "./database-unavailable.ts";

/** Timeouts for getting a connection and for closing the pool, in milliseconds. */
const CONNECT_LIMIT_MS = 6_000;
const END_LIMIT_MS = 2_000;
/** Connection timeout of the probe, in milliseconds. */
const PROBE_CONNECT_MS = 2_500;

interface GuardedPoolOptions {
  /** Client-side statement timeout, in milliseconds. */
  readonly queryLimitMs: number;
  /** Injected by tests, with shorter intervals. */
  readonly pulse?: Pulse | undefined;
}

/**
 * A pool whose calls fail during an outage instead of hanging. PostgreSQL's own timeouts do not
 * help when the server is frozen or unreachable. A connection with an abandoned call is closed: its
 * late reply would be taken for the reply to the next statement.
 */
export function createGuardedPool(
  config: pg.PoolConfig,
  { queryLimitMs, pulse = createPulse({ probe: createProbe(config) }) }: GuardedPoolOptions,
): PostgresPool {
  const pool = new pg.Pool(config);
  const madeIn = new WeakMap<object, number>();
  // Broken connections are replaced on the next query, and queries on them reject. Without this
  // listener, the `error` event would crash the process, also for connections in use.
  pool.on("error", () => {});
  pool.on("connect", (client) => {
    madeIn.set(client, pulse.outages);
    client.on("error", () => {});
  });

  async function connect(): Promise<PostgresPoolClient> {
    for (;;) {
      if (!pulse.isUp) throw new DatabaseUnavailable("it does not answer", undefined);
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
      // A frozen server never confirms the close.
      await waitAtMost(pool.end(), END_LIMIT_MS);
    },
  };
}

/** A client checked out of the pool. */
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

/** Probes use their own connection, because the pool may have none free. */
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
      // Not awaited: a frozen server never confirms the close.
      client?.end().catch(() => undefined);
      client = undefined;
    },
  };
}
