import type { Clock } from "../operations/types.ts";
import { STANDBY_VERSION, type PassageStore } from "./types.ts";

/** An in-process copy of a tenant's passages. */
interface Standby {
  readonly passages: PassageStore;
  /** Milliseconds since the epoch. */
  readonly loadedAt: number;
}

/** A passage store whose searches also work while the main store is unavailable. */
export interface StandbyPassages extends PassageStore {
  /** Drops the copies: the main store is available again. */
  release(): void;
}

/** Dependencies of `createStandbyPassages`. */
export interface StandbyOptions {
  readonly main: PassageStore;
  /** Loads a store with the tenant's passages from the database. */
  readonly load: (tenant: string) => Promise<PassageStore>;
  /** Throws while `main` has not been reconciled with the database. */
  readonly checkMain: () => void;
  /** Whether an error of `main` means that it is unavailable. */
  readonly isAway: (error: unknown) => boolean;
  /** Called for each search that `main` did not answer. */
  readonly onStandby: (error: unknown) => void;
  readonly now: Clock;
}

/** Age after which a copy is reloaded; other replicas may have changed documents. */
const FRESH_MS = 30_000;

/**
 * Searches in `main`. While it is unavailable or not reconciled with the database, searches a copy of the
 * tenant's passages, which the first question loads from the database. All other methods use only `main` and
 * fail with it. Reasons: docs/decisions/2026-11-25-while-redis-is-away.md.
 */
export function createStandbyPassages({
  main,
  load,
  checkMain,
  isAway,
  onStandby,
  now,
}: StandbyOptions): StandbyPassages {
  const copies = createCopies(load, now);

  /** Returns the result of `main`, or of the fallback while it is unavailable. */
  async function orElse<Value>(
    ask: () => Promise<Value>,
    instead: (error: unknown) => Value | Promise<Value>,
  ): Promise<Value> {
    try {
      checkMain();
      return await ask();
    } catch (error) {
      if (!isAway(error)) throw error;
      return instead(error);
    }
  }

  return {
    ...main,
    search: (query) =>
      orElse(
        () => main.search(query),
        async (error) => {
          onStandby(error);
          return (await copies.of(query.tenant)).search(query);
        },
      ),
    version: (tenant) =>
      orElse(
        () => main.version(tenant),
        () => STANDBY_VERSION,
      ),
    async count(tenant) {
      checkMain();
      return main.count(tenant);
    },
    release: () => copies.drop(),
    async close() {
      copies.drop();
      await main.close();
    },
  };
}

/** Keeps a copy for each requested tenant. */
function createCopies(load: StandbyOptions["load"], now: Clock) {
  const standbys = new Map<string, Standby>();
  const loading = new Map<string, Promise<PassageStore>>();

  function reload(tenant: string): Promise<PassageStore> {
    const underWay = loading.get(tenant);
    if (underWay !== undefined) return underWay;
    const loadedAt = now();
    const work = load(tenant)
      .then((passages) => {
        // Released meanwhile: waiting callers may use the copy, but it is not kept.
        if (loading.get(tenant) === work) standbys.set(tenant, { passages, loadedAt });
        return passages;
      })
      .finally(() => {
        if (loading.get(tenant) === work) loading.delete(tenant);
      });
    loading.set(tenant, work);
    return work;
  }

  return {
    /** Returns an existing copy, even an old one, while a newer one loads. */
    async of(tenant: string): Promise<PassageStore> {
      const known = standbys.get(tenant);
      if (known === undefined) return reload(tenant);
      if (now() - known.loadedAt > FRESH_MS) void reload(tenant).catch(() => undefined);
      return known.passages;
    },
    drop() {
      standbys.clear();
      loading.clear();
    },
  };
}
