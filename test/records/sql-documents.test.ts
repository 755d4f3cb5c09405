import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, it, onTestFinished } from "vitest";
import { openDatabase } from "../../src/records/database.ts";
import { createSqlDocuments } from "../../src/records/sql-documents.ts";
import { describeDocumentStore } from "../contracts/document-store.ts";
import { unitVector } from "../support/make-entry.ts";
import { makePassage } from "../support/make-passage.ts";

async function temporaryFolder(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), "reprise-"));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  return folder;
}

describeDocumentStore("SQLite in memory", async () =>
  createSqlDocuments(await openDatabase(":memory:")),
);
describeDocumentStore("SQLite file", async () =>
  createSqlDocuments(await openDatabase(await temporaryFolder())),
);

it("has the documents and vectors again after a restart, in a folder made when missing", async () => {
  const folder = join(await temporaryFolder(), "new", "data");
  const passages = [{ ...makePassage(), vector: unitVector([0.1, -0.2, 3e-8]) }];
  const first = createSqlDocuments(await openDatabase(folder));
  const document = { id: "help", title: "Help", text: "text", source: null };
  await first.put({ tenant: "acme", document, embedderId: "e1", passages, now: 1 });
  await first.close();
  const second = createSqlDocuments(await openDatabase(folder));
  onTestFinished(() => second.close());
  expect(await second.passages({ tenant: "acme", documentId: "help", embedderId: "e1" })).toEqual(
    passages,
  );
});

it("lets two connections write to one file", async () => {
  const folder = await temporaryFolder();
  const stores = [
    createSqlDocuments(await openDatabase(folder)),
    createSqlDocuments(await openDatabase(folder)),
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
