import type { SelectQueryBuilder } from "kysely";
import type { LedgerRange } from "../usage/types.ts";
import type { Tables } from "./database.ts";

/** The rows of a range. */
export function withinRange<Row>(
  rows: SelectQueryBuilder<Tables, "usage", Row>,
  { tenant, from, to, conversationId }: LedgerRange,
): SelectQueryBuilder<Tables, "usage", Row> {
  let found = rows;
  if (tenant !== undefined) found = found.where("tenant", "=", tenant);
  if (from !== undefined) found = found.where("created_at", ">=", from);
  if (to !== undefined) found = found.where("created_at", "<", to);
  if (conversationId !== undefined) found = found.where("conversation_id", "=", conversationId);
  return found;
}
