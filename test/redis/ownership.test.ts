import { mkdtemp } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { openPlainClient, startOwnRedis } from "../support/redis.ts";
import { helpFolder, startOnRedis } from "../support/redis-service.ts";
import { scriptedModel } from "../support/scripted-model.ts";
import { recordTurns } from "../support/turn-recorder.ts";
import { headersOf, keyEntry, TOKEN_SECRET } from "../support/user-tokens.ts";
import { BACKGROUND } from "../support/redis-background.ts";

const RESET = "How do I reset my password?";
const API_KEYS = [
  keyEntry("web", "default", "chat"),
  keyEntry("ops", "default", "chat+admin"),
].join(",");

/** Two services that share a Redis and a record. */
async function openTwo({ skip }: { skip: (note: string) => never }) {
  const redis = (await startOwnRedis()) ?? skip("no redis-server program");
  const gate = { open: Promise.resolve() };
  const model = scriptedModel(() => ({ text: "Open Settings [1].", beforeWord: () => gate.open }));
  const shared = {
    DATA_DIR: await mkdtemp(join(tmpdir(), "reprise-owners-")),
    KNOWLEDGE_DIR: await helpFolder(),
    API_KEYS,
    JWT_SECRET: TOKEN_SECRET,
  };
  const one = await startOnRedis(redis.url, shared, { model });
  const other = await startOnRedis(redis.url, shared, { model });
  const client = await openPlainClient(redis.url);
  return { one, other, client, gate, model };
}

type Service = Awaited<ReturnType<typeof openTwo>>["one"];

const ask = async (service: Service, user: string, conversation_id?: string, message = RESET) =>
  service.call("POST", "/v1/chat", { message, conversation_id }, await headersOf("web", user));
const read = async (service: Service, user: string, id: string) =>
  service.call("GET", `/v1/conversations/${id}`, undefined, await headersOf("web", user));

describe("conversations of two users on two replicas", { timeout: 60_000 }, () => {
  it("belong to their owner on each replica as soon as the reply has ended", async (context) => {
    const { one, other } = await openTwo(context);
    const { json } = await ask(one, "ann");
    const id = json.conversation_id;
    expect((await read(other, "ann", id)).json.window).toHaveLength(2);
    expect((await read(other, "ben", id)).status).toBe(404);
    expect((await ask(other, "ben", id)).status).toBe(404);
    expect((await ask(other, "ann", id)).status).toBe(200);
    expect((await read(one, "ann", id)).json.window).toHaveLength(4);
  });

  it("go to one of two users who pick the same id concurrently on different replicas", async (context) => {
    const { one, other, client } = await openTwo(context);
    for (let round = 0; round < 5; round += 1) {
      const id = `race-${round}`;
      const replies = await Promise.all([
        ask(one, "ann", id, "I am ann."),
        ask(other, "ben", id, "I am ben."),
      ]);
      expect(replies.map(({ status }) => status)).toEqual(expect.arrayContaining([200, 404]));
      expect(await client.lLen(`chat:${id}`)).toBe(2);
    }
  });

  it("are hidden from others while the first answer is still in progress", async (context) => {
    const { one, other, gate, client } = await openTwo(context);
    let finish = () => {};
    gate.open = new Promise((resolve) => {
      finish = () => resolve(undefined);
    });
    const first = ask(one, "ann", "slow");
    await expect.poll(() => client.exists("owner:{chat:slow}")).toBe(1);
    expect((await ask(other, "ben", "slow")).status).toBe(404);
    finish();
    expect((await first).status).toBe(200);
    expect((await read(one, "ben", "slow")).status).toBe(404);
  });

  it("stay with their owner when Redis has lost everything", async (context) => {
    const { one, other, client } = await openTwo(context);
    await ask(one, "ann", "kept");
    await expect
      .poll(async () => (await read(other, "ann", "kept")).json.transcript?.length)
      .toBe(2);
    await client.flushAll();
    expect((await ask(other, "ben", "kept")).status).toBe(404);
    expect((await read(one, "ben", "kept")).status).toBe(404);
    expect((await ask(other, "ann", "kept")).status).toBe(200);
  });

  it("created by another program are readable, and belong to the first user who asks in them", async (context) => {
    const { one, other, client, model } = await openTwo(context);
    const said = [
      { role: "user", content: "My printer is called Gutenberg." },
      { role: "assistant", content: "Noted." },
    ];
    await client.rPush(
      "chat:pushed",
      said.map((item) => JSON.stringify(item)),
    );
    expect((await read(one, "ann", "pushed")).status).toBe(404);
    expect((await ask(one, "ann", "pushed", "What is it called?")).status).toBe(200);
    const prompt = model.calls
      .at(-1)
      ?.map(({ text }) => text)
      .join("\n");
    expect(prompt).toContain("Gutenberg");
    expect((await ask(other, "ben", "pushed", "What is it called?")).status).toBe(404);
    expect(await client.lLen("chat:pushed")).toBe(4);
  });
});

it(
  "checking ownership costs no round trip to Redis before an answer",
  { timeout: 60_000 },
  async ({ skip }) => {
    const redis = (await startOwnRedis()) ?? skip("no redis-server program");
    const recorder = await recordTurns(redis.url);
    const service = await startOnRedis(recorder.url, {
      CHAT_MODEL: "offline-extractive",
      API_KEYS,
      JWT_SECRET: TOKEN_SECRET,
    });
    const client = await openPlainClient(redis.url);
    const untilQuiet = () => expect.poll(() => client.keys("flight:*")).toEqual([]);
    await ask(service, "ann");
    for (const id of ["fresh", "fresh", "another"]) {
      await untilQuiet();
      recorder.take(() => true);
      const { json } = await ask(service, "ann", id);
      expect(json.cache.tier).toBe("exact");
      const all = recorder.take((commands) => commands.every((name) => BACKGROUND.has(name)));
      // The turn goes into the window when the last word is out, by a script.
      const before = all.slice(
        0,
        all.findIndex((commands) => commands.includes("EVALSHA")),
      );
      expect(before).toHaveLength(2);
      expect(before[0]).toContain("LRANGE");
      expect(before[1]).toContain("HMGET");
    }
  },
);
