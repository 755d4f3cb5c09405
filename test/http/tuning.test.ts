import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { createHash } from "node:crypto";
import { startService } from "../support/start-service.ts";

let server: Awaited<ReturnType<typeof startService>>;
beforeAll(async () => {
  server = await startService();
});
afterAll(() => server.close());

const evaluate = (body: unknown) => server.call("POST", "/v1/cache/evaluate", body);

/** Pairs of the same words but for their case, which every embedder and guard takes for one. */
const alike = (count: number, same: boolean | 0 | 1 = true) =>
  Array.from({ length: count }, () => ({
    a: "How do I reset my password?",
    b: "how do I reset my password",
    same,
  }));

const at = (json: any, threshold: number) =>
  json.thresholds.find((row: any) => row.threshold === threshold);

describe("POST /v1/cache/evaluate", () => {
  it("says what each threshold would do and which one to choose", async () => {
    const { status, json } = await evaluate({ pairs: alike(60), target_wrong_hit_rate: 0.05 });
    expect(status).toBe(200);
    expect(json).toMatchObject({ labels: 60, confidence: 0.95, insufficient_data: null });
    expect(json.embedder).toMatch(/^builtin/);
    expect(at(json, 0.95)).toMatchObject({ hits: 60, wrong_hits: 0, hit_rate: 1 });
    expect(at(json, 0.95).upper_bound).toBeCloseTo(1 - 0.05 ** (1 / 60), 9);
    expect(json.recommended).toBe(0.5);
  });

  it("says how many labels are missing, or that more would not help", async () => {
    const few = await evaluate({ pairs: alike(60) });
    expect(few.json).toMatchObject({
      target_wrong_hit_rate: 0.01,
      recommended: null,
      insufficient_data: { reason: "too-few-labels", labels_needed: 239 },
    });
    const wrong = await evaluate({
      pairs: [...alike(60), ...alike(20, 0)],
      target_wrong_hit_rate: 0.05,
    });
    expect(wrong.json).toMatchObject({
      recommended: null,
      insufficient_data: { reason: "too-many-wrong", labels_needed: null },
    });
  });

  it("counts what the guards refuse as no hit", async () => {
    const pairs = [
      { a: "Refund within 14 days?", b: "Refund within 40 days?", same: false },
      { a: "Refund within 14 days?", b: "refund within 14 days", same: true },
    ];
    const { json } = await evaluate({ pairs });
    expect(at(json, 0.5)).toMatchObject({ hits: 1, wrong_hits: 0 });
  });

  it("names what is wrong with a request", async () => {
    const bad = await evaluate({ pairs: [{ a: "x", same: true }], target_wrong_hit_rate: 0 });
    expect(bad.status).toBe(400);
    const params = bad.json.error.details.map(({ param }: any) => param);
    expect(params).toEqual(expect.arrayContaining(["pairs[0].b", "target_wrong_hit_rate"]));
    expect((await evaluate({})).status).toBe(400);
  });

  it("says of a label what it must be", async () => {
    const told = async (pair: object) =>
      (await evaluate({ pairs: [{ a: "x", b: "y", ...pair }] })).json.error.message;
    expect(await told({})).toBe("pairs[0].same is required.");
    const kinds = "pairs[0].same must be a boolean, 0 or 1.";
    for (const same of [null, "yes", 2, []]) expect(await told({ same })).toBe(kinds);
  });

  it("needs the scope admin", async () => {
    const sha256 = createHash("sha256").update("secret").digest("hex");
    const closed = await startService({ API_KEYS: `web:default:chat:${sha256}` });
    const headers = { authorization: "Bearer secret" };
    const body = { pairs: alike(1) };
    expect((await closed.call("POST", "/v1/cache/evaluate", body, headers)).status).toBe(403);
    await closed.close();
  });
});

describe("/v1/cache/policy", () => {
  it("is the settings until somebody changes it, then judges the next question", async () => {
    const path = "/v1/cache/policy";
    const settings = await server.call("GET", path);
    expect(settings.json).toMatchObject({ version: 0, threshold: 0.95, author: "settings" });
    const looser = { message: "Hello there?", cache: { threshold: 0.9 } };
    expect((await server.call("POST", "/v1/chat", looser)).json.error.param).toBe(
      "cache.threshold",
    );
    const changed = await server.call("PUT", path, { threshold: 0.9, reason: "measured" });
    expect(changed.json).toMatchObject({ version: 1, threshold: 0.9, author: "anonymous" });
    expect(changed.json.ttl_seconds).toBe(settings.json.ttl_seconds);
    expect((await server.call("GET", path)).json).toEqual(changed.json);
    const { json } = await server.call("POST", "/v1/chat", looser);
    expect(json.cache.threshold).toBe(0.9);
    const back = await server.call("PUT", path, { ...changed.json, threshold: 0.95 });
    expect(back.json).toMatchObject({ version: 2, threshold: 0.95, reason: "measured" });
    const late = await server.call("PUT", path, { ...changed.json, threshold: 0.5 });
    expect(late.status).toBe(409);
    expect(late.json.error).toMatchObject({ code: "conflict", param: "version" });
  });

  it("makes no version of a change that changes nothing", async () => {
    const fresh = await startService();
    const path = "/v1/cache/policy";
    const put = async (body: object) => (await fresh.call("PUT", path, body)).json;
    expect(await put({})).toMatchObject({ version: 0, author: "settings" });
    const first = await put({ threshold: 0.9, guards: { names: false }, reason: "measured" });
    expect(first.version).toBe(1);
    for (const body of [
      {},
      { guards: {} },
      { guards: { dates: true } },
      { reason: "why" },
      first,
    ]) {
      expect(await put(body)).toEqual(first);
    }
    expect((await fresh.call("PUT", path, { version: 0 })).status).toBe(409);
    expect(await put({ guards: { names: true } })).toMatchObject({ version: 2 });
    const { json } = await fresh.call("GET", `${path}/versions`);
    expect(json.versions.map(({ version }: any) => version)).toEqual([2, 1, 0]);
    await fresh.close();
  });

  it("lists its versions with what each changed, compares two and goes back to one", async () => {
    const fresh = await startService();
    const path = "/v1/cache/policy";
    await fresh.call("PUT", path, { threshold: 0.9, guards: { names: false } });
    const wide = { evidence: "always", shadow_rate: 0.1, target_wrong_hit_rate: 0.02 };
    const second = await fresh.call("PUT", path, { ...wide, author: "ann", reason: "to see" });
    expect(second.json).toMatchObject({ ...wide, threshold: 0.9, author: "ann" });
    const { json } = await fresh.call("GET", `${path}/versions?limit=2`);
    expect(json.versions.map(({ version }: any) => version)).toEqual([2, 1]);
    expect(json.versions[0].changes).toEqual([
      { field: "evidence", from: "in-doubt", to: "always" },
      { field: "shadow_rate", from: 0, to: 0.1 },
      { field: "target_wrong_hit_rate", from: null, to: 0.02 },
    ]);
    expect(json.versions[1].changes).toEqual([
      { field: "threshold", from: 0.95, to: 0.9 },
      { field: "guards.names", from: true, to: false },
    ]);
    const more = await fresh.call("GET", `${path}/versions?cursor=${json.next_cursor}`);
    expect(more.json).toMatchObject({ versions: [{ version: 0, changes: [] }], next_cursor: null });
    const diff = await fresh.call("GET", `${path}/diff?from=2&to=0`);
    expect(diff.json.changes.map(({ field }: any) => field)).toContain("threshold");
    const back = await fresh.call("POST", `${path}/rollback`, { version: 1, reason: "too slow" });
    expect(back.json).toMatchObject({ version: 3, threshold: 0.9, shadow_rate: 0 });
    expect(back.json.target_wrong_hit_rate).toBeNull();
    const settings = await fresh.call("POST", `${path}/rollback`, { version: 0 });
    expect(settings.json).toMatchObject({ version: 4, threshold: 0.95, guards: {} });
    const unknown = await fresh.call("POST", `${path}/rollback`, { version: 99 });
    expect(unknown.status).toBe(404);
    expect(unknown.json.error.param).toBe("version");
    await fresh.close();
  });

  it("refuses what it does not know or cannot be", async () => {
    const { status, json } = await server.call("PUT", "/v1/cache/policy", {
      threshold: 1.2,
      shadow_rate: 2,
      target_wrong_hit_rate: 0,
      evidence: "never",
      author: "automatic",
      guards: { nonsense: true },
    });
    expect(status).toBe(400);
    const params = json.error.details.map(({ param }: any) => param);
    expect(params).toEqual(
      expect.arrayContaining([
        "threshold",
        "shadow_rate",
        "target_wrong_hit_rate",
        "evidence",
        "author",
      ]),
    );
  });
});
