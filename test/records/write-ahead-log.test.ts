import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Kysely, sql } from "kysely";
import Database from "libsql";
import { expect, it, onTestFinished } from "vitest";
import { createBusyRetryDialect } from "../../src/records/sqlite-busy-retry.ts";
import { openWriteAheadLog } from "../../src/records/write-ahead-log.ts";
import { defer } from "../support/defer.ts";

async function openFile() {
  const folder = await mkdtemp(join(tmpdir(), "reprise-wal-"));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  const file = join(folder, "reprise.db");
  return { file, database: new Database(file) };
}

it("syncs each commit to disk through the file system", async () => {
  const { file, database } = await openFile();
  const syncToDisk = openWriteAheadLog(database, file);
  expect(database.pragma("journal_mode")).toEqual([{ journal_mode: "wal" }]);
  expect(database.pragma("synchronous")).toEqual([{ synchronous: 1 }]);
  database.exec("create table words (word text)");
  await expect(syncToDisk()).resolves.toBeUndefined();
  await expect(openWriteAheadLog(database, `${file}-other`)()).rejects.toThrow("ENOENT");
});

it("has nothing to sync for a database in memory", async () => {
  const database = new Database(":memory:");
  database.exec("create table words (word text)");
  await expect(openWriteAheadLog(database, ":memory:")()).resolves.toBeUndefined();
});

it.each(["alone", "in a transaction"])("a write %s resolves when it is on disk", async (how) => {
  const { database } = await openFile();
  const disk = defer();
  let asked = 0;
  const records = new Kysely<{ words: { word: string } }>({
    dialect: createBusyRetryDialect(database, () => {
      asked += 1;
      return disk.promise;
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
    dialect: createBusyRetryDialect(database, () => Promise.reject(new Error("no space left"))),
  });
  onTestFinished(() => records.destroy());
  database.exec("create table words (word text)");
  const write = (to: typeof records) => to.insertInto("words").values({ word: "one" }).execute();
  const writing =
    how === "alone" ? write(records) : records.transaction().execute((inside) => write(inside));
  await expect(writing).rejects.toThrow("no space left");
});
