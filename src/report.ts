import { z } from "zod";
import { readConfig } from "./config.ts";
import { ConfigError } from "./errors.ts";
import { openDatabase } from "./records/database.ts";
import { createSqlLedger } from "./records/sql-ledger.ts";
import { isTimeZone, toReportRange } from "./usage/local-days.ts";
import { renderSummary } from "./usage/render-summary.ts";

/**
 * Prints usage, cost and savings of all tenants in the configured database: `npm run report --
 * [FROM] [TO] [TIME_ZONE]`, with dates such as 2026-11-01.
 */
async function main(): Promise<void> {
  const [from, to, timeZone = "UTC"] = process.argv.slice(2);
  const problem = findProblem(from, to, timeZone);
  if (problem !== undefined) {
    process.stderr.write(`${problem}\n`);
    process.exitCode = 2;
    return;
  }
  const records = await openDatabase(readConfig(process.env).database);
  try {
    const ledger = createSqlLedger(records);
    const range = toReportRange({ from, to, timeZone });
    process.stdout.write(`${await renderSummary(ledger, { ...range, timeZone })}\n`);
  } finally {
    await records.destroy();
  }
}

function findProblem(from: string | undefined, to: string | undefined, timeZone: string) {
  const wrong = [from, to].find((day) => day !== undefined && !z.iso.date().safeParse(day).success);
  if (wrong !== undefined) return `${wrong} is not a date such as 2026-11-01`;
  if (!isTimeZone(timeZone)) return `${timeZone} is not a time zone such as Europe/Vienna`;
  return from !== undefined && to !== undefined && to < from
    ? `${to} is before ${from}`
    : undefined;
}

try {
  await main();
} catch (error) {
  if (!(error instanceof ConfigError)) throw error;
  process.stderr.write(`${error.problems.join("\n")}\n`);
  process.exitCode = 2;
}
