import { describe, expect, it } from "vitest";

const { createTable, writeTable } = await import(
  new URL("../../scripts/text-table.mjs", import.meta.url).href
);
/** The table that the build writes as text. */
const { ngramsData } = await import(
  new URL("../../node_modules/eld/src/ngrams/small.js", import.meta.url).href
);

describe("a table as text", () => {
  it("has every value of the table of letter statistics, and no other", () => {
    const table: Record<string, unknown> = ngramsData.ngrams;
    const text = writeTable(table);
    const written = createTable(() => text);
    const differing = Object.keys(table).filter(
      (key) => JSON.stringify(written[key]) !== JSON.stringify(table[key]),
    );
    expect(differing).toEqual([]);
    expect(["", "no such key", "\uffff"].map((key) => written[key])).toEqual([
      undefined,
      undefined,
      undefined,
    ]);
  });

  it("is read with the first question, and once", () => {
    let reads = 0;
    const table = createTable(() => {
      reads += 1;
      return writeTable({ a: { 0: 1 }, b: { 1: 2 } });
    });
    expect(reads).toBe(0);
    expect([table["b"], table["a"], table["c"]]).toEqual([{ 1: 2 }, { 0: 1 }, undefined]);
    expect(reads).toBe(1);
  });
});
