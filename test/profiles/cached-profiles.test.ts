import { describe, expect, it } from "vitest";
import { createCachedProfiles } from "../../src/profiles/cached-profiles.ts";
import { createMemoryProfileCache } from "../../src/profiles/memory-profile-cache.ts";
import type { ProfileCache, ProfileStore, StoredProfile } from "../../src/profiles/types.ts";
import { createFakeClock } from "../support/fake-clock.ts";

const KEY = { tenant: "acme", userId: "ann" };

/** A store that counts its queries and can be held up. */
function countingStore() {
  let stored: StoredProfile | undefined;
  const state = { queries: 0, gate: Promise.resolve() };
  const store: ProfileStore = {
    async get() {
      state.queries += 1;
      const seen = stored;
      await state.gate;
      return seen;
    },
    async change({ next }) {
      stored = next(stored);
      return stored;
    },
    async remove() {
      const found = stored !== undefined;
      stored = undefined;
      return found;
    },
  };
  return { store, state };
}

function open(change: (cache: ProfileCache) => ProfileCache = (cache) => cache) {
  const { now } = createFakeClock();
  const { store, state } = countingStore();
  const troubles: unknown[] = [];
  const profiles = createCachedProfiles({
    store,
    cache: change(createMemoryProfileCache({ now })),
    now,
    onError: (error) => troubles.push(error),
  });
  return { profiles, state, troubles };
}

describe("profiles through the cache", () => {
  it("make one query for concurrent reads, and none after it", async () => {
    const { profiles, state } = open();
    await profiles.put(KEY, { plan: "gold" });
    const all = await Promise.all(Array.from({ length: 50 }, () => profiles.read(KEY)));
    expect(new Set(all.map((profile) => profile?.["plan"]))).toEqual(new Set(["gold"]));
    await profiles.read(KEY);
    expect(state.queries).toBe(1);
  });

  it("cache that a user has no profile, until one is written", async () => {
    const { profiles, state } = open();
    expect(await profiles.read(KEY)).toBeUndefined();
    expect(await profiles.read(KEY)).toBeUndefined();
    expect(state.queries).toBe(1);
    await profiles.patch(KEY, { plan: "gold" }, () => {});
    expect(await profiles.read(KEY)).toEqual({ plan: "gold" });
  });

  it("never cache a value that was read before a change", async () => {
    const { profiles, state } = open();
    await profiles.put(KEY, { plan: "gold" });
    let go = () => {};
    state.gate = new Promise((resolve) => {
      go = () => resolve(undefined);
    });
    const before = profiles.read(KEY);
    await Promise.resolve();
    await profiles.patch(KEY, { plan: "silver" }, () => {});
    state.gate = Promise.resolve();
    const after = profiles.read(KEY);
    go();
    await before;
    expect(await after).toEqual({ plan: "silver" });
    expect(await profiles.read(KEY)).toEqual({ plan: "silver" });
  });

  it("work without the cache, and do not read a copy that could not be deleted", async () => {
    const fails = { get: false, remove: false };
    const { profiles, troubles } = open((cache) => ({
      ...cache,
      get: (key) => (fails.get ? Promise.reject(new Error("away")) : cache.get(key)),
      remove: (key) => (fails.remove ? Promise.reject(new Error("away")) : cache.remove(key)),
    }));
    await profiles.put(KEY, { plan: "gold" });
    await profiles.read(KEY);
    fails.remove = true;
    await profiles.patch(KEY, { plan: "silver" }, () => {});
    expect(await profiles.read(KEY)).toEqual({ plan: "silver" });
    fails.remove = false;
    fails.get = true;
    expect(await profiles.read(KEY)).toEqual({ plan: "silver" });
    expect(troubles.length).toBeGreaterThan(0);
  });
});
