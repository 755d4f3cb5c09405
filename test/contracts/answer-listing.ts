import { randomUUID } from "node:crypto";
import * as fc from "fast-check";
import { describe, expect, it, onTestFinished } from "vitest";
import type { AnswerEntry, AnswerListing, AnswerStore } from "../../src/cache/types.ts";
import type { TestTime } from "../support/fake-clock.ts";
import { makeEntry, randomScope, unitVector } from "../support/make-entry.ts";

type Open = (options: { dimensions: number }) => Promise<{ answers: AnswerStore; time: TestTime }>;

const east = unitVector([1, 0]);
const evidenceOf = (...documentIds: string[]) =>
  documentIds.map((documentId) => ({ documentId, passageId: `psg_${documentId}` }));
const HOSTILE = ["a*", "a|b", "{a}", "a:b", `"'`, "a\nb", "a,b", "a b", "-", "日本", "a"];

/** What every answer store promises about finding, listing and removing a tenant's entries. */
export function describeAnswerListing(name: string, open: Open): void {
  async function begin() {
    const { answers, time } = await open({ dimensions: 2 });
    onTestFinished(() => answers.close());
    const tenant = `tenant-${randomUUID()}`;
    const put = async (parts: Partial<AnswerEntry> = {}) => {
      const entry = makeEntry({
        tenant,
        scope: randomScope(),
        createdAt: time.now(),
        expiresAt: time.now() + 3_600_000,
        ...parts,
      });
      await answers.put(entry, east);
      return entry;
    };
    /** All pages, and how long each was. */
    const listAll = async (listing: Partial<AnswerListing> = {}) => {
      const ids: string[] = [];
      const lengths: number[] = [];
      let cursor: string | undefined;
      do {
        const page = await answers.list({ tenant, limit: 100, cursor, ...listing });
        ids.push(...page.rows.map(({ id }) => id));
        lengths.push(page.rows.length);
        cursor = page.nextCursor ?? undefined;
      } while (cursor !== undefined);
      return { ids, lengths };
    };
    return { answers, time, tenant, put, listAll };
  }

  describe(`listing of answers: ${name}`, () => {
    it("finds an entry by its id in whatever scope of its tenant, and for nobody else", async () => {
      const { answers, tenant, put } = await begin();
      const [one] = [await put(), await put()];
      expect(await answers.find({ tenant, id: one.id })).toEqual(one);
      expect(await answers.find({ tenant: `${tenant}2`, id: one.id })).toBeUndefined();
      for (const id of ["*", "ans_*", "", ...HOSTILE]) {
        expect(await answers.find({ tenant, id })).toBeUndefined();
      }
    });

    it("lists the newest first, in pages of which none but the last is short", async () => {
      const { time, put, listAll } = await begin();
      const made: string[] = [];
      const newest = time.now();
      for (let age = 0; age < 7; age += 1) {
        made.push((await put({ createdAt: newest - age * 1000 })).id);
      }
      expect(await listAll()).toEqual({ ids: made, lengths: [7] });
      expect(await listAll({ limit: 3 })).toEqual({ ids: made, lengths: [3, 3, 1] });
      expect((await listAll({ limit: 7 })).lengths).toEqual([7]);
    });

    it("has each entry in one page only, whatever was made at one time", async () => {
      const { answers, time } = await begin();
      const pages = fc.record({
        ages: fc.array(fc.integer({ min: 0, max: 3 }), { minLength: 1, maxLength: 20 }),
        limit: fc.integer({ min: 1, max: 6 }),
      });
      const holds = fc.asyncProperty(pages, async ({ ages, limit }) => {
        const tenant = `tenant-${randomUUID()}`;
        const ids: string[] = [];
        const newest = time.now();
        for (const age of ages) {
          const entry = makeEntry({ tenant, createdAt: newest - age });
          await answers.put(entry, east);
          ids.push(entry.id);
        }
        const listed: AnswerEntry[] = [];
        let cursor: string | undefined;
        do {
          const page = await answers.list({ tenant, limit, cursor });
          listed.push(...page.rows);
          cursor = page.nextCursor ?? undefined;
        } while (cursor !== undefined);
        expect(listed.map(({ id }) => id).sort()).toEqual(ids.sort());
        const times = listed.map(({ createdAt }) => createdAt);
        expect(times).toEqual([...times].sort((one, other) => other - one));
      });
      await fc.assert(holds, { numRuns: time.realTime ? 8 : 100 });
    });

    it("goes on after a page though entries come and go", async () => {
      const { answers, tenant, time, put } = await begin();
      const made: AnswerEntry[] = [];
      const newest = time.now();
      for (let age = 1; age < 7; age += 1) made.push(await put({ createdAt: newest - age * 10 }));
      const first = await answers.list({ tenant, limit: 3 });
      await put();
      for (const entry of made.slice(1, 3)) await answers.remove(entry);
      const next = await answers.list({ tenant, limit: 3, cursor: first.nextCursor ?? undefined });
      expect(next.rows).toEqual(made.slice(3));
      expect(next.nextCursor).toBeNull();
    });

    it("refuses a cursor that it did not give", async () => {
      const { answers, tenant } = await begin();
      for (const cursor of ["", "x", "W10", Buffer.from('["a",1]').toString("base64url")]) {
        await expect(answers.list({ tenant, limit: 1, cursor })).rejects.toMatchObject({
          code: "invalid_request",
          details: [{ param: "cursor" }],
        });
      }
    });

    it("finds entries by the words of question and answer, in whatever form", async () => {
      const { put, listAll } = await begin();
      const { id } = await put({
        question: "How do I reset my password?",
        answer: "Open Settings; Tür und Zürich -9. [1]",
      });
      const other = await put({ question: "When are refunds paid?", answer: "Within 14 days." });
      for (const text of ["password", "RESETTING passwords", "zurich", "reset settings", "tür"]) {
        expect((await listAll({ text })).ids).toEqual([id]);
      }
      expect((await listAll({ text: "14 refund" })).ids).toEqual([other.id]);
      for (const text of ["", "the", "password refunds", "pass", "*", "@tenant:{x}", "| -"]) {
        expect((await listAll({ text })).ids).toEqual([]);
      }
    });

    it("selects by document and by conversation, taken literally, and counts what it would remove", async () => {
      const { answers, tenant, put, listAll } = await begin();
      for (const name of HOSTILE) {
        await put({ evidence: evidenceOf(name, "common"), conversationId: name });
      }
      await put({ tenant: `${tenant}2`, evidence: evidenceOf("common"), conversationId: "a" });
      for (const documentId of HOSTILE) {
        expect(await answers.count({ tenant, documentId })).toBe(1);
        expect((await listAll({ documentId })).ids).toHaveLength(1);
        expect(await answers.count({ tenant, conversationId: documentId })).toBe(1);
      }
      expect(await answers.count({ tenant, documentId: "common" })).toBe(HOSTILE.length);
      expect(await answers.count({ tenant, documentId: "" })).toBe(0);
      expect(await answers.count({ tenant, conversationId: "" })).toBe(0);
      for (const conversationId of HOSTILE) {
        expect(await answers.removeAll({ tenant, conversationId })).toBe(1);
        expect(await answers.removeAll({ tenant, conversationId })).toBe(0);
      }
      expect(await answers.count({ tenant })).toBe(0);
      expect(await answers.count({ tenant: `${tenant}2` })).toBe(1);
    });

    it("removes all of a tenant, however many, and nothing of another", async () => {
      const { answers, tenant, put } = await begin();
      const other = await put({ tenant: `${tenant}2` });
      const entries = await Promise.all(Array.from({ length: 600 }, () => put()));
      expect(await answers.count({ tenant })).toBe(600);
      expect(await answers.removeAll({ tenant })).toBe(600);
      expect(await answers.count({ tenant })).toBe(0);
      const [first = other] = entries;
      expect(await answers.get(first)).toBeUndefined();
      expect(await answers.get(other)).toEqual(other);
    });

    it("neither lists nor counts what has expired", async () => {
      const { answers, tenant, time, put, listAll } = await begin();
      const live = await put();
      const gone = await put({ expiresAt: time.now() + 1_000 });
      await time.advance(1_500);
      expect((await listAll()).ids).toEqual([live.id]);
      expect(await answers.count({ tenant })).toBe(1);
      expect(await answers.find({ tenant, id: gone.id })).toBeUndefined();
    });

    it("puts an entry in quarantine and takes it out, unless another answer has replaced it", async () => {
      const { answers, tenant, put } = await begin();
      const entry = await put();
      const { scope, id, createdAt } = entry;
      const quarantined = { ...entry, isQuarantined: true };
      expect(await answers.setQuarantined({ ...entry, isQuarantined: true })).toBe(true);
      expect(await answers.get(entry)).toEqual(quarantined);
      expect(await answers.find({ tenant, id })).toEqual(quarantined);
      const near = await answers.nearest({ scope, vector: east, limit: 1, minSimilarity: 0.9 });
      expect(near[0]?.entry).toEqual(quarantined);
      expect(await answers.setQuarantined({ scope, id, isQuarantined: false })).toBe(true);
      expect(await answers.get(entry)).toEqual(entry);
      const later = { scope, id, isQuarantined: true, createdAt: createdAt + 1 };
      expect(await answers.setQuarantined(later)).toBe(false);
      expect(await answers.get(entry)).toEqual(entry);
      await answers.remove(entry);
      expect(await answers.setQuarantined({ scope, id, isQuarantined: true })).toBe(false);
    });

    it("takes a replaced entry out of quarantine, and lists it under what it is now", async () => {
      const { answers, tenant, put } = await begin();
      const entry = await put({ evidence: evidenceOf("old"), conversationId: "one" });
      await answers.setQuarantined({ ...entry, isQuarantined: true });
      const next = {
        ...entry,
        evidence: evidenceOf("new"),
        conversationId: null,
        answer: "Other.",
      };
      await answers.put(next, east);
      expect(await answers.get(entry)).toEqual(next);
      expect(await answers.count({ tenant, documentId: "old" })).toBe(0);
      expect(await answers.count({ tenant, conversationId: "one" })).toBe(0);
      expect(await answers.count({ tenant, documentId: "new" })).toBe(1);
    });
  });
}
