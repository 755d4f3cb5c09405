import { sql } from "kysely";
import { RepriseError } from "../errors.ts";
import { addTotals } from "../usage/add-totals.ts";
import { createLocalDays, QUARTER_MS } from "../usage/local-days.ts";
import type { Ledger, LedgerRange, ReportGroup, ReportRow, UsageTotals } from "../usage/types.ts";
import type { Records, Tables } from "./database.ts";
import { readEntries } from "./ledger-entries.ts";
import { withinRange } from "./ledger-range.ts";
import { LEDGER_SUMS, toTotals } from "./ledger-sums.ts";

/** Lines of one report. */
const MAX_ROWS = 100_000;

const COLUMNS = {
  model: "model",
  conversation: "conversation_id",
  user: "user_id",
  tenant: "tenant",
} as const satisfies Record<Exclude<ReportGroup, "day">, keyof Tables["usage"]>;

/** The ledger in the database. */
export function createSqlLedger(records: Records): Ledger {
  return {
    async conversation({ tenant, conversationId }) {
      const row = await records
        .selectFrom("usage")
        .select(LEDGER_SUMS)
        .where("tenant", "=", tenant)
        .where("conversation_id", "=", conversationId)
        .having(sql<number>`count(*)`, ">", 0)
        .executeTakeFirst();
      return row === undefined ? undefined : toTotals(row);
    },

    async report({ groupBy, timeZone, ...range }) {
      const rows =
        groupBy === "day"
          ? await reportDays(records, range, timeZone)
          : await reportColumn(records, range, COLUMNS[groupBy]);
      return rows.toSorted(byKey);
    },

    entries: (range) => readEntries(records, range),
  };
}

async function reportColumn(
  records: Records,
  range: LedgerRange,
  column: (typeof COLUMNS)[keyof typeof COLUMNS],
): Promise<ReportRow[]> {
  const rows = await withinRange(records.selectFrom("usage"), range)
    .select(column)
    .select(LEDGER_SUMS)
    .groupBy(column)
    .limit(MAX_ROWS + 1)
    .execute();
  if (rows.length > MAX_ROWS) throw tooManyRows();
  return rows.map((row) => ({ key: row[column] ?? null, totals: toTotals(row) }));
}

/** The database adds up quarters of an hour; which day they are of is the time zone's affair. */
async function reportDays(
  records: Records,
  range: LedgerRange,
  timeZone: string,
): Promise<ReportRow[]> {
  const quarter = sql<number>`created_at / ${sql.lit(QUARTER_MS)}`;
  const rows = await withinRange(records.selectFrom("usage"), range)
    .select(quarter.as("quarter"))
    .select(LEDGER_SUMS)
    .groupBy(quarter)
    .execute();
  const { dayOf } = createLocalDays(timeZone);
  const days = new Map<string, UsageTotals>();
  for (const row of rows) {
    const day = dayOf(row.quarter * QUARTER_MS);
    const before = days.get(day);
    days.set(day, before === undefined ? toTotals(row) : addTotals(before, toTotals(row)));
  }
  return [...days].map(([key, totals]) => ({ key, totals }));
}

function byKey(a: ReportRow, b: ReportRow): number {
  if (a.key === null || b.key === null) return Number(a.key !== null) - Number(b.key !== null);
  return a.key < b.key ? -1 : 1;
}

function tooManyRows(): RepriseError {
  const message = `would have more than ${MAX_ROWS} lines; choose a shorter time`;
  return new RepriseError("invalid_request", `The report ${message}.`, {
    details: [{ param: "from", message }],
  });
}
