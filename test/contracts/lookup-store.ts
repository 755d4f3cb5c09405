import { randomUUID } from "node:crypto";
import { describe, expect, it } from "vitest";
import { sampleOrder } from "../../src/tuning/make-lookup.ts";
import type { LookupLabel, LookupStore } from "../../src/tuning/lookup-types.ts";
import type { Transcripts } from "../../src/transcripts/types.ts";
import { makeLoggedLookup, makeLoggedNearest } from "../support/make-logged-lookup.ts";
import { NOON } from "../support/make-turn.ts";

interface Opened {
  readonly store: LookupStore;
  readonly transcripts: Pick<Transcripts, "erase">;
}

const word = (parts: Partial<LookupLabel> = {}): LookupLabel => ({
  source: "person",
  same: true,
  author: "ann",
  note: null,
  createdAt: NOON + 1,
  ...parts,
});

/** What every log of lookups promises. */
export function describeLookupStore(name: string, open: () => Promise<Opened>): void {
  async function begin() {
    const { store, transcripts } = await open();
    const tenant = `tenant-${randomUUID()}`;
    const make = (parts: Parameters<typeof makeLoggedLookup>[0] = {}) =>
      makeLoggedLookup({ tenant, ...parts });
    const list = async (parts: Partial<Parameters<LookupStore["list"]>[0]> = {}) => {
      const page = await store.list({ tenant, nearMissesFirst: false, limit: 100, ...parts });
      return page.rows.map(({ id }) => id);
    };
    return { store, transcripts, tenant, make, list };
  }

  describe(`lookup store: ${name}`, () => {
    it("selects answers served near the threshold, and cached ones that were stale", async () => {
      const { store, make, list } = await begin();
      const thresholds = { serve: 0.9, grey: 0.8 };
      const near = (similarity: number) => makeLoggedNearest({ similarity });
      const served = { verdict: "hit", thresholds } as const;
      const sure = make({ ...served, tier: "semantic", nearest: near(0.93) });
      const unsure = make({ ...served, tier: "semantic", nearest: near(0.91) });
      const grey = make({ ...served, tier: "verified", nearest: near(0.85) });
      const exact = make({ ...served, tier: "exact", nearest: near(0.9) });
      const missed = { verdict: "miss", tier: null, thresholds } as const;
      const stale = make({ ...missed, nearest: near(1), reasons: ["stale-evidence"] });
      const far = make({ ...missed, nearest: near(0.91), reasons: ["no-evidence"] });
      await store.add([sure, unsure, grey, exact, stale, far]);
      expect((await list({ review: "unsure" })).toSorted()).toEqual(
        [unsure.id, grey.id].toSorted(),
      );
      expect(await list({ review: "stale" })).toEqual([stale.id]);
    });

    it("returns a lookup as added, once", async () => {
      const { store, tenant, make, list } = await begin();
      const full = make({ question: 'Ünïcode "🙂"\0' });
      const hit = make({
        verdict: "hit",
        tier: "exact",
        conversationId: null,
        nearest: makeLoggedNearest({ question: null, servedFrom: { serve: null, grey: null } }),
        belowBy: null,
        retrieved: null,
        candidates: [],
      });
      const far = make({ nearest: null, question: null, belowBy: null });
      await store.add([full, hit, far]);
      await store.add([{ ...full, questionHash: "other" }]);
      const cleaned = { ...full, question: 'Ünïcode "🙂"\uFFFD', labels: [] };
      expect(await store.find({ tenant, id: full.id })).toEqual(cleaned);
      expect(await store.find({ tenant, id: hit.id })).toEqual({ ...hit, labels: [] });
      expect(await store.find({ tenant, id: far.id })).toEqual({ ...far, labels: [] });
      expect(await store.find({ tenant: "another", id: full.id })).toBeUndefined();
      expect(await list()).toHaveLength(3);
    });

    it("counts the hits of entries, per tenant", async () => {
      const { store, tenant, make } = await begin();
      const served = (entryId: string, createdAt: number, verdict: "hit" | "miss" = "hit") =>
        make({ verdict, createdAt, nearest: makeLoggedNearest({ entryId }) });
      const other = { ...served("ans_1", NOON + 9), tenant: `${tenant}-2` };
      await store.add([served("ans_1", NOON), served("ans_1", NOON + 5), other]);
      await store.add([served("ans_1", NOON + 7, "miss"), served("ans_2", NOON), make()]);
      const entryIds = ["ans_1", "ans_3"];
      expect(await store.timesServed({ tenant, entryIds })).toEqual(
        new Map([["ans_1", { hits: 2, lastAt: NOON + 5 }]]),
      );
      expect(await store.timesServed({ tenant, entryIds: [] })).toEqual(new Map());
    });

    it("lists newest first, in pages, filtered by verdict and time", async () => {
      const { store, tenant, make, list } = await begin();
      const all = Array.from({ length: 7 }, (_value, index) =>
        make({
          id: `msg_${index}`,
          createdAt: NOON + Math.floor(index / 2),
          verdict: index % 3 === 0 ? "hit" : "miss",
        }),
      );
      await store.add(all);
      const pages: string[] = [];
      let cursor: string | undefined;
      do {
        const page = await store.list({ tenant, nearMissesFirst: false, limit: 3, cursor });
        pages.push(...page.rows.map(({ id }) => id));
        cursor = page.nextCursor ?? undefined;
      } while (cursor !== undefined);
      expect(pages).toEqual(["msg_6", "msg_5", "msg_4", "msg_3", "msg_2", "msg_1", "msg_0"]);
      expect(await list({ verdict: "hit" })).toEqual(["msg_6", "msg_3", "msg_0"]);
      expect(await list({ from: NOON + 1, to: NOON + 3 })).toEqual([
        "msg_5",
        "msg_4",
        "msg_3",
        "msg_2",
      ]);
      await expect(list({ cursor: "nonsense" })).rejects.toMatchObject({ code: "invalid_request" });
    });

    it("lists near misses first, closest first, in random order within a hundredth", async () => {
      const { store, tenant, make, list } = await begin();
      const missAt = (id: string, similarity: number) =>
        make({ id, nearest: makeLoggedNearest({ similarity }) });
      await store.add([
        make({ id: "hit", verdict: "hit", tier: "semantic", belowBy: null }),
        make({ id: "exact", verdict: "hit", tier: "exact", belowBy: null, createdAt: NOON + 9 }),
        missAt("a", 0.945),
        missAt("b", 0.9499),
        missAt("c", 0.93),
        missAt("d", 0.6),
        make({ id: "none", nearest: null, belowBy: null }),
      ]);
      const drawn = (...ids: string[]) => ids.sort((x, y) => sampleOrder(x) - sampleOrder(y));
      const expected = [...drawn("a", "b"), "c", "d", "hit", ...drawn("none", "exact")];
      expect(await list({ nearMissesFirst: true })).toEqual(expected);
      const first = await store.list({ tenant, nearMissesFirst: true, limit: 2 });
      const cursor = first.nextCursor ?? expect.fail();
      expect(await list({ nearMissesFirst: true, cursor })).toEqual(expected.slice(2));
    });

    it("keeps one label per source, and a person's label overrides the others", async () => {
      const { store, tenant, make, list } = await begin();
      const lookup = make();
      const other = make();
      await store.add([lookup, other]);
      const { id } = lookup;
      const key = { tenant, id };
      expect(await store.label({ tenant, id: "msg_unknown" }, word())).toBe(false);
      await store.label(key, word({ source: "judge", same: true, author: "judge" }));
      await store.label(key, word({ source: "shadow", same: false, note: "differs" }));
      expect(await list({ label: "different" })).toEqual([id]);
      await store.label(key, word({ same: false }));
      await store.label(key, word({ same: true, createdAt: NOON + 5 }));
      const found = await store.find(key);
      expect(found?.labels.map(({ source, same }) => [source, same])).toEqual([
        ["person", true],
        ["shadow", false],
        ["judge", true],
      ]);
      expect(await list({ label: "same" })).toEqual([id]);
      expect(await list({ label: "none" })).toEqual([other.id]);
      expect(await store.unlabel({ ...key, source: "person" })).toBe(true);
      expect(await store.unlabel({ ...key, source: "person" })).toBe(false);
      expect(await list({ label: "different" })).toEqual([id]);
      expect(await list({ label: "any" })).toEqual([id]);
    });

    it("reads all of them, oldest first, with their labels", async () => {
      const { store, tenant, make } = await begin();
      const all = Array.from({ length: 1_100 }, (_value, index) =>
        make({ id: `msg_${String(index).padStart(4, "0")}`, createdAt: NOON + (index % 7) }),
      );
      await store.add(all);
      await store.label({ tenant, id: "msg_0500" }, word({ note: "read" }));
      const read: string[] = [];
      for await (const { id, labels } of store.all({ tenant })) {
        read.push(id);
        expect(labels).toHaveLength(id === "msg_0500" ? 1 : 0);
      }
      const inOrder = all.toSorted((a, b) => a.createdAt - b.createdAt || (a.id < b.id ? -1 : 1));
      expect(read).toEqual(inOrder.map(({ id }) => id));
    });

    it("trims the oldest lookups, per tenant", async () => {
      const { store, tenant, make, list } = await begin();
      const another = `tenant-${randomUUID()}`;
      await store.add([
        ...Array.from({ length: 5 }, (_value, index) =>
          make({ id: `msg_${index}`, createdAt: NOON + index }),
        ),
        makeLoggedLookup({ tenant: another, createdAt: NOON - 9 }),
      ]);
      expect(await store.trim({ tenant, keep: 9 })).toBe(0);
      expect(await store.trim({ tenant, keep: 2 })).toBe(3);
      expect(await list()).toEqual(["msg_4", "msg_3"]);
      expect(await list({ tenant: another })).toHaveLength(1);
    });

    it("erases the questions of an erased conversation, even if they arrive later", async () => {
      const { store, transcripts, tenant, make, list } = await begin();
      const own = make({ conversationId: "erased" });
      const near = make({ nearest: makeLoggedNearest({ conversationId: "erased" }) });
      const kept = make();
      await store.add([own, near, kept]);
      await store.label({ tenant, id: own.id }, word());
      await transcripts.erase({ tenant, conversationId: "erased", now: NOON + 1 });
      const late = make({ conversationId: "erased" });
      const lateNear = make({ nearest: makeLoggedNearest({ conversationId: "erased" }) });
      const anew = make({ conversationId: "erased", createdAt: NOON + 2 });
      await store.add([late, lateNear, anew]);
      const left = [near, kept, lateNear, anew].map(({ id }) => id);
      expect((await list()).toSorted()).toEqual(left.toSorted());
      for (const { id } of [near, lateNear]) {
        const found = await store.find({ tenant, id });
        expect(found).toMatchObject({ question: "Password lost, what now?" });
        expect(found?.nearest?.question).toBeNull();
      }
    });
  });
}
