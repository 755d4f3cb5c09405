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
 * Cache-aside profiles. Reads use the cache, then the database, with one query for concurrent
 * reads. Writes go to the database and delete the cached copy. A failing cache costs a query, but
 * never returns an outdated profile: a copy that could not be deleted is not read until it is.
 */
export function createCachedProfiles({
  store,
  cache,
  now,
  onError,
}: {
  store: ProfileStore;
  cache: ProfileCache;
  now: Clock;
  onError: (error: unknown) => void;
}): Profiles {
  const stale = createStaleCopies(cache);
  const readThrough = createReadThrough({ store, cache, stale, onError });
  const reading = createReadOnce(readThrough);

  async function forget(key: ProfileKey): Promise<void> {
    reading.forget(key);
    await cache.remove(key).catch((error: unknown) => {
      stale.add(key);
      onError(error);
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

/** Changes a profile in a transaction. Returns undefined if it belongs to another caller. */
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
      if (access.kind === "create") return { profile: make({}), owner: access.owner };
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

/** Shares one query among concurrent reads. */
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
    /** Later reads do not share the query in progress. */
    forget: (key: ProfileKey) => void reading.delete(nameOf(key)),
  };
}

/** Aborts the transaction without a change. */
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

/** Reads the cached copy, or reads the database and caches the result. */
function createReadThrough({
  store,
  cache,
  stale,
  onError,
}: {
  store: ProfileStore;
  cache: ProfileCache;
  stale: StaleCopies;
  onError: (error: unknown) => void;
}): (key: ProfileKey) => Promise<StoredProfile | undefined> {
  async function orElse<Value>(work: Promise<Value>): Promise<Value | undefined> {
    try {
      return await work;
    } catch (error) {
      onError(error);
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

/** Copies still to be deleted. They expire anyway, so there are never many. */
function createStaleCopies(cache: ProfileCache) {
  const stale = new Set<string>();
  return {
    add: (key: ProfileKey) => void stale.add(nameOf(key)),
    /** Deletes a pending copy. Returns true if the cache may be read. */
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
