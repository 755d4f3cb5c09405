import { mkdtemp, readdir, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Kysely, sql } from "kysely";
import Database from "libsql";
import { expect, it, onTestFinished } from "vitest";
import { createBusyRetryDialect } from "../../src/records/sqlite-busy-retry.ts";
import { openWriteAheadLog } from "../../src/records/dialect.ts";
import { openDatabase } from "../../src/records/database.ts";
import type { Records } from "../../src/records/tables.ts";
import { temporaryFolder } from "../support/databases.ts";
import { defer } from "../support/defer.ts";

async function openFile() {
  const folder = await mkdtemp(join(tmpdir(), "reprise-wal-"));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  const file = join(folder, "reprise.db");
  return { file, database: new Database(file) };
}

it("syncs each commit to disk through the file system", async () => {
  const { file, database } = await openFile();
  const log = openWriteAheadLog(database, file);
  expect(database.pragma("journal_mode")).toEqual([{ journal_mode: "wal" }]);
  expect(database.pragma("synchronous")).toEqual([{ synchronous: 1 }]);
  database.exec("create table words (word text)");
  await expect(log.syncToDisk()).resolves.toBeUndefined();
  await expect(openWriteAheadLog(database, `${file}-other`).syncToDisk()).rejects.toThrow("ENOENT");
});

it("has nothing to sync for a database in memory", async () => {
  const database = new Database(":memory:");
  database.exec("create table words (word text)");
  await expect(openWriteAheadLog(database, ":memory:").syncToDisk()).resolves.toBeUndefined();
});

it.each(["alone", "in a transaction"])("a write %s resolves when it is on disk", async (how) => {
  const { database } = await openFile();
  const disk = defer();
  let asked = 0;
  const records = new Kysely<{ words: { word: string } }>({
    dialect: createBusyRetryDialect(database, {
      syncToDisk: () => {
        asked += 1;
        return disk.promise;
      },
      checkpoint: () => {},
    }),
  });
  onTestFinished(() => records.destroy());
  database.exec("create table words (word text)");
  let isDone = false;
  const write = (to: typeof records) =>
    to.insertInto("words").values({ word: "one" }).executeTakeFirst();
  const writing = (
    how === "alone" ? write(records) : records.transaction().execute((inside) => write(inside))
  ).then(() => (isDone = true));
  await expect.poll(() => asked).toBe(1);
  expect(isDone).toBe(false);
  disk.resolve();
  await writing;
  await sql`select count(*) from words`.execute(records);
  expect(asked).toBe(1);
});

it.each(["alone", "in a transaction"])("a write %s fails when the disk sync fails", async (how) => {
  const { database } = await openFile();
  const records = new Kysely<{ words: { word: string } }>({
    dialect: createBusyRetryDialect(database, {
      syncToDisk: () => Promise.reject(new Error("no space left")),
      checkpoint: () => {},
    }),
  });
  onTestFinished(() => records.destroy());
  database.exec("create table words (word text)");
  const write = (to: typeof records) => to.insertInto("words").values({ word: "one" }).execute();
  const writing =
    how === "alone" ? write(records) : records.transaction().execute((inside) => write(inside));
  await expect(writing).rejects.toThrow("no space left");
});

it("is folded into the one file at a clean stop", async () => {
  const folder = await temporaryFolder();
  const records = await openDatabase(folder);
  const values = { tenant: "acme", day: "2026-11-30", spent_nano_usd: 1n };
  await records.insertInto("budget_days").values(values).execute();
  await records.destroy();
  expect(await readdir(folder)).toEqual(["reprise.db"]);
  const again = await openDatabase(folder);
  expect(await again.selectFrom("budget_days").select("day").execute()).toHaveLength(1);
  await again.destroy();
});

it("stays beside a database that another process has open", async () => {
  const folder = await temporaryFolder();
  const [one, other] = [await openDatabase(folder), await openDatabase(folder)];
  const write = (records: Records, day: string) =>
    records.insertInto("budget_days").values({ tenant: "acme", day, spent_nano_usd: 1n }).execute();
  await write(one, "2026-11-29");
  await one.destroy();
  await write(other, "2026-11-30");
  expect(await other.selectFrom("budget_days").select("day").execute()).toHaveLength(2);
  await other.destroy();
});

it("is folded in when what was committed is on the disk", async () => {
  const { database } = await openFile();
  const disk = defer();
  const done: string[] = [];
  const log = { syncToDisk: () => disk.promise, checkpoint: () => void done.push("folded") };
  const records = new Kysely<{ words: { word: string } }>({
    dialect: createBusyRetryDialect(database, log),
  });
  database.exec("create table words (word text)");
  const write = records.insertInto("words").values({ word: "one" }).execute();
  const writing = write.then(() => done.push("written"));
  await sql`select count(*) from words`.execute(records);
  const ending = records.destroy();
  await new Promise((resolve) => setImmediate(resolve));
  expect(done).toEqual([]);
  disk.resolve();
  await Promise.all([writing, ending]);
  expect(done.toSorted()).toEqual(["folded", "written"]);
});
