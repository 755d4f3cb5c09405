import type { Caller, Ownership } from "./types.ts";
import { isUser, ownerOfUser } from "./owner-names.ts";

/** Whether a caller may use a resource, and why. */
export type Access =
  | { readonly allowed: true; readonly why: "everybody" | "tenant" | "own" | "only-key" }
  | { readonly allowed: false; readonly why: "foreign" | "unowned" | "unknown" };

/**
 * Keys and users may use what they created; `chat:all` and `admin` may use everything in the
 * tenant.
 */
export function decideAccess(ownership: Ownership, caller: Caller | undefined): Access {
  if (caller === undefined) return { allowed: true, why: "everybody" };
  if (caller.seesTenant) return { allowed: true, why: "tenant" };
  if (ownership.kind === "unknown") return { allowed: false, why: "unknown" };
  if (ownership.kind === "unowned") {
    return caller.seesUnowned
      ? { allowed: true, why: "only-key" }
      : { allowed: false, why: "unowned" };
  }
  return ownership.owner === caller.owner
    ? { allowed: true, why: "own" }
    : { allowed: false, why: "foreign" };
}

/** Converts a stored owner; null or undefined means unowned. */
export function toOwnership(owner: string | null | undefined): Ownership {
  return owner === null || owner === undefined ? { kind: "unowned" } : { kind: "owned", owner };
}

/** Owner of profiles written with `chat:all` or `admin`. They apply to the user too. */
const TENANT_OWNED = "tenant";

/** A stored profile; its owner is null if it was written before owners were recorded. */
interface Owned {
  readonly owner: string | null;
}

/** What a caller may do with a user's profile. */
export type ProfileAccess =
  | { readonly kind: "use" }
  /** The profile must not be read; a write starts an empty one with this owner. */
  | { readonly kind: "create"; readonly owner: string | null }
  /** The profile does not exist for this caller. */
  | { readonly kind: "hidden" };

/**
 * Decides access to a profile. A signed user owns the profile of their own id, even if a key wrote
 * one under that id before: that one never reaches the user's prompt, and the user's first write
 * replaces it.
 *
 * @param profile undefined if there is none
 */
export function decideProfileAccess(
  profile: Owned | undefined,
  userId: string,
  caller: Caller | undefined,
): ProfileAccess {
  if (caller?.owner === undefined) return profile === undefined ? create(null) : USE;
  const { owner, seesTenant } = caller;
  const self = ownerOfUser(userId);
  if (profile === undefined) return decideCreation(owner, self, seesTenant);
  if (seesTenant || profile.owner === owner) return USE;
  if (owner === self) return profile.owner === TENANT_OWNED ? USE : create(owner);
  return mayUseUnowned(caller, profile) ? USE : HIDDEN;
}

/** The only key of a tenant may use profiles written before owners were recorded. */
function mayUseUnowned({ seesUnowned }: Caller, { owner }: Owned): boolean {
  return seesUnowned && owner === null;
}

/** Users may only create their own profile. */
function decideCreation(owner: string, self: string, seesTenant: boolean): ProfileAccess {
  if (owner === self) return create(owner);
  if (seesTenant) return create(TENANT_OWNED);
  return isUser(owner) ? HIDDEN : create(owner);
}

const USE: ProfileAccess = { kind: "use" };
const HIDDEN: ProfileAccess = { kind: "hidden" };

function create(owner: string | null): ProfileAccess {
  return { kind: "create", owner };
}
