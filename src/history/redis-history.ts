import { z } from "zod";
import type { Clock } from "../operations/types.ts";
import type { RedisClient, RedisConnection } from "../redis/connection.ts";
import { RedisUnavailable } from "../redis/redis-unavailable.ts";
import { APPEND_TURNS, noteTtlSeconds, RESTORE_WINDOW } from "../redis/history-scripts.ts";
import { redisKeys } from "../redis/redis-keys.ts";
import { runScript } from "../redis/run-script.ts";
import {
  type RememberedWindow,
  type RememberedWindows,
  type WaitingTurn,
  createRememberedWindows,
  withTurns,
} from "./remembered-windows.ts";
import {
  type ChatHistory,
  type ChatMessage,
  type ConversationKey,
  type HistoryLimits,
  REMOVAL_TTL_SECONDS,
  type SaidTurn,
} from "./types.ts";

const storedMessage = z.object({
  role: z.enum(["user", "assistant", "system"]),
  content: z.string(),
});

/** Encodes a message as stored in Redis: `{"role","content"}` as JSON. */
function toItem({ role, content }: ChatMessage): string {
  return JSON.stringify({ role, content });
}

/** Decodes list items, skipping invalid ones: other programs write these lists too. */
function toMessages(items: readonly string[]): ChatMessage[] {
  return items.flatMap((item) => {
    const parsed = storedMessage.safeParse(parseJson(item));
    return parsed.success ? [parsed.data] : [];
  });
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** Windows restored concurrently. */
const BATCH = 50;

/** A history that can be reconciled after Redis was unavailable. */
export interface RedisHistory extends ChatHistory {
  /**
   * Appends a turn and adds its record to the stream `usage`, in one step.
   *
   * @returns the record's id in the stream
   * @throws like `append`; then the record may not be in the stream
   */
  appendRecorded(
    key: ConversationKey,
    turn: readonly ChatMessage[],
    recorded: {
      readonly record: string;
      readonly askedAt: number;
      readonly owner?: string | undefined;
      readonly again?: boolean | undefined;
    },
  ): Promise<string>;
  /**
   * Appends the turns that Redis missed. With `dataLost`, first restores every window that this
   * process remembers. Turns that fail again stay buffered.
   *
   * @throws RedisUnavailable when Redis becomes unavailable again
   */
  reconcile(options: { dataLost: boolean }): Promise<void>;
}

/**
 * Context windows as Redis lists `chat:{conversation_id}` of `{"role","content"}`, trimmed and with
 * a renewed TTL on each turn. Turns said while Redis is unavailable are buffered here, and appended
 * with the next turn of their conversation or by `reconcile`. `append` still throws, so that the
 * reply can report it.
 *
 * @param options `maxRemembered`: conversations remembered for outages, default 5,000
 */
export function createRedisHistory({
  connection,
  limits,
  now,
  maxRemembered,
}: {
  connection: RedisConnection;
  limits: HistoryLimits;
  now: Clock;
  maxRemembered?: number | undefined;
}): RedisHistory {
  const remembered = createRememberedWindows(limits, now, maxRemembered);
  const parts: Parts = { connection, limits, remembered };
  return {
    async read(key) {
      if ((remembered.find(key)?.waiting.length ?? 0) > 0) await addTurn(parts, key, []);
      const items = await connection.run((client) =>
        client.lRange(windowKey(key), -limits.maxMessages, -1),
      );
      remembered.keep(key, items);
      return toMessages(items);
    },
    recall(key) {
      const window = remembered.find(key);
      if (window === undefined) return [];
      return toMessages(withTurns(window.items, window.waiting).slice(-limits.maxMessages));
    },
    async append(key, turn, said) {
      await addTurn(parts, key, turn.map(toItem), said);
    },
    appendRecorded: (key, turn, recorded) => addTurn(parts, key, turn.map(toItem), recorded),
    async remove(key) {
      const waited = remembered.takeWaiting(key).length > 0;
      remembered.forget(key);
      const expiration = { type: "EX", value: REMOVAL_TTL_SECONDS } as const;
      const [, removed] = await connection.run((client) =>
        client
          .multi()
          .set(removedKey(key), String(now()), { expiration })
          .del(windowKey(key))
          .execTyped(),
      );
      return removed > 0 || waited;
    },
    async wasRemoved(key, since) {
      const removedAt = await connection.run((client) => client.get(removedKey(key)));
      return removedAt !== null && Number(removedAt) >= since;
    },
    reconcile: ({ dataLost }) => reconcile(parts, dataLost),
    async close() {
      remembered.clear();
    },
  };
}

interface Parts {
  readonly connection: RedisConnection;
  readonly limits: HistoryLimits;
  readonly remembered: RememberedWindows;
}

/**
 * Appends the buffered turns of this conversation, then the new one. Turns that Redis rejects are
 * buffered.
 */
async function addTurn(
  { connection, limits, remembered }: Parts,
  key: ConversationKey,
  turn: readonly string[],
  { record = "", ...said }: SaidTurn & { record?: string; owner?: string | undefined } = {},
): Promise<string> {
  const own = turn.length === 0 ? [] : [{ items: turn, unsure: false, ...said }];
  const turns = [...remembered.takeWaiting(key), ...own];
  if (turns.length === 0) return "";
  try {
    const reply = await connection.run((client) =>
      appendTurns(client, key, turns, { limits, record }),
    );
    const [recordId, removedAt] = z.tuple([z.string(), z.string()]).parse(reply);
    const kept = turns.filter((each) => removedAt === "" || isSince(each, Number(removedAt)));
    remembered.add(key, kept);
    return recordId;
  } catch (error) {
    const unsure = error instanceof RedisUnavailable && error.mayHaveHappened;
    const waiting = turns.map((each) => ({ ...each, unsure: unsure || each.unsure }));
    remembered.wait(key, waiting);
    throw error;
  }
}

function isSince({ askedAt = Infinity }: WaitingTurn, removedAt: number): boolean {
  return askedAt > removedAt;
}

async function reconcile(parts: Parts, dataLost: boolean): Promise<void> {
  const windows = parts.remembered.all().filter(({ waiting }) => dataLost || waiting.length > 0);
  for (let start = 0; start < windows.length; start += BATCH) {
    const batch = windows.slice(start, start + BATCH).map(async (window) => {
      if (dataLost) await restore(parts, window);
      await addTurn(parts, window.key, []);
    });
    await Promise.all(batch);
  }
}

async function restore(
  { connection, limits }: Parts,
  { key, items }: RememberedWindow,
): Promise<void> {
  if (items.length === 0) return;
  const values = [...bounds(limits), ...items];
  await connection.run((client) => runScript(client, RESTORE_WINDOW, [windowKey(key)], values));
}

function windowKey({ tenant, conversationId }: ConversationKey): string {
  return redisKeys.window(tenant, conversationId);
}

function removedKey({ tenant, conversationId }: ConversationKey): string {
  return redisKeys.windowRemoved(tenant, conversationId);
}

function ownerKey({ tenant, conversationId }: ConversationKey): string {
  return redisKeys.windowOwner(tenant, conversationId);
}

function bounds({ maxMessages, ttlSeconds }: HistoryLimits): string[] {
  return [String(maxMessages), String(ttlSeconds)];
}

function appendTurns(
  client: RedisClient,
  key: ConversationKey,
  turns: readonly WaitingTurn[],
  { limits, record }: { limits: HistoryLimits; record: string },
): Promise<unknown> {
  const values = turns.flatMap(({ items, unsure, askedAt, owner = "", again }) => [
    String(items.length),
    unsure ? "1" : "0",
    askedAt === undefined ? "" : String(askedAt),
    owner,
    again === true ? "1" : "0",
    ...items,
  ]);
  const own = [windowKey(key), removedKey(key), ownerKey(key)];
  // Without a record, all keys are in one slot, as a cluster requires.
  const keys = record === "" ? own : [...own, redisKeys.usage];
  const ownerTtl = String(noteTtlSeconds(limits.ttlSeconds));
  return runScript(client, APPEND_TURNS, keys, [...bounds(limits), ownerTtl, record, ...values]);
}
