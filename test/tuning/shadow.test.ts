import { expect, it } from "vitest";
import type { LookupNote } from "../../src/chat/note-lookup.ts";
import { compareAnswers } from "../../src/tuning/compare-answers.ts";
import { drawShare } from "../../src/tuning/draw.ts";
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
      similarity: 0.95,
      threshold: 0.9,
      entryId: served.id,
      ageSeconds: 1,
      question: "Asked?",
      matchedQuestion: served.question,
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

it("draws the share of the policy by ids alone, and keeps what the run came to", async () => {
  const { shadow, runs } = open();
  const ids = Array.from({ length: 400 }, (_value, index) => `msg_${index}`);
  for (const id of ids) {
    shadow.note(makeHit(id, async () => ANSWER));
    await shadow.settle();
  }
  expect(runs.map(({ lookupId }) => lookupId)).toEqual(ids.filter((id) => drawShare(id) < 0.25));
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

it("asks the judge only where the rule is not sure, and does without one that fails", async () => {
  const always = { policyOf: policyOfAll() };
  const judged = open({ ...always, judge: async () => false });
  judged.shadow.note(makeHit("a", async () => ANSWER));
  await judged.shadow.settle();
  judged.shadow.note(makeHit("b", async () => ({ ...ANSWER, similarity: 0.9 })));
  await judged.shadow.settle();
  expect(judged.runs.map(({ same, decidedBy }) => [same, decidedBy])).toEqual([
    [false, "judge"],
    [true, "rule"],
  ]);
  const failing = open({ ...always, judge: () => Promise.reject(new Error("no judge")) });
  failing.shadow.note(makeHit("a", async () => ANSWER));
  await failing.shadow.settle();
  expect(failing.runs).toMatchObject([{ same: true, decidedBy: "rule" }]);
});

it("runs two at once, drops what is too much, tells of failures and stops", async () => {
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

it("compares by what is cited and how alike the texts are", () => {
  const of = (...documentIds: string[]) => ({ documentIds, isRefusal: false });
  expect(compareAnswers(of("a"), of("a", "b"), 0.9)).toEqual({ same: true, isSure: true });
  expect(compareAnswers(of("a"), of("a"), 0.6)).toEqual({ same: true, isSure: false });
  expect(compareAnswers(of("a"), of("a"), 0.4)).toEqual({ same: false, isSure: true });
  expect(compareAnswers(of("a"), of("b"), 0.85)).toEqual({ same: false, isSure: false });
  expect(compareAnswers(of("a"), of("b"), 0.96)).toEqual({ same: true, isSure: true });
  expect(compareAnswers(of("a"), { documentIds: ["a"], isRefusal: true }, 1).same).toBe(false);
});
