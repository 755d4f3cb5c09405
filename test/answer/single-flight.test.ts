import { setImmediate } from "node:timers/promises";
import { describe, expect, it } from "vitest";
import type { Asked } from "../../src/answer/asking.ts";
import type { Miss } from "../../src/answer/look-up.ts";
import { joinFlight, type FlightParts } from "../../src/answer/single-flight.ts";
import { createInFlight } from "../../src/cache/in-flight.ts";
import { createMemorySingleFlight } from "../../src/cache/memory-single-flight.ts";
import type { CacheVerdict } from "../../src/cache/verdict.ts";
import { makeAsked, makeOutcome, makeSearch } from "../support/make-asked.ts";
import { makeEntry, unitVector } from "../support/make-entry.ts";

const CONTEXT = { passages: [], history: [], evidence: undefined };
const ENTRY = makeEntry();
const MISS: CacheVerdict = {
  kind: "miss",
  similarity: null,
  nearestQuestion: null,
  reasons: ["no-stored-answer"],
};

function missOf({ kind, question }: Asked, exactOnly = false): Miss {
  return {
    kind: "miss",
    plan: { read: true, write: true, exactOnly, status: "miss", reasons: [] },
    outcome: makeOutcome({ kind, question }),
    candidates: [],
    doubtful: undefined,
  };
}

function makeParts({ exact = MISS, isTrue = true, differs = false } = {}): FlightParts {
  return {
    flights: createMemorySingleFlight(),
    inFlight: createInFlight(),
    cache: { isTrue: async () => isTrue, lookUpExact: async () => exact },
    compareQuestions: () =>
      differs ? [{ guard: "numbers", strength: "hard", reason: "numbers-differ" }] : [],
    model: { timeoutMs: 1_000 },
    now: () => Date.UTC(2026, 0, 2),
  };
}

const join = (asked: Asked, parts: FlightParts, search = makeSearch()) =>
  joinFlight({ asked, missed: missOf(asked) }, search, CONTEXT, parts);

/** Joins, and comes back when it waits. */
async function wait(asked: Asked, parts: FlightParts, search = makeSearch()) {
  const waiting = join(asked, parts, search);
  // It may fail before anybody looks.
  waiting.catch(() => undefined);
  await setImmediate();
  return { waiting };
}

async function lead(asked: Asked, parts: FlightParts) {
  const flight = await join(asked, parts);
  if (flight.kind !== "lead") throw new Error("it does not lead");
  return flight;
}

describe("a question that others ask at the same time", () => {
  it("leads when it is the first, and the same words wait for its answer", async () => {
    const parts = makeParts();
    const asked = makeAsked();
    const first = await lead(asked, parts);
    expect(first.waited).toBe(false);
    const second = await wait(makeAsked(), parts);
    await first.finish({ outcome: { kind: "answered", entry: ENTRY }, stored: ENTRY });
    expect(await second.waiting).toMatchObject({
      kind: "hit",
      entry: ENTRY,
      outcome: { tier: "exact", similarity: 1, reasons: ["answered-in-flight"] },
    });
  });

  it("is served to a near question that would be a hit", async () => {
    const parts = makeParts();
    const first = await lead(makeAsked({ question: "How do I reset my password?" }), parts);
    const near = makeSearch({ vector: { vector: unitVector([1, 0.1]), isWhole: true } });
    const second = await wait(makeAsked({ question: "How can I reset my password?" }), parts, near);
    await first.finish({ outcome: { kind: "answered", entry: ENTRY }, stored: ENTRY });
    const found = await second.waiting;
    expect(found).toMatchObject({ kind: "hit", entry: ENTRY, outcome: { tier: "semantic" } });
    expect(found.kind === "hit" && found.outcome.reasons).toContain("answered-in-flight");
  });

  it.each([
    { which: "a guard tells apart", differs: true, vector: unitVector([1, 0.1]) },
    { which: "is not near", differs: false, vector: unitVector([0, 1]) },
  ])("is not waited for by a question that $which", async ({ differs, vector }) => {
    const parts = makeParts({ differs });
    await lead(makeAsked({ question: "How do I reset password 1?" }), parts);
    const search = makeSearch({ vector: { vector, isWhole: true } });
    const other = makeAsked({ question: "How do I reset password 2?" });
    expect(await join(other, parts, search)).toMatchObject({ kind: "lead", waited: false });
  });

  it("is answered anew by who waited in vain, and who knows it", async () => {
    const parts = makeParts();
    const first = await lead(makeAsked(), parts);
    const second = await wait(makeAsked(), parts);
    await first.finish({ outcome: { kind: "abandoned" }, stored: undefined });
    expect(await second.waiting).toMatchObject({ kind: "lead", waited: true });
  });

  it("does not get an answer that its documents have outrun", async () => {
    const parts = makeParts({ isTrue: false });
    const first = await lead(makeAsked(), parts);
    const second = await wait(makeAsked(), parts);
    await first.finish({ outcome: { kind: "answered", entry: ENTRY }, stored: ENTRY });
    expect(await second.waiting).toMatchObject({ kind: "lead", waited: true });
  });

  it("gets the leader's error", async () => {
    const parts = makeParts();
    const first = await lead(makeAsked(), parts);
    const second = await wait(makeAsked(), parts);
    const failure = { code: "model_rate_limited", message: "too many", retryAfterSeconds: 7 };
    await first.finish({ outcome: { kind: "failed", ...failure }, stored: undefined });
    await expect(second.waiting).rejects.toMatchObject(failure);
  });

  it("takes an answer that came between its lookup and its lead", async () => {
    const hit: CacheVerdict = {
      kind: "hit",
      tier: "exact",
      entry: ENTRY,
      similarity: 1,
      reasons: ["exact-match"],
    };
    expect(await join(makeAsked(), makeParts({ exact: hit }))).toMatchObject({
      kind: "hit",
      entry: ENTRY,
    });
  });

  it("stops waiting when it is stopped", async () => {
    const parts = makeParts();
    await lead(makeAsked(), parts);
    const stop = new AbortController();
    const waiting = join(makeAsked({ stopSignal: stop.signal }), parts);
    stop.abort(new Error("stopped"));
    await expect(waiting).rejects.toThrow("stopped");
  });

  it("waits for the same words alone without its vector, and where structure is wanted", async () => {
    const parts = makeParts();
    await lead(makeAsked({ question: "How do I reset my password?" }), parts);
    const none = makeSearch({ vector: { vector: undefined, isWhole: false } });
    const other = makeAsked({ question: "How can I reset my password?" });
    expect(await join(other, parts, none)).toMatchObject({ kind: "lead", waited: false });
    const structured = makeAsked({ question: "How could I reset my password?" });
    const missed = missOf(structured, true);
    const waiting = { asked: structured, missed };
    expect(await joinFlight(waiting, makeSearch(), CONTEXT, parts)).toMatchObject({ kind: "lead" });
  });
});
