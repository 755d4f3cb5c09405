import { randomUUID } from "node:crypto";
import * as fc from "fast-check";
import { describe, expect, it, onTestFinished } from "vitest";
import type { AnswerEntry, AnswerStore } from "../../src/cache/types.ts";
import type { TestTime } from "../support/fake-clock.ts";
import { makeEntry, randomScope, unitVector } from "../support/make-entry.ts";

type Open = (options: { dimensions: number }) => Promise<{ answers: AnswerStore; time: TestTime }>;

const DIMENSIONS = 4;
const east = unitVector([1, 0, 0, 0]);
const north = unitVector([0, 1, 0, 0]);
const northEast = unitVector([1, 1, 0, 0]);
const evidenceOf = (...documentIds: string[]) =>
  documentIds.map((documentId) => ({ documentId, passageId: `psg_${documentId}` }));

/** What every answer store promises. `open` gives a fresh one; tenants and scopes are random. */
export function describeAnswerStore(name: string, open: Open): void {
  async function begin(dimensions = DIMENSIONS) {
    const { answers, time } = await open({ dimensions });
    onTestFinished(() => answers.close());
    const place = { tenant: `tenant-${randomUUID()}`, scope: randomScope() };
    const make = (parts: Partial<AnswerEntry> = {}) =>
      makeEntry({ ...place, createdAt: time.now(), expiresAt: time.now() + 3_600_000, ...parts });
    const idsNear = async (
      vector: Float32Array,
      query: { scope?: string; limit?: number } = {},
    ) => {
      const near = await answers.nearest({
        scope: place.scope,
        vector,
        limit: 10,
        minSimilarity: 0.1,
        ...query,
      });
      return near.filter(({ similarity }) => similarity >= 0.1).map(({ entry }) => entry.id);
    };
    return { answers, time, ...place, make, idsNear };
  }

  describe(`answer store: ${name}`, () => {
    it("gives back an entry as it was stored, by its id and by its vector", async () => {
      const { answers, scope, make } = await begin();
      const entry = make({
        question: "Wie viel? 日本語 🙂",
        answer: `line\n"quoted" | {braces} * : \\`,
        citations: [
          {
            documentId: "a",
            passageId: "p",
            title: "T",
            passage: "P",
            start: 1,
            end: 2,
            score: 0.5,
          },
        ],
        evidence: evidenceOf("a"),
        conversationId: "c1",
      });
      await answers.put(entry, east);
      expect(await answers.get({ scope, id: entry.id })).toEqual(entry);
      const near = await answers.nearest({ scope, vector: east, limit: 3, minSimilarity: 0.95 });
      expect(near.map((found) => found.entry)).toEqual([entry]);
      expect(Math.abs((near[0]?.similarity ?? 0) - 1)).toBeLessThan(1e-6);
    });

    it("leaves a pinned entry where it stands before one that yields, and only before that", async () => {
      const { answers, scope, make, idsNear } = await begin();
      const pinned = make({ isPinned: true, answer: "curated" });
      const generated = { ...make({ answer: "generated" }), id: pinned.id };
      const found = async () => (await answers.get({ scope, id: pinned.id }))?.answer;
      expect(await answers.put(pinned, east)).toBe(true);
      await answers.setQuarantined({ scope, id: pinned.id, isQuarantined: true });
      const puts = await Promise.all(
        Array.from({ length: 5 }, () => answers.put(generated, north, { yieldToPinned: true })),
      );
      expect(puts).toEqual(Array(5).fill(false));
      expect(await found()).toBe("curated");
      expect(await idsNear(north)).toEqual([]);
      expect(await answers.put(generated, north)).toBe(true);
      expect(await found()).toBe("generated");
      const next = { ...generated, answer: "next" };
      expect(await answers.put(next, north, { yieldToPinned: true })).toBe(true);
      expect(await found()).toBe("next");
    });

    it("stores over a pinned entry whose time has passed", async () => {
      const { answers, scope, make, time } = await begin();
      const pinned = make({ isPinned: true, expiresAt: time.now() + 200 });
      await answers.put(pinned, east);
      await time.advance(300);
      const next = { ...make({ answer: "next" }), id: pinned.id };
      expect(await answers.put(next, east, { yieldToPinned: true })).toBe(true);
      expect((await answers.get({ scope, id: pinned.id }))?.answer).toBe("next");
    });

    it("knows nothing of an id or a scope that it was not given", async () => {
      const { answers, scope, make, idsNear } = await begin();
      const entry = make();
      await answers.put(entry, east);
      for (const id of ["*", "ans_*", "ans_|", "{ans}", ""]) {
        expect(await answers.get({ scope, id })).toBeUndefined();
      }
      expect(await answers.get({ scope: randomScope(), id: entry.id })).toBeUndefined();
      expect(await idsNear(east, { scope: randomScope() })).toEqual([]);
    });

    it("keeps the same id in two scopes apart", async () => {
      const { answers, scope, make } = await begin();
      const [own, other] = [
        make({ answer: "own" }),
        make({ answer: "other", scope: randomScope() }),
      ];
      await answers.put(own, east);
      await answers.put({ ...other, id: own.id }, east);
      expect(await answers.get({ scope, id: own.id })).toEqual(own);
      expect(await answers.remove({ scope: other.scope, id: own.id })).toBe(true);
      expect(await answers.get({ scope, id: own.id })).toEqual(own);
    });

    it("gives the nearest first, no more than asked for, none below the bound but the nearest", async () => {
      const { answers, scope, make, idsNear } = await begin();
      const ids: string[] = [];
      for (const angle of [0.9, 0.3, 0.6]) {
        const entry = make();
        ids.push(entry.id);
        await answers.put(entry, unitVector([Math.cos(angle), Math.sin(angle), 0, 0]));
      }
      expect(await idsNear(east)).toEqual([ids[1], ids[2], ids[0]]);
      expect(await idsNear(east, { limit: 2 })).toEqual([ids[1], ids[2]]);
      const near = await answers.nearest({ scope, vector: east, limit: 10, minSimilarity: 0.7 });
      expect(near.map(({ entry }) => entry.id)).toEqual([ids[1], ids[2]]);
      for (const { similarity } of near) expect(similarity).toBeGreaterThanOrEqual(0.7);
      for (const [vector, similarity] of [
        [north, Math.sin(0.9)],
        [unitVector([0, 0, 1, 0]), 0],
        [unitVector([-1, 0, 0, 0]), 0],
      ] as const) {
        const query = { scope, vector, limit: 10, minSimilarity: 0.99 };
        const [far, ...others] = await answers.nearest(query);
        expect(far?.similarity).toBeCloseTo(similarity, 5);
        expect(others).toEqual([]);
      }
    });

    it("finds what comparing with every vector finds", async () => {
      const { answers, make, time } = await begin();
      const number = fc.integer({ min: -100, max: 100 });
      const vector = fc
        .tuple(number, number, number, number)
        .filter((numbers) => Math.hypot(...numbers) > 0)
        .map(unitVector);
      const query = fc.record({
        vectors: fc.array(vector, { maxLength: 25 }),
        target: vector,
        limit: fc.integer({ min: 1, max: 8 }),
        minSimilarity: fc.double({ min: 0.05, max: 1, noNaN: true }),
      });
      const agrees = fc.asyncProperty(query, async (asked) => {
        const { vectors, target, limit, minSimilarity } = asked;
        const dot = (row: Float32Array) =>
          row.reduce((sum, value, index) => sum + value * (target[index] ?? 0), 0);
        const all = vectors.map(dot);
        // Backends round in their own way: nothing may stand right at the bound.
        fc.pre(all.every((similarity) => Math.abs(similarity - minSimilarity) > 1e-5));
        const scope = randomScope();
        for (const row of vectors) await answers.put(make({ scope }), row);
        const near = await answers.nearest({ scope, vector: target, limit, minSimilarity });
        const expected = all
          .map((similarity) => Math.max(0, similarity))
          .sort((one, other) => other - one)
          .filter((similarity, place) => place === 0 || similarity >= minSimilarity);
        expect(near).toHaveLength(Math.min(limit, expected.length));
        for (const [index, { similarity }] of near.entries()) {
          expect(Math.abs(similarity - (expected[index] ?? 0))).toBeLessThan(1e-5);
        }
      });
      await fc.assert(agrees, { numRuns: time.realTime ? 15 : 100 });
    });

    it("replaces an entry of the same id: its answer, its vector and its evidence", async () => {
      const { answers, tenant, scope, make, idsNear } = await begin();
      const first = make({ evidence: evidenceOf("old") });
      const second = { ...first, answer: "another", evidence: evidenceOf("new") };
      await answers.put(first, east);
      await answers.put(second, north);
      expect(await answers.get({ scope, id: first.id })).toEqual(second);
      expect(await idsNear(east)).toEqual([]);
      expect(await idsNear(north)).toEqual([first.id]);
      expect(await answers.removeByDocument({ tenant, documentId: "old" })).toBe(0);
      expect(await answers.removeByDocument({ tenant, documentId: "new" })).toBe(1);
    });

    it("gives back the vector of an entry that stands, and notes when it was found true", async () => {
      const { answers, scope, make } = await begin();
      const entry = make({ knowledgeVersion: "one" });
      await answers.put(entry, northEast);
      const vector = await answers.vectorOf(entry);
      expect(vector && [...vector]).toEqual([...northEast]);
      await answers.confirm({ ...entry, knowledgeVersion: "two" });
      const confirmed = { ...entry, knowledgeVersion: "two" };
      expect(await answers.get(entry)).toEqual(confirmed);
      const near = await answers.nearest({
        scope,
        vector: northEast,
        limit: 1,
        minSimilarity: 0.9,
      });
      expect(near[0]?.entry).toEqual(confirmed);
      await answers.remove(entry);
      await answers.confirm({ ...entry, knowledgeVersion: "three" });
      expect(await answers.get(entry)).toBeUndefined();
      expect(await answers.vectorOf(entry)).toBeUndefined();
    });

    it("is not changed by a change to what was given to it", async () => {
      const { answers, scope, make, idsNear } = await begin();
      const evidence = evidenceOf("a");
      const entry = make({ evidence });
      const vector = Float32Array.from(east);
      await answers.put(entry, vector);
      evidence.push(...evidenceOf("b"));
      vector.set(north);
      expect((await answers.get({ scope, id: entry.id }))?.evidence).toEqual(evidenceOf("a"));
      expect(await idsNear(east)).toEqual([entry.id]);
    });

    it("does not store an entry whose time has passed", async () => {
      const { answers, scope, time, make, idsNear } = await begin();
      const entry = make({ expiresAt: time.now() - 1 });
      await answers.put(entry, east);
      expect(await answers.get({ scope, id: entry.id })).toBeUndefined();
      expect(await idsNear(east)).toEqual([]);
    });

    it("lets entries expire at their time, however often they are read", async () => {
      const { answers, tenant, scope, time, make, idsNear } = await begin();
      const entry = make({ expiresAt: time.now() + 2000, evidence: evidenceOf("a") });
      await answers.put(entry, east);
      await time.advance(1200);
      expect(await answers.get({ scope, id: entry.id })).toEqual(entry);
      expect(await idsNear(east)).toEqual([entry.id]);
      await time.advance(1200);
      expect(await answers.get({ scope, id: entry.id })).toBeUndefined();
      expect(await idsNear(east)).toEqual([]);
      expect(await answers.removeByDocument({ tenant, documentId: "a" })).toBe(0);
    });

    it("does not let an expired entry hide a live one", async () => {
      const { answers, time, make, idsNear } = await begin();
      const live = make();
      await answers.put(make({ expiresAt: time.now() + 1000 }), east);
      await answers.put(live, unitVector([1, 1, 0, 0]));
      await time.advance(1500);
      expect(await idsNear(east, { limit: 1 })).toEqual([live.id]);
    });

    it("says of an expired entry that it was not there to remove", async () => {
      const { answers, scope, time, make } = await begin();
      const entry = make({ expiresAt: time.now() + 1000 });
      await answers.put(entry, east);
      await time.advance(1500);
      expect(await answers.remove({ scope, id: entry.id })).toBe(false);
    });

    it("removes one entry, and says whether it was there", async () => {
      const { answers, scope, make, idsNear } = await begin();
      const [one, other] = [make(), make()];
      await answers.put(one, east);
      await answers.put(other, east);
      expect(await answers.remove({ scope, id: one.id })).toBe(true);
      expect(await answers.remove({ scope, id: one.id })).toBe(false);
      expect(await answers.get({ scope, id: one.id })).toBeUndefined();
      expect(await idsNear(east)).toEqual([other.id]);
    });

    it("removes the answers made from a document in all scopes of its tenant, and no others", async () => {
      const { answers, tenant, make } = await begin();
      const made = [
        make({ evidence: evidenceOf("guide") }),
        make({ evidence: evidenceOf("faq", "guide", "guide"), scope: randomScope() }),
      ];
      const kept = [
        make({ evidence: evidenceOf("faq") }),
        make({ evidence: [] }),
        make({ evidence: evidenceOf("guide"), tenant: `${tenant}-2`, scope: randomScope() }),
      ];
      for (const entry of [...made, ...kept]) await answers.put(entry, east);
      expect(await answers.removeByDocument({ tenant, documentId: "guide" })).toBe(2);
      expect(await answers.removeByDocument({ tenant, documentId: "guide" })).toBe(0);
      for (const entry of made) expect(await answers.get(entry)).toBeUndefined();
      for (const entry of kept) expect(await answers.get(entry)).toEqual(entry);
      expect(await answers.removeByDocument({ tenant, documentId: "faq" })).toBe(1);
    });

    it("takes document ids and tenants literally", async () => {
      const { answers, tenant, make } = await begin();
      const hostile = ["guide*", "guide|faq", "{guide}", "gu:ide", `"'`, "a\nb", "guide"];
      const entries = hostile.map((id) => make({ evidence: evidenceOf(id) }));
      const shifted = make({ tenant: `${tenant}:gu`, evidence: evidenceOf("ide") });
      for (const entry of [...entries, shifted]) await answers.put(entry, east);
      for (const documentId of hostile) {
        expect(await answers.removeByDocument({ tenant, documentId })).toBe(1);
      }
      expect(await answers.get(shifted)).toEqual(shifted);
    });

    it("holds every one of 1,000 entries that came at once", async () => {
      const { answers, make, idsNear } = await begin();
      const entries = Array.from({ length: 1000 }, () => make());
      const vectorOf = (index: number) =>
        unitVector([Math.cos(index / 700), Math.sin(index / 700), 0, 0]);
      await Promise.all(entries.map((entry, index) => answers.put(entry, vectorOf(index))));
      const found = await Promise.all(entries.map((entry) => answers.get(entry)));
      expect(found).toEqual(entries);
      expect(await idsNear(vectorOf(500), { limit: 1 })).toEqual([entries[500]?.id]);
    });
  });
}
