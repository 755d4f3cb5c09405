import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { randomTenant } from "../support/as-tenant.ts";
import { scriptedModel } from "../support/scripted-model.ts";
import { startService } from "../support/start-service.ts";
import { sharedRedisUrl } from "../support/redis.ts";

const HELP = `To reset your password open Settings and press Reset password.

Refunds are paid within 30 days of purchase to the card that was used.`;
const ASKED = "How do I reset my password?";
const REWORDED = "How can I reset my password?";

const environments = [
  { name: "in process", environment: {} },
  ...(sharedRedisUrl === undefined
    ? []
    : [{ name: "Redis", environment: { REDIS_URL: sharedRedisUrl, REDIS_TIMEOUT_MS: "2000" } }]),
];

describe.each(environments)("the review queue: $name", ({ environment }) => {
  const model = scriptedModel(() => ({ text: "It is so. [1]" }));
  const { API_KEYS, headers } = randomTenant();
  let server: Awaited<ReturnType<typeof startService>>;
  const call = async (method: string, path: string, body?: unknown) =>
    server.call(method, path, body, headers);

  beforeAll(async () => {
    server = await startService({ CACHE_THRESHOLD: "0.9", API_KEYS, ...environment }, { model });
    await call("PUT", "/v1/documents/help", { title: "Help", text: HELP });
  });
  afterAll(() => server.close());

  async function ask(message: string, conversationId?: string) {
    const reply = await call("POST", "/v1/chat", { message, conversation_id: conversationId });
    expect(reply.status, reply.text).toBe(200);
    return reply.json;
  }
  async function queue(query: string) {
    const reply = await call("GET", `/v1/feedback?${query}`);
    expect(reply.status, reply.text).toBe(200);
    return reply.json.feedback;
  }
  const resolve = (id: string, body: unknown) => call("POST", `/v1/feedback/${id}/resolve`, body);
  const report = (id: string, comment = "Out of date") =>
    call("POST", `/v1/messages/${id}/feedback`, { rating: "down", comment });
  const clear = () => call("DELETE", "/v1/cache/entries?all=true");

  it("shows a reported answer with the reader's words, until it is kept", async () => {
    await clear();
    await ask(ASKED);
    const { id } = await ask(REWORDED, "reported");
    await report(id);
    await expect
      .poll(() => queue("reason=reported"))
      .toMatchObject([
        {
          id,
          reason: "reported",
          state: "open",
          conversation_id: "reported",
          question: REWORDED,
          answer: "It is so. [1]",
          rating: "down",
          comment: "Out of date",
          match: { question: ASKED, threshold: 0.9 },
          entry: { question: ASKED, state: "quarantined" },
          resolution: null,
        },
      ]);
    const kept = await resolve(id, { action: "keep" });
    expect(kept.json).toMatchObject({
      id,
      state: "done",
      entry: { state: "served" },
      resolution: { action: "keep" },
    });
    expect((await ask(REWORDED)).cache.status).toBe("hit");
    expect(await queue("reason=reported")).toEqual([]);
    expect(await queue("reason=reported&state=done")).toMatchObject([{ id }]);
    const lookup = await call("GET", `/v1/cache/lookups/${id}`);
    expect(lookup.json.label).toMatchObject({ same: true, source: "person" });
    await report(id, "Still wrong");
    expect(await queue("reason=reported")).toMatchObject([{ id, comment: "Still wrong" }]);
    await resolve(id, { action: "remove" });
    expect((await ask(ASKED)).cache.status).toBe("miss");
  });

  it("corrects the cached answer of the same question", async () => {
    await clear();
    const { id } = await ask(ASKED);
    await report(id);
    const text = "Open Settings and press Reset password.";
    const reply = await resolve(id, { action: "correct", answer: text });
    expect(reply.json).toMatchObject({
      state: "done",
      entry: { answer: text, origin: "curated", state: "served" },
    });
    const again = await ask(ASKED);
    expect([again.answer, again.cache.tier]).toEqual([text, "exact"]);
  });

  it("corrects an answer that was served for another question by one of its own", async () => {
    await clear();
    await ask(ASKED);
    const { id } = await ask(REWORDED);
    await report(id);
    const text = "Press Reset password in Settings.";
    await resolve(id, { action: "correct", answer: text });
    expect((await ask(REWORDED)).answer).toBe(text);
    const lookup = await call("GET", `/v1/cache/lookups/${id}`);
    expect(lookup.json.label).toMatchObject({ same: false, source: "person" });
  });

  it("shows notes on good answers, answers near the threshold, and curated ones that expire", async () => {
    await clear();
    const { id } = await ask(ASKED);
    await call("POST", `/v1/messages/${id}/feedback`, { rating: "up", comment: "Thank you" });
    expect(await queue("reason=noted")).toMatchObject([{ id, comment: "Thank you" }]);
    const day = 86_400_000;
    const written = {
      question: "When are refunds paid?",
      answer: "Within 30 days.",
      created_at: new Date(Date.now() - 20 * day).toISOString(),
      expires_at: new Date(Date.now() + day).toISOString(),
    };
    const { json } = await call("POST", "/v1/cache/entries", written);
    // Of a person too, but it has just begun.
    await call("POST", "/v1/cache/entries", { question: "How is it paid?", answer: "By card." });
    const [expiring, ...others] = await queue("reason=expiring");
    expect(expiring).toMatchObject({ id: json.id, question: written.question });
    expect(others).toEqual([]);
    await resolve(expiring.id, { action: "pin" });
    expect(await queue("reason=expiring")).toEqual([]);
    // The generated answer expires too, but no person stands for it.
    const all = await queue("limit=1");
    expect(all).toHaveLength(1);
  });

  it("pages through all reasons, each item once", async () => {
    const seen: string[] = [];
    let cursor = "";
    do {
      const path = `/v1/feedback?state=done&limit=1${cursor && `&cursor=${cursor}`}`;
      const { json } = await call("GET", path);
      seen.push(...json.feedback.map((item: any) => `${item.reason} ${item.id}`));
      cursor = json.next_cursor ?? "";
    } while (cursor !== "");
    expect(seen.length).toBeGreaterThan(2);
    expect(new Set(seen).size).toBe(seen.length);
  });

  it("refuses what it does not know, by name", async () => {
    expect((await resolve("msg_none", { action: "keep" })).status).toBe(404);
    const wrong: [string, unknown, string][] = [
      ["POST /v1/feedback/x/resolve", {}, "action"],
      ["POST /v1/feedback/x/resolve", { action: "correct" }, "answer"],
      ["POST /v1/feedback/x/resolve", { action: "keep", answer: "No" }, "answer"],
      ["GET /v1/feedback?state=some", undefined, "state"],
      ["GET /v1/feedback?reason=some", undefined, "reason"],
      ["GET /v1/feedback?cursor=some", undefined, "cursor"],
    ];
    for (const [route, body, param] of wrong) {
      const [method = "", path = ""] = route.split(" ");
      const { status, json } = await call(method, path, body);
      expect([status, json.error.param], route).toEqual([400, param]);
    }
  });

  it("shows a rating in its conversation", async () => {
    const { id } = await ask(ASKED, "rated");
    await report(id);
    const read = async () => (await call("GET", "/v1/conversations/rated")).json.transcript;
    await expect.poll(read).toMatchObject([{ role: "user" }, { id, rating: "down" }]);
  });
});
