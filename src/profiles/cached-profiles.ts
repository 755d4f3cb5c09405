import { decideProfileAccess } from "../identity/decide-access.ts";
import type { Clock } from "../operations/types.ts";
import type {
  Profile,
  ProfileCache,
  ProfileKey,
  ProfileRequest,
  Profiles,
  ProfileStore,
  StoredProfile,
} from "./types.ts";

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
  const stale = createStaleCopies(cache);
  const readThrough = createReadThrough({ store, cache, stale, onTrouble });
  const reading = createReadOnce(readThrough);

  async function forget(key: ProfileKey): Promise<void> {
    reading.forget(key);
    await cache.remove(key).catch((error: unknown) => {
      stale.add(key);
      onTrouble(error);
    });
  }

  const change = createChange({ store, now, forget });

  return {
    async read(request) {
      const stored = await reading.read(request);
      const access = decideProfileAccess(stored, request.userId, request.caller);
      return access.kind === "use" ? stored?.profile : undefined;
    },
    put: (request, profile) => change(request, () => profile),
    patch: (request, fields, check) =>
      change(request, (before) => {
        const after = withFields(before, fields);
        check(after);
        return after;
      }),
    async remove(request) {
      const { tenant, userId, caller } = request;
      const stored = await store.get({ tenant, userId });
      const access = decideProfileAccess(stored, userId, caller);
      if (stored === undefined || access.kind !== "use") return false;
      const removed = await store.remove({ tenant, userId, owner: stored.owner });
      await forget(request);
      return removed;
    },
  };
}

/** Writes what `make` makes of what the caller may see; undefined where that is another's. */
function createChange({
  store,
  now,
  forget,
}: {
  store: ProfileStore;
  now: Clock;
  forget: (key: ProfileKey) => Promise<void>;
}) {
  return async (
    request: ProfileRequest,
    make: (before: Profile) => Profile,
  ): Promise<Profile | undefined> => {
    const { tenant, userId, caller } = request;
    const next = (current: StoredProfile | undefined): StoredProfile => {
      const access = decideProfileAccess(current, userId, caller);
      if (access.kind === "hidden") throw new HiddenProfile();
      if (access.kind === "begin") return { profile: make({}), owner: access.owner };
      return { profile: make(current?.profile ?? {}), owner: current?.owner ?? null };
    };
    try {
      const { profile } = await store.change({ tenant, userId, now: now(), next });
      await forget(request);
      return profile;
    } catch (error) {
      if (error instanceof HiddenProfile) return undefined;
      throw error;
    }
  };
}

/** Makes one query for all who ask at the same time. */
function createReadOnce(query: (key: ProfileKey) => Promise<StoredProfile | undefined>) {
  const reading = new Map<string, Promise<StoredProfile | undefined>>();
  return {
    read(key: ProfileKey): Promise<StoredProfile | undefined> {
      const name = nameOf(key);
      const under = reading.get(name);
      if (under !== undefined) return under;
      const begun = query(key).finally(() => {
        if (reading.get(name) === begun) reading.delete(name);
      });
      reading.set(name, begun);
      return begun;
    },
    /** What is being read now is not given to those who ask from now on. */
    forget: (key: ProfileKey) => void reading.delete(nameOf(key)),
  };
}

/** Leaves the transaction without a change. */
class HiddenProfile extends Error {
  override readonly name = "HiddenProfile";
}

function withFields(
  before: Profile,
  fields: Readonly<Record<string, string | number | boolean | null>>,
): Profile {
  const after = new Map(Object.entries(before));
  for (const [name, value] of Object.entries(fields)) {
    if (value === null) after.delete(name);
    else after.set(name, value);
  }
  return Object.fromEntries(after);
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
}): (key: ProfileKey) => Promise<StoredProfile | undefined> {
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
    if (copy !== undefined) return copy.stored;
    const token = await orElse(cache.announce(key));
    const stored = await store.get(key);
    if (token !== undefined) await orElse(cache.keep(key, token, stored));
    return stored;
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
