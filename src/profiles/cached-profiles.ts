import type { Clock } from "../operations/types.ts";
import type { Profile, ProfileCache, ProfileKey, Profiles, ProfileStore } from "./types.ts";

/**
 * Cache-aside: reads ask the cache, then the record, once for all who ask at the same time; writes go
 * to the record and remove the copy. A cache that fails costs a query, never a wrong profile: a copy
 * that could not be removed is not read until it is.
 */
export function createCachedProfiles({
  store,
  cache,
  now,
  onTrouble,
}: {
  store: ProfileStore;
  cache: ProfileCache;
  now: Clock;
  onTrouble: (error: unknown) => void;
}): Profiles {
  const reading = new Map<string, Promise<Profile | undefined>>();
  const stale = createStaleCopies(cache);

  const readThrough = createReadThrough({ store, cache, stale, onTrouble });

  async function forget(key: ProfileKey): Promise<void> {
    reading.delete(nameOf(key));
    await cache.remove(key).catch((error: unknown) => {
      stale.add(key);
      onTrouble(error);
    });
  }

  return {
    read(key) {
      const name = nameOf(key);
      const under = reading.get(name);
      if (under !== undefined) return under;
      const begun = readThrough(key).finally(() => {
        if (reading.get(name) === begun) reading.delete(name);
      });
      reading.set(name, begun);
      return begun;
    },
    async put(key, profile) {
      await store.put({ ...key, profile, now: now() });
      await forget(key);
      return profile;
    },
    async patch(key, fields, check) {
      const profile = await store.patch({ ...key, fields, now: now(), check });
      await forget(key);
      return profile;
    },
    async remove(key) {
      const removed = await store.remove(key);
      await forget(key);
      return removed;
    },
  };
}

type StaleCopies = ReturnType<typeof createStaleCopies>;

/** Reads the copy, or the record and leaves a copy. */
function createReadThrough({
  store,
  cache,
  stale,
  onTrouble,
}: {
  store: ProfileStore;
  cache: ProfileCache;
  stale: StaleCopies;
  onTrouble: (error: unknown) => void;
}): (key: ProfileKey) => Promise<Profile | undefined> {
  async function orElse<Value>(work: Promise<Value>): Promise<Value | undefined> {
    try {
      return await work;
    } catch (error) {
      onTrouble(error);
      return undefined;
    }
  }

  return async (key) => {
    if (!(await stale.clear(key))) return store.get(key);
    const copy = await orElse(cache.get(key));
    if (copy !== undefined) return copy.profile;
    const token = await orElse(cache.announce(key));
    const profile = await store.get(key);
    if (token !== undefined) await orElse(cache.keep(key, token, profile));
    return profile;
  };
}

/** Copies that are still to be removed. Their lease ends them in any case, so there are never many. */
function createStaleCopies(cache: ProfileCache) {
  const stale = new Set<string>();
  return {
    add: (key: ProfileKey) => void stale.add(nameOf(key)),
    /** True when the copy may be read. */
    async clear(key: ProfileKey): Promise<boolean> {
      const name = nameOf(key);
      if (!stale.has(name)) return true;
      try {
        await cache.remove(key);
        stale.delete(name);
        return true;
      } catch {
        return false;
      }
    },
  };
}

function nameOf({ tenant, userId }: ProfileKey): string {
  return JSON.stringify([tenant, userId]);
}
