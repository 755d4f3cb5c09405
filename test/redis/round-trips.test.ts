import { describe, expect, it } from "vitest";
import { openPlainClient, startOwnRedis } from "../support/redis.ts";
import { startOnRedis } from "../support/redis-service.ts";
import { serveEmbeddings } from "../support/serve-embeddings.ts";
import { recordTurns, type RoundTrip } from "../support/turn-recorder.ts";
import { BACKGROUND } from "../support/redis-background.ts";

const RESET = "How do I reset my password?";
const REWORDED = "How can I reset my password?";

/** On a slow machine answers wait for their turn, and calls that could go together go one by one. */
const AT_ONCE = { enter: () => undefined, resume: () => undefined };

const isBackground = (commands: RoundTrip) => commands.every((name) => BACKGROUND.has(name));

async function open(
  { skip }: { skip: (note: string) => never },
  environment: Record<string, string> = {},
) {
  const redis = (await startOwnRedis()) ?? skip("no redis-server program");
  const recorder = await recordTurns(redis.url);
  const service = await startOnRedis(
    recorder.url,
    {
      CACHE_THRESHOLD: "0.8",
      CHAT_MODEL: "offline-extractive",
      ...environment,
    },
    { turnstile: AT_ONCE },
  );
  const client = await openPlainClient(redis.url);
  const asked = async (question: string) =>
    (await client.zScore("most-asked:default", question.toLowerCase().replace("?", ""))) ?? 0;
  /** All that follows an answer is done when its question is counted and its flight has landed. */
  async function untilQuiet(question: string, times: number) {
    await expect.poll(() => asked(question)).toBe(times);
    await expect.poll(() => client.keys("flight:*")).toEqual([]);
  }
  async function ask(question: string, more: object = {}) {
    const before = await asked(question);
    const reply = await service.chat(question, more);
    await untilQuiet(question, before + 1);
    return reply;
  }
  /** The round trips of one question, up to its answer's first word and all of them. */
  async function count(question: string, more: object) {
    recorder.take(() => true);
    const reply = await ask(question, more);
    const all = recorder.take(isBackground);
    // The turn goes into the window when the last word is out, by a script.
    const end = all.findIndex((commands) => commands.includes("EVALSHA"));
    return { reply, before: all.slice(0, end), all };
  }
  return { ask, count };
}

describe("round trips to Redis", { timeout: 60_000 }, () => {
  it("are at most 2 before an exact hit, and 5 in total", async (context) => {
    const { ask, count } = await open(context);
    await ask(RESET, { conversation_id: "c1" });
    const { reply, before, all } = await count(RESET, { conversation_id: "c1" });
    expect(reply.cache.tier).toBe("exact");
    expect(before).toHaveLength(2);
    expect(before[0]).toContain("LRANGE");
    expect(before[1]).toEqual(expect.arrayContaining(["GET index:knowledge", "HMGET"]));
    expect(all.length).toBeLessThanOrEqual(5);
    const { before: alone } = await count(RESET, {});
    expect(alone).toHaveLength(1);
  });

  it("do not increase with memoised embeddings", async (context) => {
    const url = await serveEmbeddings();
    const { ask, count } = await open(context, {
      EMBEDDINGS: "openai",
      EMBEDDING_MODEL: "words",
      OPENAI_BASE_URL: url,
    });
    await ask(RESET);
    const { reply, before, all } = await count(REWORDED, { conversation_id: "c1" });
    expect(reply.cache.tier).toBe("semantic");
    expect(before[1]).toEqual(expect.arrayContaining(["GET index:knowledge", "HMGET"]));
    expect(before).toHaveLength(3);
    expect(all.length).toBeLessThanOrEqual(5);
  });

  it("are at most 3 before a semantic hit, and 5 in total", async (context) => {
    const { ask, count } = await open(context);
    await ask(RESET);
    const { reply, before, all } = await count(REWORDED, { conversation_id: "c1" });
    expect(reply.cache.tier).toBe("semantic");
    expect(before[1]).toEqual(expect.arrayContaining(["GET index:knowledge", "HMGET"]));
    expect(before).toHaveLength(3);
    expect(before[2]).toContain("FT.SEARCH");
    expect(all.length).toBeLessThanOrEqual(5);
  });
});
