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

/** What the store leans on. */
export interface StandbyOptions {
  readonly main: PassageStore;
  /** A store with the tenant's passages, from the record. */
  readonly load: (tenant: string) => Promise<PassageStore>;
  /** Throws while `main` does not hold what the record does. */
  readonly checkMain: () => void;
  /** Whether an error of `main` says that it cannot be used now. */
  readonly isAway: (error: unknown) => boolean;
  /** Told of each search that `main` did not answer. */
  readonly onStandby: (error: unknown) => void;
  readonly now: Clock;
}

/** Names the state of passages that are searched in a copy; no stored answer was made under it. */
const STANDBY_VERSION = "standby";
/** How long a standby is taken as it is; other replicas may change documents meanwhile. */
const FRESH_MS = 30_000;

/**
 * Searches in `main`; while it is away or does not hold what the record does, in a copy of the
 * tenant's passages that is loaded into this process from the record when the first question needs it.
 * All else is the main store's alone: what it cannot do now fails.
 * Why: docs/decisions/2026-11-25-while-redis-is-away.md.
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

  /** What `main` gives, or what stands in while it cannot. */
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

/** A copy for each tenant that was asked for. */
function createCopies(load: StandbyOptions["load"], now: Clock) {
  const standbys = new Map<string, Standby>();
  const loading = new Map<string, Promise<PassageStore>>();

  function reload(tenant: string): Promise<PassageStore> {
    const underWay = loading.get(tenant);
    if (underWay !== undefined) return underWay;
    const loadedAt = now();
    const work = load(tenant)
      .then((passages) => {
        // Dropped meanwhile: whoever waits may use it, but it is not kept.
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
    /** The copy at hand, even an old one, while a fresher one is loaded. */
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
