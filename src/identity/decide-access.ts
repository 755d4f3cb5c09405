import type { Caller, Ownership } from "./types.ts";
import { isUser, ownerOfUser } from "./owner-names.ts";

/** Whether a caller may use something, and why. */
export type Access =
  | { readonly allowed: true; readonly why: "everybody" | "tenant" | "own" | "only-key" }
  | { readonly allowed: false; readonly why: "foreign" | "unowned" | "unknown" };

/** What a key or a user began belongs to it; `chat:all` and `admin` reach all of the tenant. */
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

/** An owner as it is kept: undefined for what nobody owns. */
export function toOwnership(owner: string | null | undefined): Ownership {
  return owner === null || owner === undefined ? { kind: "unowned" } : { kind: "owned", owner };
}

/** Owner of a profile that `chat:all` or `admin` wrote: the tenant's word on a user, for that user too. */
const TENANT_OWNED = "tenant";

/** A profile as it is kept; a null owner is from before owners were recorded. */
interface Owned {
  readonly owner: string | null;
}

/** What a caller may do with the profile of a user. */
export type ProfileAccess =
  | { readonly kind: "use" }
  /** Not to be read; a write begins anew. */
  | { readonly kind: "begin"; readonly owner: string | null }
  /** To this caller it is not there. */
  | { readonly kind: "hidden" };

/**
 * A user owns the profile of their own id, whoever wrote one under that id before: what a key wrote
 * never reaches the prompt of a signed user, and the user's first write replaces it.
 *
 * @param profile undefined where there is none
 */
export function decideProfileAccess(
  profile: Owned | undefined,
  userId: string,
  caller: Caller | undefined,
): ProfileAccess {
  if (caller?.owner === undefined) return profile === undefined ? begin(null) : USE;
  const { owner, seesTenant } = caller;
  const self = ownerOfUser(userId);
  if (profile === undefined) return decideBeginning(owner, self, seesTenant);
  if (seesTenant || profile.owner === owner) return USE;
  if (owner === self) return profile.owner === TENANT_OWNED ? USE : begin(owner);
  return isLeftTo(caller, profile) ? USE : HIDDEN;
}

/** What is from before owners were recorded is left to the only key of a tenant. */
function isLeftTo({ seesUnowned }: Caller, { owner }: Owned): boolean {
  return seesUnowned && owner === null;
}

/** Users begin no profile but their own. */
function decideBeginning(owner: string, self: string, seesTenant: boolean): ProfileAccess {
  if (owner === self) return begin(owner);
  if (seesTenant) return begin(TENANT_OWNED);
  return isUser(owner) ? HIDDEN : begin(owner);
}

const USE: ProfileAccess = { kind: "use" };
const HIDDEN: ProfileAccess = { kind: "hidden" };

function begin(owner: string | null): ProfileAccess {
  return { kind: "begin", owner };
}
