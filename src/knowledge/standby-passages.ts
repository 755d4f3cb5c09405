import type { Clock } from "../operations/types.ts";
import type { PassageStore } from "./types.ts";

/** A tenant's passages in this process, as they were at a time. */
interface Standby {
  readonly passages: PassageStore;
  /** Milliseconds since the epoch. */
  readonly loadedAt: number;
}

/** A passage store whose searches go on while it is away. */
export interface StandbyPassages extends PassageStore {
  /** Forgets what was loaded: the main store is back. */
  release(): void;
}

/** How long a standby is taken as it is; other replicas may change documents meanwhile. */
const FRESH_MS = 30_000;

/**
 * Searches in `main`; while it is away, in a copy of the tenant's passages that is loaded into this
 * process from the record when the first question needs it. All else is the main store's alone: what
 * it cannot do now fails. Why: docs/decisions/2026-11-25-while-redis-is-away.md.
 *
 * @param isAway whether an error of `main` says that it cannot be used now
 * @param load a store with the tenant's passages, from the record
 * @param onStandby told of each search that `main` did not answer
 */
export function createStandbyPassages({
  main,
  load,
  isAway,
  onStandby,
  now,
}: {
  main: PassageStore;
  load: (tenant: string) => Promise<PassageStore>;
  isAway: (error: unknown) => boolean;
  onStandby: (error: unknown) => void;
  now: Clock;
}): StandbyPassages {
  const standbys = new Map<string, Standby>();
  const loading = new Map<string, Promise<PassageStore>>();

  function reload(tenant: string): Promise<PassageStore> {
    const underWay = loading.get(tenant);
    if (underWay !== undefined) return underWay;
    const loadedAt = now();
    const work = load(tenant)
      .then((passages) => {
        // Released meanwhile: whoever waits may use it, but it is not kept.
        if (loading.get(tenant) === work) standbys.set(tenant, { passages, loadedAt });
        return passages;
      })
      .finally(() => {
        if (loading.get(tenant) === work) loading.delete(tenant);
      });
    loading.set(tenant, work);
    return work;
  }

  /** The copy at hand, even an old one, while a fresher one is loaded. */
  async function standbyOf(tenant: string): Promise<PassageStore> {
    const known = standbys.get(tenant);
    if (known === undefined) return reload(tenant);
    if (now() - known.loadedAt > FRESH_MS) void reload(tenant).catch(() => undefined);
    return known.passages;
  }

  return {
    ...main,
    async search(query) {
      try {
        return await main.search(query);
      } catch (error) {
        if (!isAway(error)) throw error;
        onStandby(error);
        return (await standbyOf(query.tenant)).search(query);
      }
    },
    /** Unnamed while it is away: what is answered meanwhile is looked at again. */
    async version(tenant) {
      try {
        return await main.version(tenant);
      } catch (error) {
        if (!isAway(error)) throw error;
        return "";
      }
    },
    release() {
      standbys.clear();
      loading.clear();
    },
    async close() {
      standbys.clear();
      loading.clear();
      await main.close();
    },
  };
}
