import { describe, expect, it, vi } from "vitest";
import type { LookupNote } from "../../src/answer/note-lookup.ts";
import { sampleFraction } from "../../src/tuning/make-lookup.ts";
import { createShadow, type ShadowDependencies } from "../../src/tuning/shadow.ts";
import type { ShadowRun } from "../../src/tuning/shadow-types.ts";
import { makeEntry } from "../support/make-entry.ts";
import { defer } from "../support/defer.ts";

const POLICY = { threshold: 0.9, greyThreshold: 1, ttlSeconds: 60, shadowRate: 0.25 };
const ANSWER = {
  text: "anew",
  documentIds: [],
  isRefusal: false,
  similarity: 0.6,
  costNanoUsd: 7n,
};

function makeHit(id: string, answerAnew: () => Promise<typeof ANSWER>): LookupNote {
  const served = makeEntry({ citations: [] });
  const candidate = {
    entry: served,
    similarity: 0.95,
    evidenceStands: true,
    agreement: "unknown" as const,
    findings: [],
    isFresh: true,
    isQuarantined: false,
  };
  return {
    id,
    tenant: "acme",
    conversationId: null,
    askedAt: 1,
    scope: "scope",
    outcome: {
      status: "hit",
      tier: "semantic",
      kind: "standalone-question",
      similarity: 0.95,
      threshold: 0.9,
      entryId: served.id,
      ageSeconds: 1,
      question: "Asked?",
      matchedQuestion: served.question,
      language: "en",
      reasons: [],
    },
    thresholds: { serve: 0.9, grey: 1 },
    candidates: [candidate],
    served,
    retrieval: undefined,
    embedderId: "e",
    stored: undefined,
    hit: { served, answerAnew },
    priceOf: () => ({ nanoUsd: 0n, priced: true }),
  };
}

function open(parts: Partial<ShadowDependencies> = {}) {
  const runs: ShadowRun[] = [];
  const results: string[] = [];
  const shadow = createShadow({
    policyOf: (tenant) => ({
      tenant,
      version: 3,
      policy: POLICY,
      author: "ann",
      reason: null,
      createdAt: 1,
    }),
    store: { add: async (run) => void runs.push(run) },
    lookups: { label: async () => true },
    settleLookups: async () => {},
    newId: () => `shd_${runs.length}`,
    now: () => 9,
    onResult: (result) => results.push(result),
    onRun: async () => {},
    ...parts,
  });
  return { shadow, runs, results };
}

it("samples the policy's share of hits by their ids alone, and stores the result", async () => {
  const { shadow, runs } = open();
  const ids = Array.from({ length: 400 }, (_value, index) => `msg_${index}`);
  for (const id of ids) {
    shadow.note(makeHit(id, async () => ANSWER));
    await shadow.settle();
  }
  expect(runs.map(({ lookupId }) => lookupId)).toEqual(
    ids.filter((id) => sampleFraction(id) < 0.25),
  );
  expect(runs.length).toBeGreaterThan(60);
  expect(runs[0]).toMatchObject({
    policyVersion: 3,
    same: true,
    decidedBy: "rule",
    servedFrom: { serve: 0.95, grey: null },
    costNanoUsd: 7n,
    createdAt: 9,
  });
});

describe("a judge of the answers", () => {
  const said = (same: boolean | undefined) => async () => ({
    same,
    author: "small-model",
    costNanoUsd: 3n,
  });

  async function run(judge: ShadowDependencies["judge"], answer = ANSWER) {
    const asked = vi.fn(judge);
    const label = vi.fn(async () => true);
    const { shadow, runs } = open({ policyOf: policyOfAll(), judge: asked, lookups: { label } });
    shadow.note(makeHit("a", async () => answer));
    await shadow.settle();
    return { asked, label, run: runs[0] };
  }

  it("decides when the rule is not sure, and its cost is booked", async () => {
    const { asked, label, run: made } = await run(said(false));
    expect(made).toMatchObject({ same: false, decidedBy: "judge", costNanoUsd: 10n });
    expect(asked.mock.calls[0]?.[0]).toMatchObject({
      id: made?.id,
      tenant: "acme",
      question: "Asked?",
      served: "Open Settings and choose Reset. [1]",
      generated: "anew",
    });
    const word = { source: "judge", same: false, author: "small-model" };
    expect(label).toHaveBeenCalledWith({ tenant: "acme", id: "a" }, expect.objectContaining(word));
  });

  it("is not called when the rule is sure", async () => {
    const { asked, run: made } = await run(said(false), { ...ANSWER, similarity: 0.9 });
    expect(made).toMatchObject({ same: true, decidedBy: "rule", costNanoUsd: 7n });
    expect(asked).not.toHaveBeenCalled();
  });

  it("without a clear verdict leaves it to the rule, and its cost is booked", async () => {
    const silent = await run(async () => undefined);
    expect(silent.run).toMatchObject({ same: true, decidedBy: "rule", costNanoUsd: 7n });
    const unclear = await run(said(undefined));
    expect(unclear.run).toMatchObject({ same: true, decidedBy: "rule", costNanoUsd: 10n });
    const word = { source: "shadow", author: "rule" };
    expect(unclear.label).toHaveBeenCalledWith(expect.anything(), expect.objectContaining(word));
  });
});

it("runs two concurrently, drops hits beyond its queue, reports failures, and stops", async () => {
  const { shadow, results } = open({ policyOf: policyOfAll() });
  const gate = defer<typeof ANSWER>();
  for (let index = 0; index < 25; index += 1) {
    shadow.note(
      makeHit(`m${index}`, () => (index === 0 ? Promise.reject(new Error("no")) : gate.promise)),
    );
  }
  expect(results).toEqual(["dropped", "dropped", "dropped"]);
  gate.resolve(ANSWER);
  await shadow.settle();
  expect(results.filter((result) => result === "same")).toHaveLength(21);
  expect(results.filter((result) => result === "failed")).toHaveLength(1);
  await shadow.close();
  shadow.note(makeHit("late", async () => ANSWER));
  expect(results).toHaveLength(25);
});

function policyOfAll(): ShadowDependencies["policyOf"] {
  const policy = { ...POLICY, shadowRate: 1 };
  return (tenant) => ({ tenant, version: 1, policy, author: "x", reason: null, createdAt: 1 });
}
