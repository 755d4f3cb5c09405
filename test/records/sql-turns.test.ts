import { createSqlLedger } from "../../src/records/sql-ledger.ts";
import { createSqlTranscripts } from "../../src/records/sql-transcripts.ts";
import { createSqlTurns } from "../../src/records/sql-turns.ts";
import { describeLedger } from "../contracts/ledger.ts";
import { describeCostsBeside } from "../contracts/ledger-costs-beside.ts";
import { describeTranscripts } from "../contracts/transcripts.ts";
import { describeTurnStore } from "../contracts/turn-store.ts";
import { openTestDatabase, testDatabases } from "../support/databases.ts";

for (const database of testDatabases) {
  const open = async () => {
    const records = await openTestDatabase(database);
    return {
      turns: createSqlTurns(records),
      ledger: createSqlLedger(records),
      transcripts: createSqlTranscripts(records),
    };
  };
  describeTranscripts(database.name, open);
  describeLedger(database.name, open);
  describeCostsBeside(database.name, open);
  describeTurnStore(database.name, open);
}
