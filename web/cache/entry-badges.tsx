import type { CacheEntry } from "../api/types.ts";
import { Badge } from "../components/badge.tsx";

/** Badges for the special states of a cached answer. */
export function EntryBadges({ entry }: { readonly entry: CacheEntry }) {
  const { pinned, state, origin, conditions } = entry;
  return (
    <>
      {state === "quarantined" && <Badge tone="bad">reported</Badge>}
      {pinned && <Badge tone="good">pinned</Badge>}
      {origin !== "generated" && <Badge>{origin === "curated" ? "written" : origin}</Badge>}
      {conditions.user_id !== undefined && <Badge>one user</Badge>}
    </>
  );
}
