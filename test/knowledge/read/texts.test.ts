import { describe, expect, it } from "vitest";
import { readDocumentContent } from "../../../src/knowledge/load.ts";
import { splitDocument } from "../../../src/knowledge/split.ts";
import { makeDocx, makeZip, wordParagraph } from "../../support/make-office.ts";

/** A text in Japanese, which Node cannot encode so. */
const SHIFT_JIS =
  "8d6082cc8b4b91a582cd8e9f82cc82c682a882e882c582b78142914482cd8e4f836d8362836782f092b482a682c482cd82c882e882dc82b982f1814297bf8be082cd8d6092b782cc8e9696b18f8a82c595a582a282dc82b78142";
const bytes = (text: string) => new TextEncoder().encode(text);
const read = (content: string | Uint8Array, fileName: string) =>
  readDocumentContent({ bytes: typeof content === "string" ? bytes(content) : content, fileName });
const textOf = async (content: string | Uint8Array, fileName: string) =>
  (await read(content, fileName)).text;

describe("the encoding of a text", () => {
  const czech = "Příliš žluťoučký kůň úpěl ďábelské ódy. Loď čeká v přístavu, už je večer.";
  it.each<[string, Uint8Array, string]>([
    ["UTF-8 with a mark", bytes("\uFEFFKöder"), "Köder"],
    ["UTF-16 LE with a mark", new Uint8Array(Buffer.from(`\uFEFF${czech}`, "utf16le")), czech],
    [
      "UTF-16 BE with a mark",
      new Uint8Array(Buffer.from(`\uFEFF${czech}`, "utf16le").swap16()),
      czech,
    ],
    [
      "UTF-16 LE without one",
      new Uint8Array(Buffer.from("The quay is long.", "utf16le")),
      "The quay is long.",
    ],
    [
      "Windows-1252",
      Uint8Array.from([...bytes("Gru"), 0xdf, ...bytes(" f"), 0xfc, ...bytes("r 5 "), 0x80]),
      "Gruß für 5 €",
    ],
    [
      "Shift JIS",
      new Uint8Array(Buffer.from(SHIFT_JIS, "hex")),
      "港の規則は次のとおりです。船は三ノットを超えてはなりません。料金は港長の事務所で払います。",
    ],
  ])("is told: %s", async (_what, content, expected) => {
    expect(await textOf(content, "note.txt")).toBe(expected);
  });

  it("is not guessed where it is UTF-8 with a few damaged bytes", async () => {
    const content = Buffer.concat([
      Buffer.from(czech.repeat(3)),
      Buffer.from([0xff]),
      Buffer.from(czech),
    ]);
    await expect(read(new Uint8Array(content), "note.txt")).rejects.toMatchObject({
      code: "invalid_request",
      message: expect.stringContaining("damaged"),
    });
  });

  it("of a page is the one that it names", async () => {
    const page = Buffer.concat([
      Buffer.from('<html><head><meta charset="iso-8859-7"></head><body><p>'),
      Buffer.from([0xcb, 0xe9, 0xec, 0xdc, 0xed, 0xe9]),
    ]);
    expect(await textOf(new Uint8Array(page), "page.html")).toBe("Λιμάνι");
  });
});

describe("rows of values", () => {
  it.each([
    ["commas", "berth,fee\nB-7,12\nB-8,13\n", "a.csv"],
    ["semicolons", "berth;fee\nB-7;12\nB-8;13\n", "a.csv"],
    ["tabs", "berth\tfee\nB-7\t12\nB-8\t13\n", "a.tsv"],
    ["a named delimiter", "sep=;\nberth;fee\nB-7;12\nB-8;13\n", "a.csv"],
  ])("between %s are a table", async (_what, content, fileName) => {
    expect(await textOf(content, fileName)).toBe(
      "| berth | fee |\n|---|---|\n| B-7 | 12 |\n| B-8 | 13 |",
    );
  });

  it("may be quoted, hold delimiters, line ends and bars, and formulas are text", async () => {
    const text = await textOf('name;note\n"Ida; Uwe";"say ""ahoy""\nloudly"\nBo;=A1|B2\n', "a.csv");
    expect(text).toBe(
      '| name | note |\n|---|---|\n| Ida; Uwe | say "ahoy" loudly |\n| Bo | =A1\\|B2 |',
    );
  });

  it("too wide for a table are pairs of name and value", async () => {
    const names = Array.from({ length: 40 }, (_value, index) => `measured value ${index}`);
    const rows = [names, names.map((_name, index) => String(index)), names.map(() => "7")];
    const { text, places } = await read(rows.map((row) => row.join(",")).join("\n"), "a.csv");
    expect(text).toMatch(/^measured value 0: 0; measured value 1: 1;/);
    expect(places?.map(({ row }) => row)).toEqual([2, 3]);
  });
});

describe("JSON", () => {
  it("has headings of its keys, and each item of a list stays whole", async () => {
    const value = {
      harbour: "North",
      faults: [
        { code: 31, text: "Lamp out", fix: { part: "L-2", minutes: 5 } },
        { code: 32, text: "Door open", tags: ["door", "alarm"] },
      ],
    };
    expect(await textOf(JSON.stringify(value), "a.json")).toBe(
      "harbour: North\n\n# faults\n\n- code: 31; text: Lamp out; fix.part: L-2; fix.minutes: 5\n- code: 32; text: Door open; tags: door, alarm",
    );
  });

  it("of a line each is items with their lines", async () => {
    const { text, places } = await read('{"buoy": 1}\n\n{"buoy": 2, "lit": true}\n', "a.jsonl");
    expect(text).toBe("- buoy: 1\n- buoy: 2; lit: true");
    expect(places?.map(({ row }) => row)).toEqual([1, 3]);
  });

  it("is known without a name, and refused with the place where it is broken", async () => {
    expect(await textOf('{"a": {"b": 1}}', "")).toBe("# a\n\nb: 1");
    await expect(read('{"a": 1', "a.json")).rejects.toMatchObject({
      code: "invalid_request",
      message: expect.stringContaining("is not valid JSON"),
    });
    await expect(read('{"a": 1}\n{"a"', "a.jsonl")).rejects.toMatchObject({
      message: expect.stringContaining("line 2"),
    });
  });
});

describe("other texts", () => {
  it("source code is code, whatever its comments look like, and its name is its title", async () => {
    const { title, text } = await read("# not a heading\nx = 1\n", "tide.py");
    expect([title, text]).toEqual(["tide.py", "```py\n# not a heading\nx = 1\n```"]);
  });

  it("front matter is no passage, and a line across the page begins none", async () => {
    const passages = (text: string) => splitDocument({ id: "d", title: "T", text });
    expect(
      passages("---\ntags: [a]\nnote: |\n  two\n\n  lines\n---\nText.").map(({ text }) => text),
    ).toEqual(["Text."]);
    expect(
      passages("---\nJust prose, no key.\n---\nText.")
        .map(({ text }) => text)
        .join(" "),
    ).toContain("Just prose");
  });

  it("a page is its main content", async () => {
    const page = `<html><head><title>Moorings</title></head><body>
      <div role="dialog"><p>We use cookies.</p></div><header>Site name</header>
      <main><h1>Moorings</h1><p>Ask the <b>harbour master</b>.</p><p hidden>later</p></main>
      <aside>Other pages</aside><footer>Imprint</footer></body></html>`;
    expect(await textOf(page, "a.html")).toBe("# Moorings\n\nAsk the harbour master.");
  });

  it("a page that marks nothing is the article in it, if it reads like one", async () => {
    const prose =
      "The pilot boat leaves the harbour before each ship, whatever the weather is like. ".repeat(
        4,
      );
    const links = Array.from(
      { length: 30 },
      (_value, index) => `<li><a href="/${index}">Other page ${index}</a></li>`,
    );
    const page = `<html><head><title>Pilots</title></head><body><div class="menu"><ul>${links.join("")}</ul></div>
      <div class="content"><h2>At sea</h2><p>${prose}</p><p>${prose}</p><p>${prose}</p>
      <table><tr><th>Boat</th><th>Speed</th></tr><tr><td>Gannet</td><td>24 knots</td></tr></table></div></body></html>`;
    const text = await textOf(page, "a.html");
    expect(text).toContain("The pilot boat leaves");
    expect(text).toContain("| Boat | Speed |\n|---|---|\n| Gannet | 24 knots |");
    expect(text).not.toContain("Other page");
  });

  it("a page that hides its body until its script has run is read", async () => {
    expect(await textOf('<html><body style="display:none" hidden><p>Text.', "a.html")).toBe(
      "Text.",
    );
  });

  it("a page without a main part is all but what stands beside its content", async () => {
    const page =
      "<html><body><nav>Home</nav><div aria-hidden=true>x</div><p>Text.</p><footer>Imprint</footer>";
    expect(await textOf(page, "a.html")).toBe("Text.");
    expect(await textOf("<html><body><main></main><p>Text.</p>", "a.html")).toBe("Text.");
  });
});

describe("a message", () => {
  const message = (parts: readonly string[]) =>
    [
      "From: Ida <ida@harbour.example>",
      "To: crew@harbour.example",
      "Subject: =?utf-8?q?Gr=C3=BC=C3=9Fe?=",
      "MIME-Version: 1.0",
      'Content-Type: multipart/mixed; boundary="b"',
      "",
      ...parts.flatMap((part) => ["--b", part]),
      "--b--",
      "",
    ].join("\r\n");
  const attached = (name: string, content: string | Uint8Array) =>
    `Content-Type: application/octet-stream\r\nContent-Transfer-Encoding: base64\r\nContent-Disposition: attachment; filename="${name}"\r\n\r\n${Buffer.from(content).toString("base64")}`;

  it("is its subject, its text and the attachments that can be read", async () => {
    const { title, text, skipped } = await read(
      message([
        "Content-Type: text/plain; charset=utf-8\r\n\r\nSee the list.",
        attached("crew.csv", "name;watch\nIda;day\n"),
        attached("photo.jpg", Uint8Array.from([0xff, 0xd8, 0xff, 0xe0, 1, 2])),
      ]),
      "mail.eml",
    );
    expect(title).toBe("Grüße");
    expect(text).toBe(
      "From: Ida <ida@harbour.example>\nTo: crew@harbour.example\nSubject: Grüße\n\nSee the list.\n\n# crew.csv\n\n| name | watch |\n|---|---|\n| Ida | day |",
    );
    expect(skipped).toEqual([{ file: "photo.jpg", reason: expect.stringContaining("JPEG") }]);
  });

  it("without a text is its HTML", async () => {
    const { text } = await read(
      message(["Content-Type: text/html\r\n\r\n<p>Come at <b>nine</b>.</p>"]),
      "mail.txt",
    );
    expect(text).toContain("Come at nine.");
  });
});

describe("an archive", () => {
  it("is its documents, each below its name, and what cannot be read is named", async () => {
    const docx = makeDocx(
      wordParagraph("Tides", { style: "Heading1" }) + wordParagraph("Low at six."),
    );
    const { text, places, skipped } = await read(
      makeZip({
        "b/tides.docx": docx,
        "a.md": "# Winds\n\nFrom the west.",
        "c.png": Uint8Array.from([0x89, 0x50, 0x4e, 0x47, 13, 10, 26, 10]),
        "__MACOSX/a.md": "no",
      }),
      "harbour.zip",
    );
    expect(text).toBe(
      "# a.md\n\n# Winds\n\nFrom the west.\n\n# b/tides.docx\n\n# Tides\n\nLow at six.",
    );
    expect(skipped?.map(({ file }) => file)).toEqual(["c.png"]);
    const passages = splitDocument({ id: "d", title: "harbour", text, places });
    expect(passages.map(({ headings, text: passage }) => [headings, passage])).toEqual([
      [["a.md", "Winds"], "From the west."],
      [["b/tides.docx", "Tides"], "Low at six."],
    ]);
  });

  it("of an old Windows program has slashes in its paths", async () => {
    const zip = Buffer.from(makeZip({ "piers/north.md": "Text." })).toString("latin1");
    const windows = Buffer.from(zip.replaceAll("piers/", "piers\\"), "latin1");
    expect(await textOf(new Uint8Array(windows), "a.zip")).toBe("# piers/north.md\n\nText.");
  });

  it("is known by its content, whatever its name", async () => {
    expect(await textOf(makeZip({ "a.txt": "Text." }), "a.docx")).toBe("# a.txt\n\nText.");
  });
});
