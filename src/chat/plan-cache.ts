import type { PrivateKind } from "./keeps-to-itself.ts";
import type { CacheMode, CacheReason, CacheStatus } from "./types.ts";

/** What a request may do with the shared cache. */
export interface CachePlan {
  readonly read: boolean;
  readonly write: boolean;
  /** What the reply says when no stored answer is served. */
  readonly status: Exclude<CacheStatus, "hit">;
  readonly reasons: readonly CacheReason[];
}

/**
 * Decides once for each request whether it may read and write stored answers.
 *
 * @param ttlSeconds of the policy; 0 turns the cache off
 * @param standsAlone false for a follow-up that could not be resolved
 * @param privateKind what is nobody else's business, if it is
 * @param profileInScope whether the scope is that of the asker's profile, where questions about
 *   oneself may be kept
 */
export function planCache(request: {
  mode: CacheMode;
  ttlSeconds: number;
  standsAlone: boolean;
  privateKind?: PrivateKind | undefined;
  profileInScope?: boolean | undefined;
}): CachePlan {
  if (request.ttlSeconds === 0) return closed("disabled", "cache-disabled");
  if (request.mode === "bypass") return closed("bypass", "bypass-requested");
  if (request.privateKind === "small-talk") return closed("bypass", "small-talk");
  if (request.privateKind === "about-oneself" && request.profileInScope !== true) {
    return closed("bypass", "about-oneself");
  }
  if (!request.standsAlone) return closed("bypass", "follow-up-not-resolved");
  if (request.mode === "refresh") {
    return { read: false, write: true, status: "refresh", reasons: ["refresh-requested"] };
  }
  return { read: true, write: request.mode === "default", status: "miss", reasons: [] };
}

function closed(status: "disabled" | "bypass", reason: CacheReason): CachePlan {
  return { read: false, write: false, status, reasons: [reason] };
}
