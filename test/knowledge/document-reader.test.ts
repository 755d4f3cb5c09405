import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { inlineDocumentReader, type DocumentReader } from "../../src/knowledge/document-reader.ts";
import { createWorkerDocumentReader } from "../../src/knowledge/worker-document-reader.ts";
import { describeDocumentReader } from "../contracts/document-reader.ts";

describe("reading documents in this thread", () => {
  describeDocumentReader(() => inlineDocumentReader);
});

describe("reading documents in worker threads", () => {
  let reader: DocumentReader;
  beforeAll(() => {
    reader = createWorkerDocumentReader({ limits: { documentMs: 20_000, documentMemoryMb: 256 } });
  });
  afterAll(() => reader.close());
  describeDocumentReader(() => reader);

  it("lets this thread go on while a large page is read", async () => {
    let turns = 0;
    let isOver = false;
    const turn = () => {
      turns += 1;
      if (!isOver) setImmediate(turn);
    };
    turn();
    await reader.readText(`<html>${"<p>x".repeat(500_000)}`);
    isOver = true;
    expect(turns).toBeGreaterThan(100);
  });
});

describe("a document that takes more than it may", () => {
  const large = `<html>${"<p>x".repeat(2_000_000)}`;

  it.each([
    ["time", { documentMs: 200, documentMemoryMb: 512 }, "took too long to read"],
    ["memory", { documentMs: 20_000, documentMemoryMb: 20 }, "took too much memory to read"],
  ])("of %s is refused, and the next one is read", async (_what, limits, message) => {
    const reader = createWorkerDocumentReader({ limits });
    await expect(reader.readText(large)).rejects.toMatchObject({
      code: "too_large",
      details: [{ param: "text", message }],
    });
    expect((await reader.readText("short")).text).toBe("short");
    await reader.close();
  });
});
