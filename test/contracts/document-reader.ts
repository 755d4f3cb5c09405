import { expect, it } from "vitest";
import { RepriseError } from "../../src/errors.ts";
import type { DocumentReader } from "../../src/knowledge/document-reader.ts";
import { splitDocument } from "../../src/knowledge/split.ts";

/** Longer than what is read in the thread that asks. */
const LONG = 100_000;

/** What every reader of documents does, whichever thread it reads in. */
export function describeDocumentReader(read: () => DocumentReader): void {
  const bytes = (text: string) => new TextEncoder().encode(text);
  const inParagraphs = (length: number) => "One paragraph of a page.\n\n".repeat(length / 26);

  it.each([
    ["short", 300],
    ["long", LONG],
  ])("reads a %s page of HTML, and its title", async (_what, length) => {
    const page = `<html><title>Hours</title>${"<p>We open at 9.".repeat(length / 16)}`;
    const { title, text } = await read().read({ bytes: bytes(page), fileName: "a.html" });
    expect(title).toBe("Hours");
    expect(text.startsWith("We open at 9.\n\nWe open at 9.")).toBe(true);
    expect((await read().readText(page)).text).toBe(text);
  });

  it.each([
    ["short", 300],
    ["long", LONG],
  ])(
    "splits a %s document as the rule does, with every text in its place",
    async (_what, length) => {
      const text = `# Help\n\n${inParagraphs(length)}## Prices\n\nNothing.`;
      const document = { id: "help", title: "Help", text, source: null };
      const expected = splitDocument(document);
      expect(await read().split(document)).toEqual(expected);
      expect(await read().splitStored(document)).toEqual(expected);
    },
  );

  it.each([
    ["short", "\u0000"],
    ["long", `${"x".repeat(LONG)}\u0000`],
  ])("refuses a %s text with binary data by its field", async (_what, text) => {
    const refused = await read()
      .read({ bytes: bytes(text) })
      .catch((error: unknown) => error);
    expect(refused).toBeInstanceOf(RepriseError);
    expect(refused).toMatchObject({
      code: "unsupported_media_type",
      details: [
        {
          param: "text",
          message: expect.stringMatching(/^is binary content, which is not supported/),
        },
      ],
    });
  });

  it("refuses more passages than a document may have, but splits what is stored", async () => {
    const text = "# One\n\ntext\n\n".repeat(5_001);
    const document = { id: "long", title: "Long", text, source: null };
    await expect(read().split(document)).rejects.toMatchObject({ code: "too_large" });
    expect(await read().splitStored(document)).toHaveLength(5_001);
  });

  it.each([
    ["short", "[1]", [1]],
    ["long", JSON.stringify({ text: "ä".repeat(LONG) }), { text: "ä".repeat(LONG) }],
  ])("parses %s JSON", async (_what, text, value) => {
    expect(await read().parseJson(bytes(text))).toEqual(value);
  });

  it.each([
    ["short text that is no JSON", "{", "invalid_json"],
    ["long text that is no JSON", `"${"x".repeat(LONG)}`, "invalid_json"],
    ["more values than a document needs", `[${"1,".repeat(LONG)}1]`, "too_large"],
  ])("refuses %s", async (_what, text, code) => {
    await expect(read().parseJson(bytes(text))).rejects.toMatchObject({ code });
  });
}
