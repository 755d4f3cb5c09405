import { GUARD_NAMES } from "../cache/guards/types.ts";
import { z } from "zod";
import type { CachePolicy } from "../cache/policy.ts";
import type { Clock } from "../operations/types.ts";

/** How often other replicas' changes are asked for, in milliseconds: in force within a second. */
const POLL_MS = 400;

/** A tenant's policy as it was set once. */
export interface PolicyVersion {
  readonly tenant: string;
  /** From 1; 0 stands for the settings, before anybody changed them. */
  readonly version: number;
  readonly policy: CachePolicy;
  readonly author: string;
  readonly reason: string | null;
  /** Milliseconds since the epoch; null for the settings. */
  readonly createdAt: number | null;
}

/** Policies of the record; versions are never changed. */
export interface PolicyStore {
  /** The newest version of every tenant that has one. */
  newest(): Promise<readonly PolicyVersion[]>;
  /** Newest first, those before a version where one is given. */
  versions(listing: VersionListing): Promise<readonly PolicyVersion[]>;
  find(key: { tenant: string; version: number }): Promise<PolicyVersion | undefined>;
  /**
   * Adds the next version and returns it.
   *
   * @throws RepriseError `conflict` when `expected` is given and is not the newest version
   */
  append(change: PolicyChange & { now: number }): Promise<PolicyVersion>;
}

interface VersionListing {
  readonly tenant: string;
  readonly before?: number | undefined;
  /** At most this many. */
  readonly limit: number;
}

/** A new policy with who wants it and why. */
export interface PolicyChange extends Omit<PolicyVersion, "version" | "createdAt"> {
  /** The version that it was made from; none: whatever is in force. */
  readonly expected?: number | undefined;
}

/** Who tightens by himself; nobody else may have this name. */
export const AUTOMATIC = "automatic";

/** The policies in force in this process. */
export interface Policies {
  of(tenant: string): PolicyVersion;
  /** In force here when it resolves, on other replicas within a second. */
  change(change: PolicyChange): Promise<PolicyVersion>;
  /** Newest first, the settings last; those before a version where one is given. */
  versions(listing: VersionListing): Promise<readonly PolicyVersion[]>;
  /** A version of the tenant; 0 are the settings. */
  find(key: { tenant: string; version: number }): Promise<PolicyVersion | undefined>;
  /** Asks the record once, and from then on until `close`. */
  begin(): Promise<void>;
  close(): void;
}

const share = z.number().min(0).max(1);

/** A policy as the record keeps it. */
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
 * Policies that are read without waiting. While the record cannot be asked, what was known last stays
 * in force.
 *
 * @param settings what holds for a tenant that set nothing
 * @param onInForce told of each version that is in force here from now on, wherever it was made
 */
export function createPolicies({
  store,
  settings,
  now,
  onInForce,
  onTrouble,
}: {
  store: PolicyStore;
  settings: CachePolicy;
  now: Clock;
  onInForce: (version: PolicyVersion) => void;
  onTrouble: (error: unknown) => void;
}): Policies {
  const known = new Map<string, PolicyVersion>();
  let timer: NodeJS.Timeout | undefined;
  let isClosed = false;

  function learn(version: PolicyVersion): void {
    // Replies may overtake each other.
    if ((known.get(version.tenant)?.version ?? 0) >= version.version) return;
    known.set(version.tenant, version);
    onInForce(version);
  }

  async function poll(): Promise<void> {
    try {
      for (const version of await store.newest()) learn(version);
    } catch (error) {
      if (!isClosed) onTrouble(error);
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
