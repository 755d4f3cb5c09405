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

  it("needs the scope admin", async () => {
    const sha256 = createHash("sha256").update("secret").digest("hex");
    const closed = await startService({ API_KEYS: `web:default:chat:${sha256}` });
    const headers = { authorization: "Bearer secret" };
    const body = { pairs: alike(1) };
    expect((await closed.call("POST", "/v1/cache/evaluate", body, headers)).status).toBe(403);
    await closed.close();
  });
});
