import { expect, it, onTestFinished } from "vitest";
import { makeLoggedLookup, makeLoggedNearest } from "../support/make-logged-lookup.ts";
import { startService } from "../support/start-service.ts";

const LOG = { lookups: true, target_wrong_hit_rate: 0.05 };

async function begin() {
  const server = await startService();
  onTestFinished(() => server.close());
  const { embedderId } = server.service.http;
  const store = server.service.http.lookups;
  const add = async (count: number, similarity: number, same: boolean | null, documentId = "a") => {
    const lookups = Array.from({ length: count }, (_value, index) =>
      makeLoggedLookup({
        // The fair sample is drawn by the ids.
        id: `msg_${similarity}_${index}`,
        tenant: "default",
        embedderId,
        createdAt: 1_000_000 + index,
        nearest: makeLoggedNearest({ similarity, documentIds: [documentId] }),
      }),
    );
    await store.add(lookups);
    for (const { id } of lookups) {
      if (same === null) continue;
      const word = { source: "person", same, author: "ann", note: null, createdAt: 5 } as const;
      await store.label({ tenant: "default", id }, word);
    }
    return lookups;
  };
  const evaluate = async (body: object = LOG) => server.call("POST", "/v1/cache/evaluate", body);
  return { server, store, add, evaluate };
}

it("calibrates over the labelled log, with what each threshold would have saved", async () => {
  const { add, evaluate, server } = await begin();
  await server.call("PUT", "/v1/documents/a", { title: "A", text: "Text.", source: "handbook" });
  await add(80, 0.925, true);
  await add(40, 0.875, false, "b");
  await add(5, 0.805, null, "b");
  const { json } = await evaluate();
  expect(json).toMatchObject({ lookups: 125, labels: 120, recommended: 0.88, exact_hits: 0 });
  const at = (threshold: number) => json.thresholds.find((row: any) => row.threshold === threshold);
  expect(at(0.93)).toMatchObject({ hits: 0, upper_bound: 1 });
  expect(at(0.92)).toMatchObject({ hits: 80, labelled_hits: 80, wrong_hits: 0 });
  expect(at(0.92).saved).toEqual({ total_tokens: 80 * 976, usd: "0.017616000" });
  expect(at(0.87)).toMatchObject({ hits: 120, wrong_hits: 40 });
  expect(at(0.8)).toMatchObject({ hits: 125, labelled_hits: 120, unlabelled_hits: 5 });
  expect(json.in_force).toEqual({ threshold: 0.95, grey_threshold: 0.82 });
  expect(json.categories).toEqual([
    { category: "handbook", lookups: 80, labels: 80, recommended: 0.5, insufficient_data: null },
    {
      category: "b",
      lookups: 45,
      labels: 40,
      recommended: null,
      insufficient_data: { reason: "too-few-labels", labels_needed: expect.any(Number) },
    },
  ]);
  expect(json.warnings).toEqual([
    { code: "knowledge-changed", message: expect.any(String), count: 120 },
  ]);
});

it("leaves out what another embedder compared, and says so", async () => {
  const { store, evaluate } = await begin();
  await store.add([makeLoggedLookup({ tenant: "default", embedderId: "another" })]);
  const { json } = await evaluate();
  expect(json).toMatchObject({ lookups: 0, labels: 0, recommended: null });
  expect(json.insufficient_data).toMatchObject({ reason: "too-few-labels", labels_needed: 59 });
  expect(json.warnings).toMatchObject([{ code: "embedder-changed", count: 1 }]);
});

it("takes a time, and either pairs or lookups", async () => {
  const { add, evaluate } = await begin();
  await add(3, 0.9, true);
  expect((await evaluate({ ...LOG, from: "1970-01-02" })).json.lookups).toBe(0);
  const both = await evaluate({ ...LOG, pairs: [{ a: "x", b: "y", same: true }] });
  expect(both.json.error).toMatchObject({ code: "invalid_request", param: "pairs" });
  expect((await evaluate({ lookups: false })).json.error.param).toBe("lookups");
});
