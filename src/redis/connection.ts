import { setTimeout as sleep } from "node:timers/promises";
import { createClient, ErrorReply, MultiErrorReply } from "redis";
import { RedisUnavailable } from "./redis-unavailable.ts";
import { LateError, withDeadline } from "../operations/with-deadline.ts";

/**
 * Uses RESP 2, because search replies differ under RESP 3. The offline queue is disabled, so that
 * commands fail at once while Redis is unavailable.
 */
function createRedisClient(url: string) {
  return createClient({
    url,
    RESP: 2,
    disableOfflineQueue: true,
    // Detects dead sockets. Commands have their own deadline in the meantime.
    pingInterval: 10_000,
    socket: {
      connectTimeout: 2_000,
      reconnectStrategy: (retries) => Math.min(50 * 2 ** Math.min(retries, 5), 1_000),
    },
  });
}

/** The Redis client; one per process. */
export type RedisClient = ReturnType<typeof createRedisClient>;

/** A connection that reconnects automatically and bounds each call by a deadline. */
export interface RedisConnection {
  /** The underlying client, for libraries. Calls that bypass `run` have no deadline. */
  readonly client: RedisClient;
  /** False from the first failure until Redis answers again. */
  readonly isUp: boolean;
  /**
   * Runs commands.
   *
   * @param options `deadlineMs` overrides the connection's
   * @throws RedisUnavailable at once while Redis is down, after the deadline when it is slow, and
   * when it rejects writes (full, read-only); other errors of Redis (`ErrorReply`, such as a wrong
   * type) are rethrown
   */
  run<Value>(
    work: (client: RedisClient) => Promise<Value>,
    options?: { deadlineMs?: number | undefined },
  ): Promise<Value>;
  /**
   * Calls the listener when the connection goes up or down, and at once if it is up. The listener
   * must not throw.
   */
  onChange(listener: (isUp: boolean) => void): void;
  /** Waits at most `timeoutMs` for the connection. Resolves whether it is up. */
  untilUp(timeoutMs: number): Promise<boolean>;
  close(): Promise<void>;
}

/** Address and deadline of the connection. */
export interface RedisOptions {
  readonly url: string;
  /** Deadline of one call, in milliseconds; default 250. */
  readonly deadlineMs?: number | undefined;
  /** Called once per outage. */
  readonly onError?: ((error: unknown) => void) | undefined;
}

const PROBE_MS = 100;
/** Errors that mean Redis is temporarily unavailable, not that the command is wrong. */
const NOT_NOW = /^(?:LOADING|MASTERDOWN|CLUSTERDOWN|TRYAGAIN)/;
/** Errors that mean Redis rejects writes but still answers reads. */
const NO_WRITES = /^(?:OOM|READONLY|MISCONF|NOREPLICAS)/;

/** Starts connecting and returns at once. `run` throws until the connection is up. */
export function connectRedis({
  url,
  deadlineMs = 250,
  onError = () => {},
}: RedisOptions): RedisConnection {
  const client = createRedisClient(url);
  const state = watchClient(client, onError);
  // Connection errors are also emitted as `error` events, and the client retries.
  client.connect().catch(() => undefined);
  return {
    client,
    get isUp() {
      return state.isUp;
    },
    async run(work, options) {
      if (!state.isUp) {
        throw new RedisUnavailable("it is not connected", { mayHaveHappened: false });
      }
      try {
        return await withDeadline(work(client), options?.deadlineMs ?? deadlineMs);
      } catch (error) {
        const refusal = refused(error);
        if (refusal !== undefined) throw refusal;
        const seen = unavailable(error);
        if (seen === undefined) throw error;
        state.suspect(seen);
        throw seen;
      }
    },
    onChange: (listener) => state.onChange(listener),
    async untilUp(timeoutMs) {
      const deadline = Date.now() + timeoutMs;
      while (!state.isUp && Date.now() < deadline) await sleep(10);
      return state.isUp;
    },
    async close() {
      state.end();
      if (client.isOpen) client.destroy();
    },
  };
}

interface ClientState {
  readonly isUp: boolean;
  onChange(listener: (isUp: boolean) => void): void;
  /** Marks the connection down until it answers a ping. */
  suspect(error: unknown): void;
  /** Marks the connection down permanently. */
  end(): void;
}

function watchClient(client: RedisClient, onError: (error: unknown) => void): ClientState {
  const listeners: ((isUp: boolean) => void)[] = [];
  const state = { isUp: false, ended: false, probing: false };

  function change(next: boolean): void {
    if (state.isUp === next || state.ended) return;
    state.isUp = next;
    for (const listener of listeners) listener(next);
  }

  /** Sends one ping at a time without a deadline, so that pings do not pile up on a frozen server. */
  async function probe(): Promise<void> {
    if (state.probing) return;
    state.probing = true;
    while (!state.ended && !state.isUp) {
      if (client.isReady && (await client.ping().catch(() => undefined)) === "PONG") change(true);
      else await sleep(PROBE_MS);
    }
    state.probing = false;
  }

  function suspect(error: unknown): void {
    if (state.isUp) onError(error);
    change(false);
    void probe();
  }

  client.on("error", suspect);
  client.on("reconnecting", () => change(false));
  client.on("end", () => change(false));
  client.on("ready", () => void probe());
  return {
    get isUp() {
      return state.isUp;
    },
    onChange(listener) {
      listeners.push(listener);
      if (state.isUp) listener(true);
    },
    suspect,
    end() {
      change(false);
      state.ended = true;
    },
  };
}

/** A full or read-only Redis rejects writes but answers reads, so it is not down. */
function refused(error: unknown): RedisUnavailable | undefined {
  const replies = error instanceof MultiErrorReply ? error.errors() : [error];
  for (const reply of replies) {
    if (reply instanceof ErrorReply && NO_WRITES.test(reply.message)) {
      return new RedisUnavailable(reply.message, { mayHaveHappened: false, cause: error });
    }
  }
  return undefined;
}

/** Classifies an error. Returns undefined if it concerns the command itself. */
function unavailable(error: unknown): RedisUnavailable | undefined {
  if (error instanceof RedisUnavailable) return error;
  if (error instanceof LateError) {
    return new RedisUnavailable(error.message, {
      mayHaveHappened: true,
      cause: error,
    });
  }
  if (error instanceof ErrorReply) {
    if (!NOT_NOW.test(error.message)) return undefined;
    return new RedisUnavailable(error.message, { mayHaveHappened: false, cause: error });
  }
  if (!isConnectionError(error)) return undefined;
  const offline = error instanceof Error && error.constructor.name === "ClientOfflineError";
  return new RedisUnavailable("the connection was lost", {
    mayHaveHappened: !offline,
    cause: error,
  });
}

function isConnectionError(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  if ("code" in error) return true;
  return /Socket|Client|Disconnect|Connection|Abort|Reconnect/.test(error.constructor.name);
}
