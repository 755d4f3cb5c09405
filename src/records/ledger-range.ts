import type { SelectQueryBuilder } from "kysely";
import type { LedgerRange } from "../usage/types.ts";
import type { Tables } from "./database.ts";

/** The rows of a range. */
export function withinRange<Row>(
  rows: SelectQueryBuilder<Tables, "usage", Row>,
  { tenant, from, to }: LedgerRange,
): SelectQueryBuilder<Tables, "usage", Row> {
  let found = rows;
  if (tenant !== undefined) found = found.where("tenant", "=", tenant);
  if (from !== undefined) found = found.where("created_at", ">=", from);
  if (to !== undefined) found = found.where("created_at", "<", to);
  return found;
}
