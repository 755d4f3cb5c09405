import Database from "libsql";
import { expect, it, onTestFinished } from "vitest";
import { withPreparedStatements } from "../../src/records/dialect.ts";

/** A database that counts what it prepares. */
function openCounted() {
  const database = new Database(":memory:");
  database.exec("create table notes (id integer primary key, text text)");
  const prepared: string[] = [];
  const counted = withPreparedStatements({
    prepare(sql) {
      prepared.push(sql);
      return database.prepare(sql);
    },
    close: () => database.close(),
  });
  onTestFinished(() => counted.close());
  return { counted, prepared, database };
}

const ADD = "insert into notes (id, text) values (?, ?)";
const READ = "select * from notes order by id";

it("prepares a statement once, and runs it with what is given each time", () => {
  const { counted, prepared } = openCounted();
  counted.prepare(ADD).run([1, "one"]);
  counted.prepare(ADD).run([2, "two"]);
  expect(prepared).toEqual([ADD]);
  expect(counted.prepare(ADD).reader).toBe(false);
  expect(counted.prepare(READ).all([])).toEqual([
    { id: 1, text: "one" },
    { id: 2, text: "two" },
  ]);
});

it("prepares a statement anew after it has failed", () => {
  const { counted, prepared } = openCounted();
  counted.prepare(ADD).run([1, "one"]);
  expect(() => counted.prepare(ADD).run([1, "again"])).toThrow(/UNIQUE/);
  counted.prepare(ADD).run([2, "two"]);
  expect(prepared).toEqual([ADD, ADD]);
  expect(counted.prepare(READ).all([])).toHaveLength(2);
});

it("reads a changed table with its new columns", () => {
  const { counted, database } = openCounted();
  counted.prepare(ADD).run([1, "one"]);
  expect(counted.prepare(READ).all([])).toEqual([{ id: 1, text: "one" }]);
  database.exec("alter table notes add column place text");
  expect(counted.prepare(READ).all([])).toEqual([{ id: 1, text: "one", place: null }]);
});

it("shares no statement that is read row by row", () => {
  const { counted } = openCounted();
  for (const id of [1, 2, 3]) counted.prepare(ADD).run([id, "note"]);
  const rows = counted.prepare(READ).iterate([]);
  expect(rows.next().value).toMatchObject({ id: 1 });
  expect(counted.prepare(READ).all([])).toHaveLength(3);
  expect([...rows]).toHaveLength(2);
});
