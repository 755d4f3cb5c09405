import { randomBytes, randomUUID } from "node:crypto";
import type { Health } from "../operations/health.ts";
import type { Logger } from "../operations/logger.ts";
import { waitAtMost } from "../operations/with-deadline.ts";
import type { Clock } from "../operations/types.ts";
import type { TurnStore } from "../transcripts/types.ts";
import type { Records } from "./tables.ts";
import { databaseUnavailable, type DatabaseUnavailable } from "./database-unavailable.ts";
import type { CompiledQuery, DatabaseConnection, Dialect, Driver } from "kysely";

/** Time between two attempts to write while the database refuses writes, in milliseconds. */
const RETRY_MS = 1_000;
/** Time between two trial writes of a process that records no turns, in milliseconds. */
const PROBE_MS = 60_000;
/** More than most turns take, so that a disk with a little room left does not pass. */
const PROBE_BYTES = 24_576;
/** No tenant has this name. */
const NOBODY = "";
const CLOSE_MS = 1_000;
/** A refused turn is tried again within ten seconds, by this process or another. */
const TURNS_RETRIED_MS = 11_000;

/** Tells health and log whether the database is there, and whether it takes writes. */
export interface DatabaseState {
  readonly onCall: OnDatabaseCall;
  /**
   * Tries to write every minute without a recorded turn, and every second once a write was refused, until it
   * succeeds.
   *
   * @param tryWrite throws while the database refuses writes
   */
  watch(tryWrite: () => Promise<void>): void;
  /** The same store: while it refuses turns the database refuses writes, whatever else it takes. */
  watchTurns(turns: TurnStore): TurnStore;
  close(): Promise<void>;
}

interface DatabaseStateOptions {
  readonly health: Pick<Health, "setHelper">;
  readonly logger: Pick<Logger, "info" | "warn">;
  readonly now: Clock;
  /** Default: the constants above; tests shorten them. */
  readonly retryMs?: number;
  readonly probeMs?: number;
}

export function createDatabaseState({
  retryMs = RETRY_MS,
  probeMs = PROBE_MS,
  now,
  ...tellers
}: DatabaseStateOptions): DatabaseState {
  const state = { isAway: false, isRefusing: false, turnRefusedAt: 0, hasRecorded: false };
  const say = createTeller(tellers);
  let tryWrite: (() => Promise<void>) | undefined;
  const refusesTurns = () => now() - state.turnRefusedAt < TURNS_RETRIED_MS;

  function tell(err?: DatabaseUnavailable): void {
    const refuses = state.isRefusing || refusesTurns();
    say(state.isAway ? "away" : refuses ? "refuses writes" : "ok", err);
  }

  const retry = createRetry(retryMs, async () => {
    if (tryWrite === undefined) return false;
    await tryWrite();
    state.isRefusing = false;
    tell();
    return !refusesTurns();
  });

  // A refused write reaches `onCall`, so that nothing is to be done here.
  const probe = createRetry(probeMs, async () => {
    const isKnown = state.hasRecorded || state.isAway || state.isRefusing || refusesTurns();
    state.hasRecorded = false;
    if (!isKnown) await tryWrite?.();
    return false;
  });

  function noteTurns(refusedAt: number): void {
    state.turnRefusedAt = refusedAt;
    state.hasRecorded = refusedAt === 0;
    if (refusesTurns()) retry.begin();
    tell();
  }

  return {
    onCall(error) {
      state.isAway = error?.failure === "unreachable";
      if (error?.failure === "read-only" && !state.isRefusing) {
        state.isRefusing = true;
        retry.begin();
      }
      tell(error);
    },
    watch(given) {
      tryWrite = given;
      probe.begin();
    },
    watchTurns: (turns) => ({
      ...turns,
      record: (batch) => noteRefusal(turns.record(batch), noteTurns, now),
    }),
    async close() {
      await Promise.all([retry.close(), probe.close()]);
    },
  };
}

/** Does work after a time, again and again until it is done. */
function createRetry(retryMs: number, work: () => Promise<boolean>) {
  let timer: NodeJS.Timeout | undefined;
  let trying = Promise.resolve();
  let isClosed = false;

  function begin(): void {
    clearTimeout(timer);
    if (isClosed) return;
    timer = setTimeout(() => {
      trying = attempt();
    }, retryMs);
    timer.unref();
  }

  async function attempt(): Promise<void> {
    const isDone = await work().catch(() => false);
    if (!isDone) begin();
  }

  return {
    begin,
    async close() {
      isClosed = true;
      clearTimeout(timer);
      await waitAtMost(trying, CLOSE_MS);
    },
  };
}

/** Reports each change once. */
function createTeller({
  health,
  logger,
}: Pick<DatabaseStateOptions, "health" | "logger">): (
  said: "ok" | "away" | "refuses writes",
  err?: DatabaseUnavailable,
) => void {
  let before: string | undefined;
  return (said, err) => {
    if (said === before) return;
    health.setHelper("database", said);
    if (said === "away") logger.warn({ err }, "database unavailable");
    else if (said === "refuses writes") {
      logger.warn({ err }, "database refuses writes; turns wait until it accepts them");
    } else if (before !== undefined) logger.info({}, "database available again");
    before = said;
  };
}

/** Tells when turns were refused, and 0 once they were taken. */
async function noteRefusal<Result>(
  recording: Promise<Result>,
  note: (refusedAt: number) => void,
  now: Clock,
): Promise<Result> {
  try {
    const result = await recording;
    note(0);
    return result;
  } catch (error) {
    if (databaseUnavailable(error)?.failure === "read-only") note(now());
    throw error;
  }
}

/** Writes a row that needs room on the disk, and removes it. What a crash leaves is swept. */
export async function writeAndRemove(records: Records): Promise<void> {
  const key = `probe:${randomUUID()}`;
  const values = { message_id: key, conversation_id: null, reply: null };
  await records
    .insertInto("idempotency_keys")
    .values({
      ...values,
      tenant: NOBODY,
      key,
      body_hash: randomBytes(PROBE_BYTES).toString("base64"),
      created_at: 0,
      expires_at: 0,
    })
    .execute();
  await records
    .deleteFrom("idempotency_keys")
    .where("tenant", "=", NOBODY)
    .where("key", "=", key)
    .execute();
}

/** Called after each database call: `undefined` if it succeeded, else why the database is unavailable. */
export type OnDatabaseCall = (error: DatabaseUnavailable | undefined) => void;

/** `isAnswer` is false for calls that may succeed without contacting the database. */
type Watch = <Value>(work: Promise<Value>, isAnswer?: boolean) => Promise<Value>;

/**
 * Wraps a dialect. Its calls throw `DatabaseUnavailable` when the database is unreachable, read-only or busy.
 */
export function createWatchedDialect(dialect: Dialect, onCall: OnDatabaseCall): Dialect {
  const watch: Watch = async (work, isAnswer = true) => {
    try {
      const value = await work;
      if (isAnswer) onCall(undefined);
      return value;
    } catch (error) {
      const unavailable = databaseUnavailable(error);
      // A rejected statement also shows that the database is reachable.
      onCall(unavailable);
      throw unavailable ?? error;
    }
  };
  return {
    createAdapter: () => dialect.createAdapter(),
    createDriver: () => watchDriver(dialect.createDriver(), watch),
    createIntrospector: (records) => dialect.createIntrospector(records),
    createQueryCompiler: () => dialect.createQueryCompiler(),
  };
}

/** Maps each wrapped connection back to the driver's own. */
function watchDriver(driver: Driver, watch: Watch): Driver {
  const inner = new WeakMap<DatabaseConnection, DatabaseConnection>();
  const own = (connection: DatabaseConnection) => inner.get(connection) ?? connection;
  return {
    init: () => driver.init(),
    async acquireConnection() {
      const connection = await watch(driver.acquireConnection(), false);
      const watched = watchConnection(connection, watch);
      inner.set(watched, connection);
      return watched;
    },
    beginTransaction: (connection, settings) =>
      watch(driver.beginTransaction(own(connection), settings)),
    commitTransaction: (connection) => watch(driver.commitTransaction(own(connection))),
    rollbackTransaction: (connection) => watch(driver.rollbackTransaction(own(connection))),
    releaseConnection: (connection) => driver.releaseConnection(own(connection)),
    destroy: () => driver.destroy(),
  };
}

function watchConnection(connection: DatabaseConnection, watch: Watch): DatabaseConnection {
  return {
    executeQuery: <Row>(query: CompiledQuery) => watch(connection.executeQuery<Row>(query)),
    streamQuery: (query, chunkSize) => connection.streamQuery(query, chunkSize),
  };
}
