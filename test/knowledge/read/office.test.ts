import * as xlsx from "@e965/xlsx";
import { strFromU8, unzipSync } from "fflate";
import { describe, expect, it } from "vitest";
import { readDocumentContent } from "../../../src/knowledge/load.ts";
import { splitDocument } from "../../../src/knowledge/split.ts";
import {
  makeDocx,
  makeEpub,
  makePptx,
  makeZip,
  slideShape,
  slideTable,
  wordParagraph,
} from "../../support/make-office.ts";

const read = (bytes: Uint8Array, fileName = "file.bin") => readDocumentContent({ bytes, fileName });
const run = (text: string) => `<w:r><w:t xml:space="preserve">${text}</w:t></w:r>`;

describe("a Word file", () => {
  it("is read with headings, lists within lists, tables and a picture's caption", async () => {
    const cell = (text: string) => `<w:tc>${wordParagraph(text)}</w:tc>`;
    const { title, text } = await read(
      makeDocx(
        [
          wordParagraph("Rope works", { style: "Title" }),
          wordParagraph("Splicing", { style: "Heading1" }),
          wordParagraph("Needed:"),
          wordParagraph("Tools", { level: 0 }),
          wordParagraph("a fid", { level: 1 }),
          wordParagraph("tape", { level: 1 }),
          wordParagraph("Rope", { level: 0 }),
          `<w:tbl><w:tr>${cell("Rope")}${cell("Load")}</w:tr><w:tr>${cell("8 mm")}${cell("900 kg")}</w:tr></w:tbl>`,
          wordParagraph("Figure 2: an eye splice"),
        ].join(""),
      ),
    );
    expect(title).toBe("Rope works");
    expect(text).toBe(
      "# Rope works\n\n# Splicing\n\nNeeded:\n\n- Tools\n  - a fid\n  - tape\n- Rope\n\n| Rope | Load |\n|---|---|\n| 8 mm | 900 kg |\n\nFigure 2: an eye splice",
    );
  });

  it("is read as its tracked changes leave it", async () => {
    const { text } = await read(
      makeDocx(
        wordParagraph(
          `${run("The rope is ")}<w:del w:id="1"><w:r><w:delText>white</w:delText></w:r></w:del><w:ins w:id="2">${run("blue")}</w:ins>${run(".")}`,
        ),
      ),
    );
    expect(text).toBe("The rope is blue.");
  });

  it("has each footnote behind the paragraph that refers to it", async () => {
    const reference = '<w:r><w:footnoteReference w:id="2"/></w:r>';
    const footnotes = `<w:footnote w:id="2">${wordParagraph("Tested in Brest.")}</w:footnote>`;
    const { text } = await read(
      makeDocx(
        wordParagraph(`${run("The rope holds")}${reference}${run(" a ton.")}`) +
          wordParagraph("Dry it."),
        { footnotes },
      ),
    );
    expect(text).toBe("The rope holds a ton. (Note 1: Tested in Brest.)\n\nDry it.");
  });
});

describe("a presentation", () => {
  it("is read slide by slide, in the order of the presentation, with tables and notes", async () => {
    const {
      title,
      text,
      places = [],
    } = await read(
      makePptx([
        {
          shapes:
            slideShape(["Sails"], { placeholder: "title" }) +
            slideShape(["Cloth", "\tDacron", "Cut"], { placeholder: "body" }) +
            slideShape(["3"], { placeholder: "sldNum" }),
        },
        {
          shapes: slideTable([
            ["Sail", "Area"],
            ["Jib", "14 m"],
          ]),
          notes: "Mention the storm jib.",
        },
      ]),
    );
    expect(title).toBe("Sails");
    expect(text).toBe(
      "# Sails\n\n- Cloth\n  - Dacron\n- Cut\n\n# Slide 2\n\n| Sail | Area |\n|---|---|\n| Jib | 14 m |\n\nNotes: Mention the storm jib.",
    );
    expect(places.map(({ page }) => page)).toEqual([1, 2]);
  });
});

describe("a workbook", () => {
  const sheetOf = (rows: unknown[][], change: (sheet: xlsx.WorkSheet) => void = () => {}) => {
    const sheet = xlsx.utils.aoa_to_sheet(rows);
    change(sheet);
    return sheet;
  };
  const bookOf = (sheets: Record<string, xlsx.WorkSheet>) => {
    const book = xlsx.utils.book_new();
    for (const [name, sheet] of Object.entries(sheets)) {
      xlsx.utils.book_append_sheet(book, sheet, name);
    }
    return new Uint8Array(xlsx.write(book, { type: "array", bookType: "xlsx" }));
  };

  it("is read sheet by sheet: captions, headers, dates and money as they are shown", async () => {
    const berths = sheetOf(
      [
        ["Berths of 2031"],
        [],
        ["Berth", "Fee", "Since"],
        ["B-7", 1234.5, 48_000],
        ["B-8", 9, 48_001],
      ],
      (sheet) => {
        sheet["B4"].z = '#,##0.00 "EUR"';
        sheet["C4"].z = "d/m/yy";
        sheet["C5"].z = "yyyy-mm-dd hh:mm";
        sheet["!merges"] = [{ s: { r: 0, c: 0 }, e: { r: 0, c: 2 } }];
      },
    );
    const crew = sheetOf(
      [
        ["Watch", "Name"],
        ["Day", "Ida"],
        [null, "Uwe"],
      ],
      (sheet) => {
        sheet["!merges"] = [{ s: { r: 1, c: 0 }, e: { r: 2, c: 0 } }];
      },
    );
    const { text, places = [] } = await read(bookOf({ Berths: berths, Crew: crew }));
    expect(text).toBe(
      "Berths of 2031\n\n| Berth | Fee | Since |\n|---|---|---|\n| B-7 | 1,234.50 EUR | 2031-06-01 |\n| B-8 | 9 | 2031-06-02 |\n\n| Watch | Name |\n|---|---|\n| Day | Ida |\n| Day | Uwe |",
    );
    const passages = splitDocument({ id: "d", title: "T", text, places });
    expect(passages.map(({ headings, locator }) => [headings, locator])).toEqual([
      [["Berths"], { sheet: "Berths", row: 1 }],
      [["Crew"], { sheet: "Crew", row: 1 }],
    ]);
  });

  it("tells the row in which each passage begins, and gives it the header", async () => {
    const rows = Array.from({ length: 400 }, (_value, index) => [
      `Buoy ${index + 2}`,
      "green",
      index,
    ]);
    const { text, places } = await read(
      bookOf({ Buoys: sheetOf([["Buoy", "Colour", "Depth"], ...rows]) }),
    );
    const passages = splitDocument({ id: "d", title: "T", text, places });
    expect(passages.length).toBeGreaterThan(5);
    for (const { text: passage, lead, locator } of passages.slice(1)) {
      expect(lead).toBe("| Buoy | Colour | Depth |\n|---|---|---|");
      expect(passage.startsWith(`| Buoy ${locator?.row} |`)).toBe(true);
    }
  });

  it("leaves out hidden sheets, and is not misled by a sheet that claims to be huge", async () => {
    const book = xlsx.utils.book_new();
    xlsx.utils.book_append_sheet(
      book,
      sheetOf([
        ["Key", "Value"],
        ["a", "b"],
      ]),
      "Seen",
    );
    xlsx.utils.book_append_sheet(book, sheetOf([["secret"]]), "Unseen");
    book.Workbook = { Sheets: [{ Hidden: 0 }, { Hidden: 1 }] };
    const members = unzipSync(
      new Uint8Array(xlsx.write(book, { type: "array", bookType: "xlsx" })),
    );
    const path = "xl/worksheets/sheet1.xml";
    const sheet = strFromU8(members[path] ?? new Uint8Array());
    const huge = sheet.replace(/<dimension ref="[^"]*"/, '<dimension ref="A1:XFD1048576"');
    expect(huge).not.toBe(sheet);
    const { text } = await read(makeZip({ ...members, [path]: huge }));
    expect(text).toBe("| Key | Value |\n|---|---|\n| a | b |");
  });
});

describe("an e-book", () => {
  it("is read chapter by chapter, in the order of its spine", async () => {
    const { title, text } = await read(
      makeEpub("Tides", ["<h1>Ebb</h1><p>It goes.</p>", "<h1>Flood</h1><p>It comes.</p>"]),
    );
    expect(title).toBe("Tides");
    expect(text).toBe("# Flood\n\nIt comes.\n\n# Ebb\n\nIt goes.");
  });
});
