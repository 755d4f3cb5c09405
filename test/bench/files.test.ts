import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { askFileQuestions, askFiles, type FileSet } from "../../bench/evaluate/ask-files.ts";
import { openEmbedder, openSystem, type System } from "../../bench/evaluate/system.ts";
import { countFiles } from "../../bench/evaluate/tally-files.ts";
import { readConfig } from "../../src/config.ts";

let set: FileSet;
let system: System;
beforeAll(async () => {
  const folder = await mkdtemp(join(tmpdir(), "reprise-files-"));
  await writeFile(join(folder, "crew.csv"), "name;watch\nIda;day\nUwe;night\n");
  await writeFile(join(folder, "plan.md"), Uint8Array.from([0x89, 0x50, 0x4e, 0x47]));
  await writeFile(join(folder, "note.txt"), "The lock is closed. FOOTER FOOTER");
  const file = { why: "", must_contain: [], must_not_contain: [], optional: false };
  set = {
    folder,
    expected: [
      { ...file, file: "crew.csv", accept: true, must_contain: ["uwe", "ida | DAY"] },
      { ...file, file: "plan.md", accept: true },
      { ...file, file: "note.txt", accept: true, must_not_contain: ["FOOTER", "open"] },
    ],
    questions: [
      { question: "Which watch has Uwe?", file: "crew.csv", facts: [/night/i], kind: "csv" },
      { question: "Which watch has Uwe?", file: "note.txt", facts: [/night/i], kind: "text" },
    ],
  };
  const config = readConfig({ EMBEDDINGS: "builtin" });
  system = await openSystem(config, { embedder: await openEmbedder(config) });
});
afterAll(() => rm(set.folder, { recursive: true }));

describe("an evaluation of files", { timeout: 60_000 }, () => {
  it("counts what was taken as expected, what texts hold, and what is found", async () => {
    const files = await askFiles(set, system);
    const found = await askFileQuestions(set, system);
    expect(countFiles(set, files, found)).toEqual({
      expected: 3,
      asExpected: 2,
      contain: 2,
      containHeld: 2,
      notContain: 2,
      notContainHeld: 1,
      questions: 2,
      questionsFound: 1,
      byKind: {
        csv: { questions: 1, questionsFound: 1 },
        text: { questions: 1, questionsFound: 0 },
      },
    });
  });

  it("is left out where there are no files", () => {
    expect(countFiles({ expected: [], questions: [] }, undefined, undefined)).toBeUndefined();
  });
});
