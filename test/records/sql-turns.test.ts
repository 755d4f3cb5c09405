import { createSqlLedger } from "../../src/records/sql-ledger.ts";
import { createSqlTranscripts } from "../../src/records/sql-transcripts.ts";
import { createSqlTurns } from "../../src/records/sql-turns.ts";
import { describeLedger } from "../contracts/ledger.ts";
import { describeCostsBeside } from "../contracts/ledger-costs-beside.ts";
import { describeTranscripts } from "../contracts/transcripts.ts";
import { openTestDatabase, testDatabases } from "../support/databases.ts";

for (const database of testDatabases) {
  describeTranscripts(database.name, async () => {
    const records = await openTestDatabase(database);
    return { turns: createSqlTurns(records), transcripts: createSqlTranscripts(records) };
  });
  const openLedger = async () => {
    const records = await openTestDatabase(database);
    return { turns: createSqlTurns(records), ledger: createSqlLedger(records) };
  };
  describeLedger(database.name, openLedger);
  describeCostsBeside(database.name, openLedger);
}
