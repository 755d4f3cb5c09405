import { GUARD_NAMES } from "../cache/guards/types.ts";
import { z } from "zod";
import type { CachePolicy } from "../cache/policy.ts";
import type { Clock } from "../operations/types.ts";

/**
 * Poll interval for changes by other replicas, in milliseconds. Changes take effect within a
 * second.
 */
const POLL_MS = 400;

/** One version of a tenant's policy. */
export interface PolicyVersion {
  readonly tenant: string;
  /** From 1; 0 is the configuration, before any change. */
  readonly version: number;
  readonly policy: CachePolicy;
  readonly author: string;
  readonly reason: string | null;
  /** Milliseconds since the epoch; null for the configuration. */
  readonly createdAt: number | null;
}

/** Policy versions in the database. A version never changes. */
export interface PolicyStore {
  /** The newest version of each tenant that has one. */
  newest(): Promise<readonly PolicyVersion[]>;
  /** Versions, newest first; with `before`, only older ones. */
  versions(listing: VersionListing): Promise<readonly PolicyVersion[]>;
  find(key: { tenant: string; version: number }): Promise<PolicyVersion | undefined>;
  /**
   * Appends the next version and returns it.
   *
   * @throws RepriseError `conflict` if `expected` is set and is not the newest version
   */
  append(change: PolicyChange & { now: number }): Promise<PolicyVersion>;
}

interface VersionListing {
  readonly tenant: string;
  readonly before?: number | undefined;
  /** Maximum number of versions. */
  readonly limit: number;
}

/** A policy change with its author and reason. */
export interface PolicyChange extends Omit<PolicyVersion, "version" | "createdAt"> {
  /** The version it is based on; undefined: any. */
  readonly expected?: number | undefined;
}

/** Author of automatic policy changes; reserved. */
export const AUTOMATIC = "automatic";

/** The policies in force in this process. */
export interface Policies {
  of(tenant: string): PolicyVersion;
  /** Changes a policy. In force in this process when it resolves, on other replicas within a second. */
  change(change: PolicyChange): Promise<PolicyVersion>;
  /** Versions, newest first, with the configuration last; with `before`, only older ones. */
  versions(listing: VersionListing): Promise<readonly PolicyVersion[]>;
  /** Finds a version of the tenant; 0 is the configuration. */
  find(key: { tenant: string; version: number }): Promise<PolicyVersion | undefined>;
  /** Loads the policies, then polls for changes until `close`. */
  begin(): Promise<void>;
  close(): void;
}

const share = z.number().min(0).max(1);

/** A policy as stored in the database. */
export const storedPolicySchema = z.object({
  threshold: share,
  greyThreshold: share,
  ttlSeconds: z.int().nonnegative(),
  guards: z.partialRecord(z.enum(GUARD_NAMES), z.boolean()).optional(),
  evidence: z.enum(["in-doubt", "always"]).optional(),
  shadowRate: share.optional(),
  targetWrongHitRate: z.number().gt(0).lt(1).nullish(),
});

/**
 * Policies that are read synchronously. While the database is unavailable, the last known versions
 * stay in force.
 *
 * @param settings policy of tenants without a version
 * @param onInForce called for each version that takes effect in this process, wherever it was made
 */
export function createPolicies({
  store,
  settings,
  now,
  onInForce,
  onError,
}: {
  store: PolicyStore;
  settings: CachePolicy;
  now: Clock;
  onInForce: (version: PolicyVersion) => void;
  onError: (error: unknown) => void;
}): Policies {
  const known = new Map<string, PolicyVersion>();
  let timer: NodeJS.Timeout | undefined;
  let isClosed = false;

  function learn(version: PolicyVersion): void {
    // Replies may arrive out of order.
    if ((known.get(version.tenant)?.version ?? 0) >= version.version) return;
    known.set(version.tenant, version);
    onInForce(version);
  }

  async function poll(): Promise<void> {
    try {
      for (const version of await store.newest()) learn(version);
    } catch (error) {
      if (!isClosed) onError(error);
    }
    if (isClosed) return;
    timer = setTimeout(() => void poll(), POLL_MS);
    timer.unref();
  }

  const settingsOf = (tenant: string): PolicyVersion => {
    const nobody = { author: "settings", reason: null, createdAt: null };
    return { tenant, version: 0, policy: settings, ...nobody };
  };

  return {
    of: (tenant) => known.get(tenant) ?? settingsOf(tenant),
    async versions(listing) {
      const rows = await store.versions(listing);
      const hasRoom = rows.length < listing.limit && listing.before !== 0;
      return hasRoom ? [...rows, settingsOf(listing.tenant)] : rows;
    },
    find: async (key) => (key.version === 0 ? settingsOf(key.tenant) : store.find(key)),
    async change(change) {
      const version = await store.append({ ...change, now: now() });
      learn(version);
      return version;
    },
    begin: poll,
    close() {
      isClosed = true;
      clearTimeout(timer);
    },
  };
}
