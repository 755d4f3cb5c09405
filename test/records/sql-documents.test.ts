import { join } from "node:path";
import { describe, expect, it, onTestFinished } from "vitest";
import { openDatabase } from "../../src/records/database.ts";
import { createSqlDocuments } from "../../src/records/sql-documents.ts";
import { describeDocumentSearch } from "../contracts/document-search.ts";
import { describeDocumentListing } from "../contracts/document-listing.ts";
import { describeDocumentStore } from "../contracts/document-store.ts";
import { temporaryFolder, testDatabases } from "../support/databases.ts";
import { unitVector } from "../support/make-entry.ts";
import { makePassage } from "../support/make-passage.ts";

for (const suite of [describeDocumentStore, describeDocumentListing, describeDocumentSearch]) {
  suite("SQLite in memory", async () => createSqlDocuments(await openDatabase(":memory:")));
  for (const database of testDatabases) {
    suite(database.name, async () =>
      createSqlDocuments(await openDatabase(await database.makePlace())),
    );
  }
}

it("creates the missing folder of an SQLite file", async () => {
  const folder = join(await temporaryFolder(), "new", "data");
  const documents = createSqlDocuments(await openDatabase(folder));
  onTestFinished(() => documents.close());
  expect(await documents.tenants()).toEqual([]);
});

describe.each(testDatabases)("documents in $name", (database) => {
  it("survive a restart, including their vectors", async () => {
    const place = await database.makePlace();
    const passages = [{ ...makePassage(), vector: unitVector([0.1, -0.2, 3e-8]) }];
    const first = createSqlDocuments(await openDatabase(place));
    const document = { id: "help", title: "Help", text: "text", source: null };
    await first.put({ tenant: "acme", document, embedderId: "e1", passages, now: 1 });
    await first.close();
    const second = createSqlDocuments(await openDatabase(place));
    onTestFinished(() => second.close());
    expect(await second.passages({ tenant: "acme", documentId: "help", embedderId: "e1" })).toEqual(
      passages,
    );
  });

  it("can be written by two connections", async () => {
    const place = await database.makePlace();
    const stores = [
      createSqlDocuments(await openDatabase(place)),
      createSqlDocuments(await openDatabase(place)),
    ];
    onTestFinished(async () => {
      for (const store of stores) await store.close();
    });
    for (const [index, store] of [...stores, ...stores].entries()) {
      const document = { id: "help", title: "Help", text: `text ${index}`, source: null };
      await store.put({ tenant: "acme", document, embedderId: "e1", passages: [], now: index });
    }
    for (const store of stores) {
      const found = await store.get({ tenant: "acme", documentId: "help" });
      expect(found).toMatchObject({ version: 4, text: "text 3" });
    }
  });
});
