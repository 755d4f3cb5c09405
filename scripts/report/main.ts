import { readConfig } from "../../src/config.ts";
import { openDatabase } from "../../src/records/database.ts";
import { createSqlLedger } from "../../src/records/sql-ledger.ts";
import { isTimeZone } from "../../src/usage/local-days.ts";
import { renderSummary } from "../../src/usage/render-summary.ts";
import { toReportRange } from "../../src/usage/report-range.ts";

/**
 * Prints what was used, spent and saved, of all tenants of the database that the settings name:
 * `npm run report -- [FROM] [TO] [TIME_ZONE]`, days such as 2026-11-01.
 */
async function main(): Promise<void> {
  const [from, to, timeZone = "UTC"] = process.argv.slice(2);
  const wrong = [from, to].find((day) => day !== undefined && !/^\d{4}-\d{2}-\d{2}$/.test(day));
  if (wrong !== undefined || !isTimeZone(timeZone)) {
    console.error(`${wrong ?? timeZone} is no day such as 2026-11-01, or no time zone`);
    process.exitCode = 2;
    return;
  }
  const records = await openDatabase(readConfig(process.env).database);
  try {
    const ledger = createSqlLedger(records);
    console.log(
      await renderSummary(ledger, { ...toReportRange({ from, to, timeZone }), timeZone }),
    );
  } finally {
    await records.destroy();
  }
}

await main();
