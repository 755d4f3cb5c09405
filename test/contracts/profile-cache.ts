import { randomUUID } from "node:crypto";
import { describe, expect, it } from "vitest";
import type { Profile, ProfileCache } from "../../src/profiles/types.ts";

const PROFILE: Profile = { name: "Ann", plan: "gold", seats: 2, trial: false };

const own = (profile: Profile) => ({ profile, owner: "key:web" });

/** What every cache of profiles promises. */
export function describeProfileCache(name: string, open: () => Promise<ProfileCache>): void {
  async function begin() {
    const cache = await open();
    const key = { tenant: `tenant-${randomUUID()}`, userId: "ann" };
    const keep = async (profile: Profile | undefined) =>
      cache.keep(key, await cache.announce(key), profile && own(profile));
    return { cache, key, keep };
  }

  describe(`profile cache: ${name}`, () => {
    it("returns a copy as stored", async () => {
      const { cache, key, keep } = await begin();
      expect(await cache.get(key)).toBeUndefined();
      await keep(PROFILE);
      expect(await cache.get(key)).toEqual({ stored: own(PROFILE) });
      await keep({ plan: "silver" });
      expect(await cache.get(key)).toEqual({ stored: own({ plan: "silver" }) });
    });

    it("caches a missing profile, which differs from an empty one", async () => {
      const { cache, key, keep } = await begin();
      await keep(undefined);
      expect(await cache.get(key)).toEqual({ stored: undefined });
      await keep({});
      expect(await cache.get(key)).toEqual({ stored: own({}) });
    });

    it("stores no copy read before a change", async () => {
      const { cache, key, keep } = await begin();
      const token = await cache.announce(key);
      await cache.remove(key);
      await cache.keep(key, token, own(PROFILE));
      expect(await cache.get(key)).toBeUndefined();
      await keep(PROFILE);
      await cache.remove(key);
      expect(await cache.get(key)).toBeUndefined();
    });

    it("stores the copy announced last", async () => {
      const { cache, key } = await begin();
      const first = await cache.announce(key);
      const second = await cache.announce(key);
      await cache.keep(key, first, own({ plan: "old" }));
      expect(await cache.get(key)).toBeUndefined();
      await cache.keep(key, second, own(PROFILE));
      expect(await cache.get(key)).toEqual({ stored: own(PROFILE) });
    });

    it("separates users and tenants", async () => {
      const { cache, key, keep } = await begin();
      await keep(PROFILE);
      expect(await cache.get({ ...key, userId: "bob" })).toBeUndefined();
      expect(await cache.get({ ...key, tenant: randomUUID() })).toBeUndefined();
    });
  });
}
