import { setTimeout as sleep } from "node:timers/promises";
import { createClient, ErrorReply, MultiErrorReply } from "redis";
import { RedisUnavailable } from "./redis-unavailable.ts";
import { LateError, withDeadline } from "../operations/with-deadline.ts";

/**
 * RESP 2, because the replies of searches differ under RESP 3; without a queue for commands given
 * while it is away, because whoever asks must know at once.
 */
function createRedisClient(url: string) {
  return createClient({
    url,
    RESP: 2,
    disableOfflineQueue: true,
    // Finds sockets that nobody answers on any more; what waits meanwhile has its own deadline.
    pingInterval: 10_000,
    socket: {
      connectTimeout: 2_000,
      reconnectStrategy: (retries) => Math.min(50 * 2 ** Math.min(retries, 5), 1_000),
    },
  });
}

/** The one client of the process. */
export type RedisClient = ReturnType<typeof createRedisClient>;

/** A connection that comes back by itself and never lets a caller wait longer than its deadline. */
export interface RedisConnection {
  /** For libraries that want one; calls that do not go through `run` have no deadline. */
  readonly client: RedisClient;
  /** False from the first sign of trouble until Redis answers again. */
  readonly isUp: boolean;
  /**
   * Runs commands.
   *
   * @param options `deadlineMs` in the place of the connection's
   * @throws RedisUnavailable at once while it is down, after the deadline when it is slow, and when it
   *   takes no writes (full, read only); Redis's other errors (`ErrorReply`: wrong type) as they are
   */
  run<Value>(
    work: (client: RedisClient) => Promise<Value>,
    options?: { deadlineMs?: number | undefined },
  ): Promise<Value>;
  /** Called each time that it is up (again), the first time included; what throws is the listener's. */
  onChange(listener: (isUp: boolean) => void): void;
  /** Resolves true when it is up, false when it is still down after `timeoutMs`. */
  untilUp(timeoutMs: number): Promise<boolean>;
  close(): Promise<void>;
}

/** Where Redis is and how long it may take. */
export interface RedisOptions {
  readonly url: string;
  /** For one call, in milliseconds; default 250. */
  readonly deadlineMs?: number | undefined;
  /** Told of every change of mind of the connection, once for each outage. */
  readonly onTrouble?: ((error: unknown) => void) | undefined;
}

const PROBE_MS = 100;
/** Replies that say that Redis cannot answer now, not that the command was wrong. */
const NOT_NOW = /^(?:LOADING|MASTERDOWN|CLUSTERDOWN|TRYAGAIN)/;
/** Replies that say that it takes no writes now, while it may still be read. */
const NO_WRITES = /^(?:OOM|READONLY|MISCONF|NOREPLICAS)/;

/** Begins to connect and returns at once; `run` throws until Redis is there. */
export function connectRedis({
  url,
  deadlineMs = 250,
  onTrouble = () => {},
}: RedisOptions): RedisConnection {
  const client = createRedisClient(url);
  const state = watchClient(client, onTrouble);
  // What goes wrong here is told as an `error` event too, and is tried again.
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
  /** Down until it answers a ping. */
  suspect(error: unknown): void;
  /** Down for good. */
  end(): void;
}

function watchClient(client: RedisClient, onTrouble: (error: unknown) => void): ClientState {
  const listeners: ((isUp: boolean) => void)[] = [];
  const state = { isUp: false, ended: false, probing: false };

  function change(next: boolean): void {
    if (state.isUp === next || state.ended) return;
    state.isUp = next;
    for (const listener of listeners) listener(next);
  }

  /** One ping at a time, each waited for however long it takes: a frozen server gets no pile of them. */
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
    if (state.isUp) onTrouble(error);
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

/** A full or read-only Redis refuses writes and goes on answering reads: it is not down. */
function refused(error: unknown): RedisUnavailable | undefined {
  const replies = error instanceof MultiErrorReply ? error.errors() : [error];
  for (const reply of replies) {
    if (reply instanceof ErrorReply && NO_WRITES.test(reply.message)) {
      return new RedisUnavailable(reply.message, { mayHaveHappened: false, cause: error });
    }
  }
  return undefined;
}

/** The error as `RedisUnavailable`; undefined for one that is about the command itself. */
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
  return new RedisUnavailable("the connection broke", {
    mayHaveHappened: !offline,
    cause: error,
  });
}

function isConnectionError(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  if ("code" in error) return true;
  return /Socket|Client|Disconnect|Connection|Abort|Reconnect/.test(error.constructor.name);
}
