import { randomUUID } from "node:crypto";
import { describe, expect, it } from "vitest";
import type { Profile, ProfileStore, StoredProfile } from "../../src/profiles/types.ts";

const PROFILE = { name: 'Ann "Ü" 🙂', plan: "gold", seats: 2.5, trial: false, __proto: "x" };

/** What every store of profiles promises. */
export function describeProfileStore(name: string, open: () => Promise<ProfileStore>): void {
  async function begin() {
    const store = await open();
    const key = { tenant: `tenant-${randomUUID()}`, userId: "ann" };
    const put = (profile: Profile, owner: string | null = null) =>
      store.change({ ...key, now: 1, next: () => ({ profile, owner }) });
    const add = (field: string) =>
      store.change({
        ...key,
        now: 2,
        next: (current) => ({ profile: { ...current?.profile, [field]: 1 }, owner: "key:web" }),
      });
    return { store, key, put, add };
  }

  describe(`profile store: ${name}`, () => {
    it("returns a profile as written, and nothing for an unknown user", async () => {
      const { store, key, put } = await begin();
      expect(await store.get(key)).toBeUndefined();
      await put(PROFILE);
      expect(await store.get(key)).toEqual({ profile: PROFILE, owner: null });
      await put({ plan: "silver" }, "key:web");
      expect(await store.get(key)).toEqual({ profile: { plan: "silver" }, owner: "key:web" });
    });

    it("changes an existing profile, and creates a missing one", async () => {
      const { store, key } = await begin();
      const seen: unknown[] = [];
      const next = (current: StoredProfile | undefined) => {
        seen.push(current);
        return { profile: {}, owner: "user:ann" };
      };
      for (const now of [1, 2]) await store.change({ ...key, now, next });
      expect(seen).toEqual([undefined, { profile: {}, owner: "user:ann" }]);
    });

    it("loses no concurrent change", async () => {
      const { store, key, add } = await begin();
      await Promise.all(Array.from({ length: 10 }, (_value, index) => add(`f${index}`)));
      expect(Object.keys((await store.get(key))?.profile ?? {})).toHaveLength(10);
    });

    it("changes nothing if the change is rejected", async () => {
      const { store, key } = await begin();
      const next = () => {
        throw new Error("too many");
      };
      const refused = store.change({ ...key, now: 1, next });
      await expect(refused).rejects.toThrow("too many");
      expect(await store.get(key)).toBeUndefined();
    });

    it("removes a profile once, and only its owner's", async () => {
      const { store, key } = await begin();
      const other = { tenant: randomUUID(), userId: "ann" };
      const next = () => ({ profile: PROFILE, owner: "key:web" });
      for (const each of [key, other]) await store.change({ ...each, now: 1, next });
      expect(await store.remove({ ...key, owner: null })).toBe(false);
      expect(await store.remove({ ...key, owner: "key:web" })).toBe(true);
      expect(await store.remove({ ...key, owner: "key:web" })).toBe(false);
      expect(await store.get(key)).toBeUndefined();
      expect(await store.get(other)).toEqual({ profile: PROFILE, owner: "key:web" });
    });
  });
}
