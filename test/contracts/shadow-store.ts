import { randomUUID } from "node:crypto";
import { describe, expect, it } from "vitest";
import type { LookupStore } from "../../src/tuning/lookup-types.ts";
import type { ShadowRun, ShadowStore } from "../../src/tuning/shadow-types.ts";
import { makeLoggedLookup } from "../support/make-logged-lookup.ts";
import { NOON } from "../support/make-turn.ts";

/** What every store of shadow runs promises. */
export function describeShadowStore(
  name: string,
  open: () => Promise<{ store: ShadowStore; lookups: LookupStore }>,
): void {
  describe(`shadow store: ${name}`, () => {
    async function begin() {
      const opened = await open();
      const tenant = `tenant-${randomUUID()}`;
      const make = (id: string, parts: Partial<ShadowRun> = {}): ShadowRun => ({
        tenant,
        id,
        lookupId: `msg_${id}`,
        createdAt: NOON,
        tier: "semantic",
        similarity: 0.97,
        servedFrom: { serve: 0.97, grey: null },
        thresholds: { serve: 0.95, grey: 1 },
        policyVersion: 1,
        same: true,
        decidedBy: "rule",
        costNanoUsd: 9_007_199_254_740_993n,
        ...parts,
      });
      const ids = async (parts: Partial<Parameters<ShadowStore["list"]>[0]> = {}) =>
        (await opened.store.list({ tenant, limit: 100, ...parts })).map(({ id }) => id);
      return { ...opened, tenant, make, ids };
    }

    it("lists the newest runs, oldest first, by time and policy", async () => {
      const { store, tenant, make, ids } = await begin();
      const runs = [
        make("a"),
        make("b", { createdAt: NOON + 1, tier: "verified", same: false, decidedBy: "judge" }),
        make("c", { createdAt: NOON + 2, policyVersion: 2 }),
      ];
      for (const run of runs.toReversed()) await store.add(run);
      await store.add(make("a", { same: false }));
      expect(await store.list({ tenant, limit: 9 })).toEqual(runs);
      expect(await ids({ limit: 2 })).toEqual(["b", "c"]);
      expect(await ids({ policyVersion: 1 })).toEqual(["a", "b"]);
      expect(await ids({ from: NOON + 1, to: NOON + 2 })).toEqual(["b"]);
      expect(await ids({ tenant: "another" })).toEqual([]);
    });

    it("lets a person's label override the result of a run", async () => {
      const { store, lookups, tenant, make } = await begin();
      await store.add(make("a", { same: false }));
      const id = "msg_a";
      await lookups.add([makeLoggedLookup({ tenant, id })]);
      const word = { same: false, author: "x", note: null, createdAt: NOON };
      await lookups.label({ tenant, id }, { ...word, source: "feedback" });
      expect(await store.list({ tenant, limit: 1 })).toMatchObject([{ decidedBy: "rule" }]);
      await lookups.label({ tenant, id }, { ...word, source: "person", same: true });
      const [run] = await store.list({ tenant, limit: 1 });
      expect(run).toMatchObject({ same: true, decidedBy: "person" });
    });
  });
}
