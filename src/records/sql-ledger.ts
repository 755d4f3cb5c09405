import { sql } from "kysely";
import { RepriseError } from "../errors.ts";
import { addTotals } from "../usage/request-cost.ts";
import { createLocalDays, QUARTER_MS } from "../usage/local-days.ts";
import type { Ledger, LedgerRange, ReportGroup, ReportRow, UsageTotals } from "../usage/types.ts";
import type { Records, Tables } from "./tables.ts";
import { readEntries } from "./ledger-entries.ts";
import { withinRange, LEDGER_SUMS, QUARTER_SUMS, toTotals, type SumsRow } from "./ledger-sums.ts";

/** Maximum rows of one report. */
const MAX_ROWS = 100_000;

/** Groupings by time. */
type Span = "hour" | "day";

const COLUMNS = {
  model: "model",
  conversation: "conversation_id",
  user: "user_id",
  tenant: "tenant",
} as const satisfies Record<Exclude<ReportGroup, Span>, keyof Tables["usage"]>;

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
      const rows = await reportRows(records, range, groupBy, timeZone);
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

function reportRows(
  records: Records,
  range: LedgerRange,
  groupBy: ReportGroup,
  timeZone: string,
): Promise<ReportRow[]> {
  const fromLedger = range.conversationId !== undefined || !isOfQuarters(range);
  if (groupBy === "hour" || groupBy === "day") {
    const found = fromLedger
      ? ledgerByQuarter(records, range).execute()
      : quarters(records, range).select("quarter").groupBy("quarter").execute();
    return groupBy === "day" ? reportDays(found, timeZone) : reportHours(found, timeZone);
  }
  if (groupBy === "user" || groupBy === "conversation" || fromLedger) {
    return reportColumn(records, range, COLUMNS[groupBy]);
  }
  return reportQuarters(records, range, groupBy);
}

/**
 * True if the range is aligned to 15 minutes, so the precomputed sums can answer it. Whole days
 * always are.
 */
function isOfQuarters({ from = 0, to = 0 }: LedgerRange): boolean {
  return from % QUARTER_MS === 0 && to % QUARTER_MS === 0;
}

function quarters(records: Records, { tenant, from, to }: LedgerRange) {
  let found = records.selectFrom("usage_quarters").select(QUARTER_SUMS);
  if (tenant !== undefined) found = found.where("tenant", "=", tenant);
  if (from !== undefined) found = found.where("quarter", ">=", from / QUARTER_MS);
  if (to !== undefined) found = found.where("quarter", "<", to / QUARTER_MS);
  return found;
}

async function reportQuarters(
  records: Records,
  range: LedgerRange,
  column: "model" | "tenant",
): Promise<ReportRow[]> {
  const rows = await quarters(records, range)
    .select(column)
    .groupBy(column)
    .limit(MAX_ROWS + 1)
    .execute();
  if (rows.length > MAX_ROWS) throw tooManyRows();
  return rows.map((row) => ({ key: row[column] ?? null, totals: toTotals(row) }));
}

function ledgerByQuarter(records: Records, range: LedgerRange) {
  const quarter = sql<number>`created_at / ${sql.lit(QUARTER_MS)}`;
  return withinRange(records.selectFrom("usage"), range)
    .select(quarter.as("quarter"))
    .select(LEDGER_SUMS)
    .groupBy(quarter);
}

/** Adds 15-minute sums up to days in this process, because days depend on the time zone. */
async function reportDays(
  reading: Promise<readonly (SumsRow & { quarter: number })[]>,
  timeZone: string,
): Promise<ReportRow[]> {
  const { dayOf, endOf } = createLocalDays(timeZone);
  const days = new Map<string, UsageTotals>();
  let day = "";
  let end = Number.NEGATIVE_INFINITY;
  for (const row of (await reading).toSorted((a, b) => a.quarter - b.quarter)) {
    const time = row.quarter * QUARTER_MS;
    if (time >= end) {
      day = dayOf(time);
      end = endOf(day);
    }
    const before = days.get(day);
    days.set(day, before === undefined ? toTotals(row) : addTotals(before, toTotals(row)));
  }
  return [...days].map(([key, totals]) => ({ key, totals }));
}

/** Adds 15-minute sums up to hours. A local hour covers four of them in every time zone. */
async function reportHours(
  reading: Promise<readonly (SumsRow & { quarter: number })[]>,
  timeZone: string,
): Promise<ReportRow[]> {
  const { hourOf } = createLocalDays(timeZone);
  const hours = new Map<number, UsageTotals>();
  for (const row of await reading) {
    const hour = hourOf(row.quarter * QUARTER_MS);
    const before = hours.get(hour);
    hours.set(hour, before === undefined ? toTotals(row) : addTotals(before, toTotals(row)));
  }
  return [...hours].map(([hour, totals]) => ({ key: new Date(hour).toISOString(), totals }));
}

function byKey(a: ReportRow, b: ReportRow): number {
  if (a.key === null || b.key === null) return Number(a.key !== null) - Number(b.key !== null);
  return a.key < b.key ? -1 : 1;
}

function tooManyRows(): RepriseError {
  const message = `would have more than ${MAX_ROWS} rows; choose a shorter period`;
  return new RepriseError("invalid_request", `The report ${message}.`, {
    details: [{ param: "from", message }],
  });
}
