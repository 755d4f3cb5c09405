import { setTimeout as wait } from "node:timers/promises";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { RepriseError } from "../../../src/errors.ts";
import type { DocumentReader } from "../../../src/knowledge/document-reader.ts";
import { createWorkerDocumentReader } from "../../../src/knowledge/worker-document-reader.ts";
import { hostileFiles, type HostileFile } from "../../support/hostile-files.ts";

/** Longer than any of them takes on a busy machine, shorter than a hang. */
const DEADLINE_MS = 10_000;
const STATUSES = [400, 413, 415];

let reader: DocumentReader;
beforeAll(() => {
  const limits = {
    documentMs: DEADLINE_MS,
    documentMemoryMb: 256,
    documentPages: 500,
    documentExpandedBytes: 25 * 1024 * 1024,
  };
  reader = createWorkerDocumentReader({ limits });
});
afterAll(() => reader.close());

/** What became of a file: its text, split, or the reason why not. */
async function readOne({ name, bytes }: HostileFile): Promise<string | RepriseError> {
  try {
    const { title, text, places } = await reader.read({ bytes, fileName: name });
    await reader.split({ id: "a", title, text, places, source: null });
    return text;
  } catch (error) {
    if (error instanceof RepriseError) return error;
    throw new Error(`${name} ended in an unknown error`, { cause: error });
  }
}

describe("hostile files", { timeout: 300_000 }, () => {
  it("are read in time or refused with a reason, and the next file is read as ever", async () => {
    const files = hostileFiles();
    expect(files.length).toBeGreaterThan(290);
    for (const file of files) {
      const begun = performance.now();
      const found = await readOne(file);
      expect(performance.now() - begun, file.name).toBeLessThan(DEADLINE_MS + 5_000);
      if (file.refused !== undefined) {
        expect(found, file.name).toBeInstanceOf(RepriseError);
        expect(found instanceof RepriseError ? found.message : found, file.name).toMatch(
          file.refused,
        );
      }
      if (found instanceof RepriseError) {
        expect(STATUSES, `${file.name}: ${found.message}`).toContain(found.status);
        expect(found.details[0]?.param, file.name).toBe("text");
      } else expect(found, file.name).not.toMatch(/root:|(?:ha){1000}/);
    }
    await wait(0);
    expect((await reader.read({ bytes: new TextEncoder().encode("Text.") })).text).toBe("Text.");
  });
});
