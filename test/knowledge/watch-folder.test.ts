import { mkdtemp, rename, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, it, onTestFinished } from "vitest";
import { inlineDocumentReader } from "../../src/knowledge/document-reader.ts";
import { readStamps } from "../../src/knowledge/load-folder.ts";
import { syncFolder, type FolderState, type SyncReport } from "../../src/knowledge/sync-folder.ts";
import { watchFolder } from "../../src/knowledge/watch-folder.ts";
import { openKnowledge } from "../support/open-knowledge.ts";

const tenant = "acme";

/** A watched folder with one file, and the runs so far. */
async function begin() {
  const folder = await mkdtemp(join(tmpdir(), "reprise-watch-"));
  const path = (file: string) => join(folder, file);
  await writeFile(path("a.md"), "Apples are red.");
  const knowledge = await openKnowledge();
  const { ingest, documents, found } = knowledge;
  const read: string[] = [];
  const reader: Pick<typeof inlineDocumentReader, "read"> = {
    read: (content) => {
      read.push(content.fileName?.slice(folder.length + 1) ?? "");
      return inlineDocumentReader.read(content);
    },
  };
  let state: FolderState | undefined;
  const sync = async () => {
    const report = await syncFolder({ tenant, folder, ingest, documents, reader, before: state });
    ({ state } = report);
    return report;
  };
  await sync();
  const waiting: ((report: SyncReport | Error) => void)[] = [];
  const told: (SyncReport | Error)[] = [];
  const tell = (event: SyncReport | Error) => {
    const next = waiting.shift();
    if (next === undefined) told.push(event);
    else next(event);
  };
  /** The next run or failure. */
  const next = () => {
    const event = told.shift();
    if (event !== undefined) return Promise.resolve(event);
    return new Promise<SyncReport | Error>((resolve) => waiting.push(resolve));
  };
  let fails = 0;
  let firstLook: () => void = () => {};
  const began = new Promise<void>((resolve) => (firstLook = resolve));
  const watch = watchFolder({
    look: () => readStamps(folder),
    async sync() {
      if (fails > 0) {
        fails -= 1;
        throw new Error("the embedder is away");
      }
      const report = await sync();
      firstLook();
      return report;
    },
    onSynced: tell,
    onError: (error) => tell(error instanceof Error ? error : new Error(String(error))),
    lookMs: 15,
  });
  onTestFinished(async () => {
    await watch.close();
    await rm(folder, { recursive: true, force: true });
  });
  await began;
  read.length = 0;
  const fail = (times: number) => {
    fails = times;
  };
  const foundNow = () => found("apples bananas");
  return { folder, path, next, read, found: foundNow, fail, ingest, documents };
}

describe("a watched folder", () => {
  it("takes over new, changed, renamed and removed files, and reads only those", async () => {
    const { path, next, read, found } = await begin();
    await writeFile(path("b.md"), "Bananas are yellow.");
    expect(await next()).toMatchObject({ documents: 1, removed: 0 });
    expect(read).toEqual(["b.md"]);
    // As editors save: a new file in the place of the old one.
    await writeFile(path(".a.swp"), "Apples are green.");
    await rename(path(".a.swp"), path("a.md"));
    await next();
    expect((await found()).sort()).toEqual(["Apples are green.", "Bananas are yellow."]);
    expect(read).toEqual(["b.md", "a.md"]);
    await rename(path("b.md"), path("c.md"));
    expect(await next()).toMatchObject({ documents: 1, removed: 1 });
    await rm(path("c.md"));
    expect(await next()).toMatchObject({ documents: 0, removed: 1 });
    expect(await found()).toEqual(["Apples are green."]);
  });

  it("repeats a failed run until it succeeds", async () => {
    const { path, next, found, fail } = await begin();
    fail(2);
    await writeFile(path("a.md"), "Apples are blue.");
    expect(await next()).toMatchObject({ message: "the embedder is away" });
    expect(await found()).toEqual(["Apples are red."]);
    expect(await next()).toMatchObject({ message: "the embedder is away" });
    expect(await next()).toMatchObject({ documents: 1 });
    expect(await found()).toEqual(["Apples are blue."]);
  });

  it("removes nothing if all files are gone or the folder cannot be read", async () => {
    const { folder, path, next, found } = await begin();
    await rm(path("a.md"));
    expect(await next()).toMatchObject({ message: "the folder has no files; nothing is removed" });
    await rm(folder, { recursive: true });
    expect(await next()).toBeInstanceOf(Error);
    expect(await found()).toEqual(["Apples are red."]);
  });

  it("keeps who may read a file that is renamed, or broken for a while", async () => {
    const { path, next, ingest, documents } = await begin();
    await writeFile(path("z.md"), "Zebras.");
    await next();
    await ingest.setGroups({ tenant, documentId: "a", groups: ["board"] });
    const groups = () => documents.restricted(tenant);
    await rename(path("a.md"), path("b.md"));
    await next();
    expect(await groups()).toEqual(new Map([["b", ["board"]]]));
    await writeFile(path("b.md"), "%PDF-1.7");
    expect(await next()).toMatchObject({ removed: 1, skipped: [{ file: "b.md" }] });
    await writeFile(path("b.md"), "Apples are back.");
    await next();
    expect(await groups()).toEqual(new Map([["b", ["board"]]]));
  });
});
