import { openDatabase } from "../../src/records/database.ts";
import { createSqlLedger } from "../../src/records/sql-ledger.ts";
import { createSqlTranscripts } from "../../src/records/sql-transcripts.ts";
import type { LedgerEntry, ReportGroup } from "../../src/usage/types.ts";
import type { Asked } from "./load.ts";
import { USAGE } from "./upstream.ts";

/** Comparison of the recorded answers with the received ones. */
export interface Verdict {
  /** Ids of answers missing in the ledger or the transcript. */
  readonly lost: readonly string[];
  /** Answers with a wrong cost in the ledger, and groupings with different sums. */
  readonly wrong: readonly string[];
  readonly rows: number;
  /** Charged answers of the model server, computed from the recorded tokens. */
  readonly charged: number;
}

const GROUPS = ["day", "model", "conversation", "user", "tenant"] as const satisfies ReportGroup[];

/** Compares the database with the received answers. */
export async function verify(postgresUrl: string, asked: readonly Asked[]): Promise<Verdict> {
  const records = await openDatabase(postgresUrl);
  try {
    const ledger = createSqlLedger(records);
    const entries = new Map<string, LedgerEntry>();
    for await (const entry of ledger.entries({})) entries.set(entry.id, entry);
    const told = await readTranscripts(createSqlTranscripts(records));
    const replies = asked.flatMap(({ reply }) => reply ?? []);
    const lost = replies.filter(({ id }) => !entries.has(id) || !told.has(id)).map(({ id }) => id);
    const wrong = replies
      .filter(({ id, cost }) => {
        const found = entries.get(id);
        return (
          found !== undefined && found.cost.totalNanoUsd !== BigInt(cost.total.replace(".", ""))
        );
      })
      .map(({ id }) => `${id} is in the ledger at another cost`);
    const sum = [...entries.values()].reduce((total, { cost }) => total + cost.totalNanoUsd, 0n);
    for (const groupBy of GROUPS) {
      const rows = await ledger.report({ groupBy, timeZone: "UTC" });
      const total = rows.reduce((all, { totals }) => all + totals.totalNanoUsd, 0n);
      if (total !== sum) wrong.push(`by ${groupBy} the sum is ${total}, in the ledger ${sum}`);
    }
    const tokens = [...entries.values()]
      .filter(({ usage }) => !usage.estimated)
      .reduce((total, { usage }) => total + usage.completionTokens, 0);
    const charged = tokens / USAGE.completion_tokens;
    return { lost, wrong, rows: entries.size, charged };
  } finally {
    await records.destroy();
  }
}

/** Ids of all messages. */
async function readTranscripts(
  transcripts: ReturnType<typeof createSqlTranscripts>,
): Promise<ReadonlySet<string>> {
  const ids = new Set<string>();
  let cursor: string | undefined;
  do {
    const page = await transcripts.list({ tenant: "default", limit: 100, cursor });
    for (const { id: conversationId } of page.rows) {
      const messages = await transcripts.read({ tenant: "default", conversationId });
      for (const { id } of messages) ids.add(id);
    }
    cursor = page.nextCursor ?? undefined;
  } while (cursor !== undefined);
  return ids;
}
