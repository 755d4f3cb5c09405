import { join } from "node:path";
import Database from "libsql";
import { expect, it, onTestFinished } from "vitest";
import { openDatabase } from "../../src/records/database.ts";
import { createSqlTranscripts } from "../../src/records/sql-transcripts.ts";
import { createSqlTurns } from "../../src/records/sql-turns.ts";
import { createTurnQueue } from "../../src/transcripts/turn-queue.ts";
import { temporaryFolder } from "../support/databases.ts";
import { makeTurn, NOON } from "../support/make-turn.ts";

it("keeps reading while another process writes to the SQLite file, and loses no turn", async () => {
  const folder = await temporaryFolder();
  const records = await openDatabase(folder);
  const other = new Database(join(folder, "reprise.db"));
  onTestFinished(async () => {
    other.close();
    await records.destroy();
  });
  const transcripts = createSqlTranscripts(records);
  const turns = createSqlTurns(records);
  const read = () => transcripts.read({ tenant: "acme", conversationId: "conv_1" });
  await turns.record([makeTurn("one")]);
  other.exec("begin immediate");
  const troubles: unknown[] = [];
  const queue = createTurnQueue({
    store: turns,
    onError: ({ error }) => troubles.push(error),
    lingerMs: 1,
  });
  queue.add(makeTurn("two", { createdAt: NOON + 1 }));
  const waiting = turns.record([makeTurn("three", { createdAt: NOON + 2 })]);
  // Both writers wait for the lock; the readers do not wait for them.
  for (let time = 0; time < 20; time += 1) expect(await read()).toHaveLength(2);
  await expect(waiting).rejects.toMatchObject({ code: "not_ready", failure: "busy" });
  await expect.poll(() => troubles.length).toBeGreaterThan(0);
  other.exec("rollback");
  await expect.poll(async () => (await read()).length).toBe(4);
  await expect.poll(() => queue.settle(1_000)).toBe(true);
});
