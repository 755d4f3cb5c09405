import { describe, expect, it } from "vitest";
import {
  createReaderGroups,
  retrieveFor,
  type ReaderGroups,
} from "../../src/knowledge/reader-groups.ts";
import { createRetrieve } from "../../src/knowledge/retrieve.ts";
import { STANDBY_VERSION } from "../../src/knowledge/types.ts";
import { openKnowledge } from "../support/open-knowledge.ts";

const tenant = "acme";
const BOARD = { groups: ["board"], readsAll: false };
const STAFF = { groups: ["staff"], readsAll: false };

/** Groups in a table of the test, and how often it was read. */
function begin(table: Record<string, string[]>) {
  let reads = 0;
  const readers = createReaderGroups({
    async restricted() {
      reads += 1;
      return new Map(Object.entries(table));
    },
  });
  const hidden = async (version: string, reader = STAFF) =>
    [...(await readers.at({ tenant, version, reader })).hidden].sort();
  return { readers, hidden, reads: () => reads };
}

describe("readers of documents", () => {
  it("are read once for each version of the passages", async () => {
    const table: Record<string, string[]> = { plan: ["board"] };
    const { readers, hidden, reads } = begin(table);
    expect(readers.last({ tenant, reader: STAFF })).toBeUndefined();
    expect(await hidden("1")).toEqual(["plan"]);
    expect(await hidden("1", BOARD)).toEqual([]);
    table["plan"] = ["staff"];
    expect([await hidden("1"), reads()]).toEqual([["plan"], 1]);
    expect(await hidden("2")).toEqual([]);
    expect(await hidden("2", BOARD)).toEqual(["plan"]);
    expect(reads()).toBe(2);
  });

  it("are read each time while Redis is unavailable", async () => {
    const table: Record<string, string[]> = {};
    const { hidden } = begin(table);
    expect(await hidden(STANDBY_VERSION)).toEqual([]);
    table["plan"] = ["board"];
    expect(await hidden(STANDBY_VERSION)).toEqual(["plan"]);
  });

  it("share a view if they may read the same documents", async () => {
    const { readers } = begin({ plan: ["board", "audit"], note: ["staff"] });
    const name = async (groups: string[], readsAll = false) =>
      (await readers.at({ tenant, version: "1", reader: { groups, readsAll } })).name;
    expect(await name(["board", "chess"])).toBe(await name(["board"]));
    expect(await name(["staff", "board"])).toBe(await name(["board", "staff", "staff"]));
    expect(await name(["chess"])).toBe("");
    expect(new Set([await name(["board"]), await name(["staff"]), await name([], true)]).size).toBe(
      3,
    );
  });

  it("cannot be told while the database fails, unless the version is known", async () => {
    let isAway = false;
    const readers: ReaderGroups = createReaderGroups({
      async restricted() {
        if (isAway) throw new Error("the database is away");
        return new Map([["plan", ["board"]]]);
      },
    });
    await readers.at({ tenant, version: "1" });
    isAway = true;
    expect([...(await readers.at({ tenant, version: "1" })).hidden]).toEqual(["plan"]);
    await expect(readers.at({ tenant, version: "2" })).rejects.toThrow("away");
  });
});

describe("a search for a reader", () => {
  it("is repeated if the groups changed while it ran", async () => {
    const { documents, passages, ingest } = await openKnowledge();
    await ingest.put({
      tenant,
      document: { id: "plan", title: "Plan", text: "A plan.", source: null },
    });
    const readers = createReaderGroups(documents);
    const retrieve = createRetrieve(passages);
    const query = { tenant, text: "plan", vector: undefined, reader: STAFF };
    const search = () => retrieveFor(query, { retrieve, passages, readers });
    expect((await search()).passages).toHaveLength(1);
    await ingest.setGroups({ tenant, documentId: "plan", groups: ["board"] });
    expect((await search()).passages).toEqual([]);
    await ingest.setGroups({ tenant, documentId: "plan", groups: ["staff"] });
    expect((await search()).passages).toHaveLength(1);
  });

  it("never finds the old text for new readers, nor the new text for old ones", async () => {
    const { documents, passages, ...parts } = await openKnowledge();
    const readers = createReaderGroups(documents);
    const retrieve = createRetrieve(passages);
    const seen: string[] = [];
    const look = async () => {
      for (const reader of [BOARD, STAFF]) {
        const query = { tenant, text: "plan", vector: undefined, reader };
        const found = await retrieveFor(query, { retrieve, passages, readers });
        for (const { passage } of found.passages) seen.push(`${reader.groups[0]}: ${passage.text}`);
      }
    };
    const around = <Args extends unknown[], Value>(work: (...args: Args) => Promise<Value>) => {
      return async (...args: Args) => {
        await look();
        const value = await work(...args);
        await look();
        return value;
      };
    };
    const { ingest } = await openKnowledge({
      ...parts,
      documents: { ...documents, put: around((write) => documents.put(write)) },
      passages: {
        ...passages,
        removeDocument: around((document) => passages.removeDocument(document)),
        replaceDocument: around((document) => passages.replaceDocument(document)),
        renewVersion: around((of) => passages.renewVersion(of)),
      },
    });
    const plan = { id: "plan", title: "Plan", source: null };
    const board = { ...plan, text: "The plan of the board.", groups: ["board"] };
    const staff = { ...plan, text: "The plan of the staff.", groups: ["staff"] };
    for (const document of [board, staff, board]) await ingest.put({ tenant, document });
    expect(new Set(seen)).toEqual(
      new Set(["board: The plan of the board.", "staff: The plan of the staff."]),
    );
  });
});
