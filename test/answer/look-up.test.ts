import { describe, expect, it, vi } from "vitest";
import { lookUp, type LookUpParts } from "../../src/answer/look-up.ts";
import type { NearestLookup } from "../../src/cache/answer-cache.ts";
import type { CacheVerdict } from "../../src/cache/verdict.ts";
import type { JudgeDecision } from "../../src/judging/judge-in-time.ts";
import { makeAsked, makeSearch } from "../support/make-asked.ts";
import { makeEntry } from "../support/make-entry.ts";

const NOW = Date.UTC(2026, 0, 2);
const ENTRY = makeEntry({ createdAt: NOW - 90_500 });
const MISS: CacheVerdict & { kind: "miss" } = {
  kind: "miss",
  similarity: null,
  nearestQuestion: null,
  reasons: ["no-stored-answer"],
};
const EXACT: CacheVerdict = {
  kind: "hit",
  tier: "exact",
  entry: ENTRY,
  similarity: 1,
  reasons: ["exact-match"],
};

function parts(
  exact: CacheVerdict,
  nearest: NearestLookup = { verdict: MISS, candidates: [] },
): LookUpParts & {
  cache: { lookUpNearest: ReturnType<typeof vi.fn> };
} {
  return {
    cache: { lookUpExact: async () => exact, lookUpNearest: vi.fn(async () => nearest) },
    embedder: {},
    now: () => NOW,
  };
}

const candidateOf = (similarity: number) => ({
  entry: ENTRY,
  similarity,
  evidenceStands: true,
  isFresh: true,
  isQuarantined: false,
  agreement: "none" as const,
  findings: [],
});

describe("looking a question up", () => {
  it("serves the same words without a vector", async () => {
    const search = makeSearch();
    const found = await lookUp(makeAsked(), search, parts(EXACT));
    expect(found).toMatchObject({
      kind: "hit",
      entry: ENTRY,
      candidates: [],
      outcome: { status: "hit", tier: "exact", entryId: ENTRY.id, ageSeconds: 90, similarity: 1 },
    });
    expect(search.asked).toEqual({ vectors: 0, evidence: 0, again: 0 });
  });

  it("asks for the nearest questions with the vector and the evidence on its way", async () => {
    const search = makeSearch();
    const given = parts(MISS);
    const found = await lookUp(makeAsked(), search, given);
    expect(found).toMatchObject({
      kind: "miss",
      candidates: [],
      outcome: { status: "miss", tier: null, entryId: null, reasons: ["no-stored-answer"] },
      plan: { read: true, write: true },
    });
    expect(search.asked).toEqual({ vectors: 1, evidence: 1, again: 0 });
    expect(given.cache.lookUpNearest).toHaveBeenCalledOnce();
  });

  it("does not ask the cache about what may not be shared", async () => {
    const search = makeSearch();
    const given = parts(EXACT);
    const found = await lookUp(makeAsked({ heldBack: "small-talk" }), search, given);
    expect(found).toMatchObject({
      kind: "miss",
      candidates: undefined,
      outcome: { status: "bypass", reasons: ["small-talk"] },
      plan: { read: false, write: false },
    });
    expect(search.asked.vectors).toBe(0);
  });

  it("compares nothing where the embedder took only a part of the question", async () => {
    const search = makeSearch({ vector: { vector: Float32Array.of(1, 0), isWhole: false } });
    const given = parts(MISS);
    const found = await lookUp(makeAsked(), search, given);
    expect(found.outcome.reasons).toEqual(["not-embedded"]);
    expect(given.cache.lookUpNearest).not.toHaveBeenCalled();
  });

  it("goes on without a cache that fails, and says so", async () => {
    const asked = makeAsked();
    const given = parts(MISS);
    const broken = { ...given.cache, lookUpExact: () => Promise.reject(new Error("away")) };
    given.cache.lookUpNearest.mockRejectedValue(new Error("away"));
    const found = await lookUp(asked, makeSearch(), { ...given, cache: broken });
    expect(found.outcome.reasons).toEqual(["cache-unavailable"]);
    expect([...asked.attempt.degraded]).toEqual(["cache"]);
  });

  it("keeps an exact entry's staleness among the reasons of a miss", async () => {
    const stale: CacheVerdict = { ...MISS, reasons: ["stale-evidence"] };
    const found = await lookUp(makeAsked(), makeSearch(), parts(stale));
    expect(found.outcome.reasons).toEqual(["stale-evidence", "no-stored-answer"]);
  });

  describe("with a judge before the reply", () => {
    const doubtful: CacheVerdict = {
      ...MISS,
      similarity: 0.9,
      reasons: ["similarity-below-threshold"],
      doubtful: ENTRY,
    };
    const nearest = { verdict: doubtful, candidates: [candidateOf(0.9)] };
    const ask = (decide: () => Promise<JudgeDecision>) =>
      lookUp(makeAsked(), makeSearch(), { ...parts(MISS, nearest), judgeInTime: { decide } });

    it("serves on its yes", async () => {
      expect(await ask(async () => "same")).toMatchObject({ kind: "hit", entry: ENTRY });
    });

    it("does not serve on its no", async () => {
      expect(await ask(async () => "different")).toMatchObject({ kind: "miss" });
    });

    it("leaves the entry for later where it was not asked", async () => {
      expect(await ask(async () => "skipped")).toMatchObject({
        kind: "miss",
        doubtful: ENTRY,
        outcome: { reasons: ["similarity-below-threshold", "judge-unavailable"] },
      });
    });

    it("does not ask twice where it failed", async () => {
      const found = await ask(() => Promise.reject(new Error("out of order")));
      expect(found).toMatchObject({ kind: "miss", doubtful: undefined });
    });
  });
});
