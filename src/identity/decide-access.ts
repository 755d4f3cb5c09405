import type { Caller, Ownership } from "./types.ts";

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
