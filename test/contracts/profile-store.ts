import { randomUUID } from "node:crypto";
import { describe, expect, it } from "vitest";
import type { ProfileStore } from "../../src/profiles/types.ts";

const PROFILE = { name: 'Ann "Ü" 🙂', plan: "gold", seats: 2.5, trial: false, __proto: "x" };

/** What every store of profiles promises. */
export function describeProfileStore(name: string, open: () => Promise<ProfileStore>): void {
  async function begin() {
    const store = await open();
    const key = { tenant: `tenant-${randomUUID()}`, userId: "ann" };
    const patch = (fields: Parameters<ProfileStore["patch"]>[0]["fields"]) =>
      store.patch({ ...key, fields, now: 2 });
    return { store, key, patch };
  }

  describe(`profile store: ${name}`, () => {
    it("gives back a profile as it was put, and nothing of whom it does not know", async () => {
      const { store, key } = await begin();
      expect(await store.get(key)).toBeUndefined();
      await store.put({ ...key, profile: PROFILE, now: 1 });
      expect(await store.get(key)).toEqual(PROFILE);
      await store.put({ ...key, profile: { plan: "silver" }, now: 2 });
      expect(await store.get(key)).toEqual({ plan: "silver" });
    });

    it("changes fields, adds them and removes them", async () => {
      const { store, key, patch } = await begin();
      expect(await patch({ plan: "gold", seats: 1 })).toEqual({ plan: "gold", seats: 1 });
      expect(await patch({ plan: "silver", seats: null, gone: null })).toEqual({ plan: "silver" });
      expect(await store.get(key)).toEqual({ plan: "silver" });
    });

    it("loses no change of those that come at once", async () => {
      const { store, key, patch } = await begin();
      await Promise.all(
        Array.from({ length: 10 }, (_value, index) => patch({ [`f${index}`]: index })),
      );
      expect(Object.keys((await store.get(key)) ?? {})).toHaveLength(10);
    });

    it("changes nothing where the outcome is not to be", async () => {
      const { store, key } = await begin();
      const check = () => {
        throw new Error("too many");
      };
      const refused = store.patch({ ...key, fields: { plan: "gold" }, now: 1, check });
      await expect(refused).rejects.toThrow("too many");
      expect(await store.get(key)).toBeUndefined();
    });

    it("removes a profile once, and no other's", async () => {
      const { store, key } = await begin();
      const other = { tenant: randomUUID(), userId: "ann" };
      for (const each of [key, other]) await store.put({ ...each, profile: PROFILE, now: 1 });
      expect(await store.remove(key)).toBe(true);
      expect(await store.remove(key)).toBe(false);
      expect(await store.get(key)).toBeUndefined();
      expect(await store.get(other)).toEqual(PROFILE);
    });
  });
}
