import { readConfig } from "./config.ts";
import { ConfigError } from "./errors.ts";
import { openDatabase } from "./records/database.ts";
import { createSqlLedger } from "./records/sql-ledger.ts";
import { isTimeZone } from "./usage/local-days.ts";
import { renderSummary } from "./usage/render-summary.ts";
import { toReportRange } from "./usage/report-range.ts";

/**
 * Prints what was used, spent and saved, of all tenants of the database that the settings name:
 * `npm run report -- [FROM] [TO] [TIME_ZONE]`, days such as 2026-11-01.
 */
async function main(): Promise<void> {
  const [from, to, timeZone = "UTC"] = process.argv.slice(2);
  const wrong = [from, to].find((day) => day !== undefined && !/^\d{4}-\d{2}-\d{2}$/.test(day));
  if (wrong !== undefined || !isTimeZone(timeZone)) {
    process.stderr.write(`${wrong ?? timeZone} is no day such as 2026-11-01, or no time zone\n`);
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

try {
  await main();
} catch (error) {
  if (!(error instanceof ConfigError)) throw error;
  process.stderr.write(`${error.problems.join("\n")}\n`);
  process.exitCode = 2;
}
