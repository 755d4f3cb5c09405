import { createHash } from "node:crypto";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { ANSWER_COST, startPriced } from "../support/priced-service.ts";

const keyHash = (key: string) => createHash("sha256").update(key).digest("hex");
const keys = ["acme", "other"].map((tenant) => `${tenant}:${tenant}:chat+admin:${keyHash(tenant)}`);

describe("the figures of the cache", () => {
  let server: Awaited<ReturnType<typeof startPriced>>["server"];
  beforeAll(async () => {
    ({ server } = await startPriced({
      API_KEYS: keys.join(","),
      CACHE_THRESHOLD: "0.9",
      CACHE_GREY_THRESHOLD: "0.5",
    }));
  });
  afterAll(() => server.close());

  const call = (method: string, path: string, body?: unknown, key = "acme") =>
    server.call(method, path, body, { authorization: `Bearer ${key}` });
  const ask = async (message: string, more: object = {}) =>
    (await call("POST", "/v1/chat", { message, ...more })).json;
  const stats = async (query = "", key = "acme") =>
    (await call("GET", `/v1/cache/stats${query}`, undefined, key)).json;

  it("are nothing for a tenant that nobody asked in", async () => {
    expect(await stats()).toEqual({
      entries: { total: 0 },
      requests: 0,
      hits: { exact: 0, semantic: 0, verified: 0 },
      misses: 0,
      hit_rate: 0,
      saved: "0.000000000",
      net_saved: "0.000000000",
      most_asked: [],
      most_saved: [],
      complete: true,
    });
  });

  it("count stored answers, hits by tier and misses, of the own tenant", async () => {
    await call("POST", "/v1/documents", {
      title: "Refunds",
      text: "Refunds are paid within 30 days of purchase.",
    });
    const tiers = [];
    for (const message of [
      "When are refunds paid?",
      "when are REFUNDS paid",
      "So when are refunds paid?",
      "When are the refunds really paid out?",
      "Who pays for the refunds of purchases?",
    ]) {
      tiers.push((await ask(message)).cache.tier);
    }
    await ask("Are refunds paid at all?", { cache: { mode: "bypass" } });
    expect(tiers).toEqual([null, "exact", "semantic", "verified", null]);
    const seen = await stats();
    expect(seen).toMatchObject({
      entries: { total: 2 },
      requests: 6,
      hits: { exact: 1, semantic: 1, verified: 1 },
      misses: 2,
      hit_rate: 0.6,
    });
    expect(Number(seen.saved)).toBeCloseTo(3 * Number(ANSWER_COST), 9);
    expect(seen.most_asked[0]).toEqual({ question: "when are refunds paid", times: 2 });
    expect(await stats("", "other")).toMatchObject({ entries: { total: 0 }, requests: 0 });
  });

  it("are of the time that is asked about", async () => {
    const now = Date.now();
    const day = (offset: number) => new Date(now + offset * 86_400_000).toISOString().slice(0, 10);
    expect(await stats(`?from=${day(2)}`)).toMatchObject({ requests: 0, misses: 0 });
    expect(await stats(`?from=${day(-1)}&to=${day(1)}`)).toMatchObject({ requests: 6 });
    expect((await stats("?limit=1")).most_asked).toHaveLength(1);
  });

  it.each([
    ["limit=0", "limit"],
    ["limit=x", "limit"],
    ["from=yesterday", "from"],
    ["from=2026-11-25&to=2026-11-24", "to"],
    ["time_zone=Moon", "time_zone"],
  ])("with %s are refused, and the field is named", async (query, param) => {
    const { status, json } = await call("GET", `/v1/cache/stats?${query}`);
    expect([status, json.error.param]).toEqual([400, param]);
  });

  it("lose what was stored in a conversation with the conversation", async () => {
    const { conversation_id: id } = await ask("What of a purchase is never paid back?");
    const before = (await stats()).entries.total;
    const erased = await call("DELETE", `/v1/conversations/${id}`);
    expect(erased.json).toEqual({ id, deleted: true, removed_answers: 1 });
    expect((await stats()).entries.total).toBe(before - 1);
    expect((await ask("What of a purchase is never paid back?")).cache.status).toBe("miss");
    expect((await call("DELETE", "/v1/conversations/nobody-asked")).status).toBe(404);
  });

  it("leave other tenants' answers of a conversation of the same name", async () => {
    const body = { message: "Where do refunds go?", conversation_id: "shared-name" };
    await call("POST", "/v1/documents", { title: "R", text: "Refunds go to the card." }, "other");
    await call("POST", "/v1/chat", body, "other");
    await ask("Where do refunds go to?", { conversation_id: "shared-name" });
    await call("DELETE", "/v1/conversations/shared-name");
    expect((await stats("", "other")).entries.total).toBe(1);
  });
});
