import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { createHash } from "node:crypto";
import { startService } from "../support/start-service.ts";

const PATH = "/v1/cache/lookups";
const text =
  "To reset your password, open Settings, choose Security and press Reset password. Invoices are under Billing.";

async function begin(environment: Record<string, string> = {}) {
  const server = await startService({ CACHE_THRESHOLD: "0.9", ...environment });
  await server.call("PUT", "/v1/documents/help", { title: "Reset your password", text });
  const ask = async (message: string, conversationId: string) => {
    const body = { message, conversation_id: conversationId };
    return (await server.call("POST", "/v1/chat", body)).json;
  };
  const list = async (query = "") => (await server.call("GET", `${PATH}${query}`)).json.lookups;
  return { server, ask, list };
}

describe("the log of lookups", () => {
  let opened: Awaited<ReturnType<typeof begin>>;
  let ids: { miss: string; exact: string; semantic: string; near: string };
  beforeAll(async () => {
    opened = await begin();
    const { ask } = opened;
    ids = {
      miss: (await ask("How do I reset my password?", "one")).id,
      exact: (await ask("how do i reset my password", "two")).id,
      semantic: (await ask("How can I reset my password?", "three")).id,
      near: (await ask("May an admin reset a password?", "four")).id,
    };
    await ask("hello", "five");
  });
  afterAll(() => opened.server.close());

  it("has every lookup, hit or not, and nothing that was not looked up", async () => {
    const { server, list } = opened;
    const lookups = await list();
    expect(lookups.map(({ id }: any) => id).toSorted()).toEqual(Object.values(ids).toSorted());
    const one = async (id: string) => (await server.call("GET", `${PATH}/${id}`)).json;
    expect(await one(ids.miss)).toMatchObject({
      question: "How do I reset my password?",
      conversation_id: "one",
      verdict: "miss",
      tier: null,
      reasons: ["no-stored-answer"],
      nearest: null,
      similarity: null,
      stored: true,
      label: null,
      threshold: 0.9,
    });
    const exact = await one(ids.exact);
    expect(exact).toMatchObject({ verdict: "hit", tier: "exact", similarity: 1, stored: false });
    expect(exact.served_from).toEqual({ serve: null, grey: null });
    const semantic = await one(ids.semantic);
    expect(semantic).toMatchObject({
      verdict: "hit",
      tier: "semantic",
      below_by: null,
      nearest: { question: "How do I reset my password?", documents: ["help"] },
    });
    expect(semantic.served_from.serve).toBe(semantic.similarity);
    expect(semantic.question_hash).not.toBe(exact.question_hash);
    expect(exact.question_hash).toBe((await one(ids.miss)).question_hash);
    const near = await one(ids.near);
    expect(near).toMatchObject({ verdict: "miss", stored: true });
    expect(near.below_by).toBeCloseTo(
      Math.min(0.9 - near.similarity, near.grey_threshold - (near.served_from.grey ?? -1)),
      9,
    );
    expect(near.saved.total_tokens).toBeGreaterThan(0);
  });

  it("lists near misses first, pages, filters and exports", async () => {
    const { server, list } = opened;
    expect((await list("?near_misses=true"))[0].id).toBe(ids.near);
    const first = await server.call("GET", `${PATH}?near_misses=true&limit=1`);
    const next = await list(`?near_misses=true&limit=9&cursor=${first.json.next_cursor}`);
    expect(next).toHaveLength(3);
    expect(await list("?verdict=hit")).toHaveLength(2);
    const exported = await server.call("GET", `${PATH}/export?verdict=miss`);
    expect(exported.headers.get("content-type")).toContain("application/x-ndjson");
    const lines = exported.text.trim().split("\n");
    expect(lines.map((line) => JSON.parse(line).id)).toEqual([ids.miss, ids.near]);
    const wrong = await server.call("GET", `${PATH}?label=perhaps&from=yesterday&limit=0`);
    expect(wrong.status).toBe(400);
    expect(wrong.json.error.details.map(({ param }: any) => param)).toEqual(
      expect.arrayContaining(["label", "from", "limit"]),
    );
  });

  it("is labelled by a person, who may take it back", async () => {
    const { server, list } = opened;
    const path = `${PATH}/${ids.near}/label`;
    const { json } = await server.call("POST", path, { same: false, note: "another case" });
    expect(json.label).toMatchObject({
      same: false,
      source: "person",
      author: "anonymous",
      note: "another case",
    });
    expect((await list("?label=different")).map(({ id }: any) => id)).toEqual([ids.near]);
    expect((await server.call("DELETE", path)).json.label).toBeNull();
    expect(await list("?label=any")).toEqual([]);
    const bad = await server.call("POST", path, { same: "yes" });
    expect(bad.json.error).toMatchObject({ code: "invalid_request", param: "same" });
    const unknown = await server.call("POST", `${PATH}/msg_none/label`, { same: true });
    expect(unknown.status).toBe(404);
  });

  it("takes no label where no two questions were compared", async () => {
    const { server } = opened;
    for (const [id, why] of [
      [ids.miss, "no stored question was near"],
      [ids.exact, "the exact tier served it"],
    ]) {
      const { status, json } = await server.call("POST", `${PATH}/${id}/label`, { same: true });
      expect([status, json.error.code]).toEqual([400, "invalid_request"]);
      expect(json.error.message).toContain(why);
      expect((await server.call("GET", `${PATH}/${id}`)).json.label).toBeNull();
    }
  });

  it("is labelled by a reader's down on an answer that was served again, until it is up", async () => {
    const { server } = opened;
    const rate = (id: string, rating: string) =>
      server.call("POST", `/v1/messages/${id}/feedback`, { rating });
    const labelOf = async (id: string) => (await server.call("GET", `${PATH}/${id}`)).json.label;
    await rate(ids.semantic, "down");
    expect(await labelOf(ids.semantic)).toMatchObject({ same: false, source: "feedback" });
    await server.call("POST", `${PATH}/${ids.semantic}/label`, { same: true });
    expect(await labelOf(ids.semantic)).toMatchObject({ same: true, source: "person" });
    await server.call("DELETE", `${PATH}/${ids.semantic}/label`);
    await rate(ids.semantic, "up");
    expect(await labelOf(ids.semantic)).toBeNull();
    await rate(ids.miss, "down");
    expect(await labelOf(ids.miss)).toBeNull();
  });
});

it("forgets what an erased conversation asked", async () => {
  const { server, ask, list } = await begin();
  await ask("How do I reset my password?", "one");
  const { id } = await ask("May an admin reset a password?", "two");
  await server.call("DELETE", "/v1/conversations/one");
  const left = await list();
  expect(left.map((lookup: any) => lookup.id)).toEqual([id]);
  expect(left[0].nearest).toMatchObject({ question: null });
  expect((await server.call("GET", `${PATH}/export`)).text).not.toContain("How do I reset");
  await server.close();
});

it("keeps hashes and similarities only where it is told to", async () => {
  const { server, ask } = await begin({ LOOKUP_LOG_TEXT: "hashed" });
  await ask("How do I reset my password?", "one");
  await ask("How can I reset my password?", "two");
  const { text: exported } = await server.call("GET", `${PATH}/export`);
  expect(exported).not.toMatch(/reset|password/i);
  const [, hit] = exported
    .trim()
    .split("\n")
    .map((line) => JSON.parse(line));
  expect(hit.similarity).toBeGreaterThan(0.9);
  await server.close();
});

it("is bounded for each tenant, sampled, and may be off", async () => {
  const few = await begin({ LOOKUP_LOG_ROWS: "2" });
  for (const word of ["one", "two", "three", "four"]) {
    await few.ask(`What is invoice ${word}?`, word);
    await few.list();
  }
  const questions = (await few.list()).map(({ question }: any) => question);
  expect(questions).toEqual(["What is invoice four?", "What is invoice three?"]);
  await few.server.close();
  for (const settings of [{ LOOKUP_LOG_ROWS: "0" }, { LOOKUP_LOG_SAMPLE: "0" }]) {
    const none = await begin(settings);
    await none.ask("How do I reset my password?", "one");
    expect(await none.list()).toEqual([]);
    await none.server.close();
  }
});

it("is of the key's tenant, and for the scope admin", async () => {
  const key = (name: string, tenant: string, scopes: string) =>
    `${name}:${tenant}:${scopes}:${createHash("sha256").update(name).digest("hex")}`;
  const API_KEYS = [
    key("acme", "acme", "chat+admin"),
    key("zenith", "zenith", "chat+admin"),
    key("reader", "acme", "chat"),
  ].join(",");
  const server = await startService({ API_KEYS });
  const as = (name: string) => ({ authorization: `Bearer ${name}` });
  const asked = await server.call(
    "POST",
    "/v1/chat",
    { message: "How do I reset my password?" },
    as("acme"),
  );
  const path = `${PATH}/${asked.json.id}`;
  expect((await server.call("GET", path, undefined, as("acme"))).status).toBe(200);
  expect((await server.call("GET", path, undefined, as("zenith"))).status).toBe(404);
  expect((await server.call("GET", PATH, undefined, as("zenith"))).json.lookups).toEqual([]);
  const label = { same: true };
  expect((await server.call("POST", `${path}/label`, label, as("zenith"))).status).toBe(404);
  expect((await server.call("GET", PATH, undefined, as("reader"))).status).toBe(403);
  await server.close();
});
