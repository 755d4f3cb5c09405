import { describe, expect, it } from "vitest";
import { readDocumentContent } from "../../../src/knowledge/load.ts";
import { splitDocument } from "../../../src/knowledge/split.ts";
import { makePdf, type PdfLine, type PdfOptions } from "../../support/make-pdf.ts";

async function read(pages: readonly (readonly PdfLine[])[], options?: PdfOptions) {
  return readDocumentContent({ bytes: makePdf(pages, options), fileName: "file.pdf" });
}

/** Lines one below the other, from `y` on. */
function lines(texts: readonly string[], y = 740, more: Partial<PdfLine> = {}): PdfLine[] {
  return texts.map((text, index) => ({ text, y: y - 14 * index, ...more }));
}

const PROSE = [
  "The ferry to the island leaves from pier four at",
  "half past seven. On Sundays it leaves an hour later,",
  "and in winter there is no ferry on Mondays at all.",
];

describe("a PDF", () => {
  it("is read as paragraphs below headings of its font sizes", async () => {
    const { title, text } = await read([
      [
        { text: "Island guide", y: 790, size: 22 },
        { text: "Ferries", y: 765, size: 14 },
        ...lines(PROSE),
        ...lines(["A bicycle travels free of charge."], 680),
      ],
    ]);
    expect(title).toBe("Island guide");
    expect(text).toBe(
      `# Island guide\n\n## Ferries\n\n${PROSE.join(" ")}\n\nA bicycle travels free of charge.`,
    );
  });

  it("is read column by column, below a line that lies across both", async () => {
    const left = PROSE.map((text) => `Left: ${text.slice(0, 34)}`);
    const more = ["Left: that is all there is to say, and", "Left: nobody needs to know any more."];
    const right = [...left, ...more].map((text) => text.replace("Left", "Right"));
    const { text } = await read([
      [
        ...lines(
          ["A notice that is as wide as the whole page and stands above both of its columns"],
          780,
        ),
        ...lines([...left, ...more], 740),
        ...lines(right, 740, { x: 330 }),
      ],
    ]);
    expect(text.indexOf("A notice")).toBe(0);
    expect(text.lastIndexOf("Left:")).toBeLessThan(text.indexOf("Right:"));
  });

  it("keeps the rows of a table together, and its header on every page", async () => {
    const row = (cells: readonly string[], y: number, bold = false): PdfLine[] =>
      cells.map((text, index) => ({ text, x: 60 + 120 * index, y, bold }));
    const header = ["Berth", "Length", "Fee"];
    const rows = (from: number) =>
      [0, 1, 2].flatMap((index) =>
        row([`B-${from + index}`, `${8 + index} m`, `${20 + from + index}.50`], 700 - 16 * index),
      );
    const { text, places } = await read([
      [...lines(["Berths of the marina."], 780), ...row(header, 716, true), ...rows(1)],
      [...row(header, 716, true), ...rows(4)],
      [...rows(7), ...lines(["Fees are for one night."], 600)],
    ]);
    const head = "| Berth | Length | Fee |\n|---|---|---|\n";
    expect(text).toContain(`${head}| B-1 | 8 m | 21.50 |`);
    expect(text).toContain(`${head}| B-4 | 8 m | 24.50 |`);
    expect(text).toContain(`${head}| B-7 | 8 m | 27.50 |`);
    expect(places?.map(({ page }) => page)).toEqual([1, 2, 3]);
    const passages = splitDocument({ id: "d", title: "Berths", text, places });
    const last = passages.find((passage) => passage.text.includes("B-7"));
    expect(last?.text).toContain("| Berth |");
  });

  it("leaves out what stands at the edge of its pages again and again", async () => {
    const page = (number: number) => [
      { text: "Harbour office, confidential", y: 815, size: 8 },
      ...lines(PROSE.map((text) => text.replace("ferry", `ferry ${"abcd".charAt(number)}`))),
      { text: `Page ${number} of 4`, y: 25, size: 8 },
    ];
    const { text } = await read([page(0), page(1), page(2), page(3)]);
    expect(text).not.toMatch(/confidential|Page \d/);
    expect(text.match(/half past seven/g)).toHaveLength(4);
  });

  it("joins a sentence over the edge of a page, and says where each page begins", async () => {
    const { text, places = [] } = await read([
      lines(["The harbour master opens the lock for boats that are longer than the"], 60),
      lines(["quay, if they call an hour ahead.", "Shorter ones wait."], 780),
    ]);
    expect(text).toBe(
      "The harbour master opens the lock for boats that are longer than the quay, if they call an hour ahead. Shorter ones wait.",
    );
    expect(places).toHaveLength(2);
    expect(text.slice(places[1]?.start)).toMatch(/^quay/);
  });

  it("joins words that a line end divides, and keeps the hyphens of compounds", async () => {
    const { text } = await read([
      lines([
        "Use a hand-operated winch. The regu-",
        "lation is printed on it. Each hand-",
        "operated winch has a brake; the \uFB01rst",
        "one has two, for a \uFB02oating anchor.",
      ]),
    ]);
    expect(text).toBe(
      "Use a hand-operated winch. The regulation is printed on it. Each hand-operated winch has a brake; the first one has two, for a floating anchor.",
    );
  });

  it("keeps lists as lists", async () => {
    const { text } = await read([
      lines([
        "Bring with you:",
        "\u2022 a life vest",
        "\u2022 dry clothes and a cup that",
        "  does not break",
        "1. Come early",
      ]),
    ]);
    expect(text).toContain(
      "- a life vest\n- dry clothes and a cup that does not break\n1. Come early",
    );
  });

  it.each<[string, Uint8Array, string, RegExp]>([
    [
      "encrypted",
      makePdf([lines(PROSE)], { isEncrypted: true }),
      "unsupported_media_type",
      /encrypted PDF; remove its password/,
    ],
    ["of pictures alone", makePdf([[], []]), "unsupported_media_type", /without text/],
    ["cut off", makePdf([lines(PROSE)]).subarray(0, 900), "invalid_request", /its end is missing/],
    [
      "of its end alone",
      new TextEncoder().encode("%PDF-1.7\n%%EOF"),
      "invalid_request",
      /is not a readable PDF/,
    ],
  ])("%s is refused with the reason", async (_what, bytes, code, message) => {
    await expect(readDocumentContent({ bytes, fileName: "a.txt" })).rejects.toMatchObject({
      code,
      message: expect.stringMatching(message),
      details: [{ param: "text" }],
    });
  });

  it("of too many pages is refused", async () => {
    const bytes = makePdf(Array.from({ length: 4 }, () => lines(PROSE)));
    const limits = { pages: 3, expandedBytes: 1_000_000 };
    await expect(readDocumentContent({ bytes }, limits)).rejects.toMatchObject({
      code: "too_large",
      details: [{ param: "text", message: "has more than 3 pages; split it" }],
    });
  });

  it("that runs a script at opening is read without the script", async () => {
    const catalogue = "/OpenAction << /S /JavaScript /JS (app.alert\\(1\\)) >>";
    const { text } = await read([lines(PROSE)], { catalogue });
    expect(text).toBe(PROSE.join(" "));
  });
});
