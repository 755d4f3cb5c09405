import { deflateSync } from "node:zlib";
import { zipSync } from "fflate";
import * as xlsx from "@e965/xlsx";
import { makeDocx, makeEpub, makePptx, makeZip, slideShape, wordParagraph } from "./make-office.ts";
import { makePdf } from "./make-pdf.ts";

import { hostileTexts } from "./hostile-texts.ts";

/** A malformed or malicious file. */
export interface HostileFile {
  readonly name: string;
  readonly bytes: Uint8Array<ArrayBuffer>;
  /** Pattern of the expected error. Without it, the file may also be read, within the time limit. */
  readonly refused?: RegExp;
}

const text = (content: string) => new Uint8Array(Buffer.from(content, "utf8"));
const latin1 = (content: string) => new Uint8Array(Buffer.from(content, "latin1"));

/** Well-formed files of the types that a library parses. */
function sound(): HostileFile[] {
  const book = xlsx.utils.book_new();
  xlsx.utils.book_append_sheet(
    book,
    xlsx.utils.aoa_to_sheet([
      ["a", "b"],
      ["c", 1],
    ]),
    "S",
  );
  const lines = Array.from({ length: 30 }, (_value, index) => ({
    text: `Line ${index} of it.`,
    y: 800 - 14 * index,
  }));
  const mail =
    'From: a@b.example\r\nTo: c@d.example\r\nSubject: s\r\nMIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary="b"\r\n\r\n--b\r\nContent-Type: text/plain\r\n\r\nHello there.\r\n--b\r\nContent-Type: text/csv\r\nContent-Disposition: attachment; filename="a.csv"\r\n\r\na,b\r\n1,2\r\n--b--\r\n';
  return [
    { name: "a.pdf", bytes: new Uint8Array(makePdf([lines, lines])) },
    { name: "a.docx", bytes: makeDocx(wordParagraph("One") + wordParagraph("Two", { level: 0 })) },
    { name: "a.pptx", bytes: makePptx([{ shapes: slideShape(["One", "Two"]), notes: "Three" }]) },
    {
      name: "a.xlsx",
      bytes: new Uint8Array(xlsx.write(book, { type: "array", bookType: "xlsx" })),
    },
    { name: "a.epub", bytes: makeEpub("T", ["<p>One</p>", "<p>Two</p>"]) },
    { name: "a.zip", bytes: makeZip({ "a.md": "# A\n\nText.", "b.csv": "a,b\n1,2" }) },
    { name: "a.eml", bytes: text(mail) },
    { name: "a.json", bytes: text(JSON.stringify({ a: [{ b: 1 }, { b: [2, { c: "d" }] }] })) },
  ];
}

/** Each file truncated at many positions. */
function truncated(): HostileFile[] {
  return sound().flatMap(({ name, bytes }) =>
    Array.from({ length: 12 }, (_value, index) => {
      const length = 1 + Math.floor((bytes.length * index) / 12);
      return { name: `cut at ${length}: ${name}`, bytes: bytes.slice(0, length) };
    }),
  );
}

/** Each file with some bytes replaced, deterministically. */
function damaged(): HostileFile[] {
  let seed = 17;
  const next = (below: number) => {
    seed = (Math.imul(seed, 1_103_515_245) + 12_345) & 0x7f_ff_ff_ff;
    return seed % below;
  };
  return sound().flatMap(({ name, bytes }) =>
    Array.from({ length: 16 }, (_value, index) => {
      const changed = bytes.slice();
      for (let count = 0; count <= index * 2; count += 1) {
        changed[4 + next(bytes.length - 4)] = next(256);
      }
      return { name: `damaged ${index}: ${name}`, bytes: changed };
    }),
  );
}

/** A ZIP with every occurrence of `from` replaced. */
function patched(bytes: Uint8Array<ArrayBuffer>, from: string, to: string) {
  return latin1(Buffer.from(bytes).toString("latin1").replaceAll(from, to));
}

const MEGABYTE = 1024 * 1024;

function bombs(): HostileFile[] {
  const zeros = new Uint8Array(30 * MEGABYTE).fill(97);
  const inner = makeZip({ "a.txt": zeros });
  const nested = (levels: number): Uint8Array<ArrayBuffer> =>
    levels === 0 ? makeZip({ "a.txt": "Text." }) : makeZip({ "in.zip": nested(levels - 1) });
  const many = Object.fromEntries(
    Array.from({ length: 16 }, (_value, index) => [`${index}.zip`, inner]),
  );
  const size = Buffer.alloc(4);
  size.writeUInt32LE(zeros.length);
  const lies = patched(inner, size.toString("latin1"), "\u0010\u0000\u0000\u0000");
  return [
    { name: "unpacks to 30 MB.zip", bytes: inner, refused: /when unpacked|20 MB/ },
    {
      name: "holds sixteen of them.zip",
      bytes: makeZip(many),
      refused: /when unpacked|20 MB/,
    },
    {
      name: "lies about its size.zip",
      bytes: lies,
      refused: /not a readable ZIP|cannot|without a document/,
    },
    { name: "is nested.zip", bytes: nested(8), refused: /deeper than 3 levels/ },
    {
      name: "document that unpacks to 30 MB.docx",
      bytes: makeDocx("", { more: { "word/media.xml": zeros } }),
      refused: /when unpacked/,
    },
    {
      name: "many members.zip",
      bytes: makeZip(
        Object.fromEntries(Array.from({ length: 2_500 }, (_v, index) => [`${index}.txt`, "a"])),
      ),
      refused: /more than 2000 members/,
    },
    {
      name: "many documents.zip",
      bytes: makeZip(
        Object.fromEntries(Array.from({ length: 600 }, (_v, index) => [`${index}.txt`, "a"])),
      ),
      refused: /more than 500 documents/,
    },
    { name: "empty.zip", bytes: makeZip({}), refused: /without a document/ },
    {
      name: "pictures alone.zip",
      bytes: makeZip({ "a.png": latin1("\u0089PNG\r\n") }),
      refused: /without a document/,
    },
    {
      name: "stream of 300 MB.pdf",
      bytes: pdfOf(deflateSync(Buffer.alloc(300 * MEGABYTE, " "), { level: 9 })),
      refused: /when unpacked/,
    },
  ];
}

/** A PDF with one page, whose content is this compressed stream. */
function pdfOf(stream: Uint8Array): Uint8Array<ArrayBuffer> {
  const head = `%PDF-1.7\n1 0 obj\n<</Type/Catalog/Pages 2 0 R>>\nendobj\n2 0 obj\n<</Type/Pages/Count 1/Kids[3 0 R]>>\nendobj\n3 0 obj\n<</Type/Page/Parent 2 0 R/MediaBox[0 0 99 99]/Contents 4 0 R>>\nendobj\n4 0 obj\n<</Length ${stream.length}/Filter/FlateDecode>>\nstream\n`;
  const tail = "\nendstream\nendobj\ntrailer\n<</Root 1 0 R/Size 5>>\nstartxref\n0\n%%EOF\n";
  return new Uint8Array(Buffer.concat([Buffer.from(head), stream, Buffer.from(tail)]));
}

function tricks(): HostileFile[] {
  const paths = ["../out.txt", "/etc/out.txt", "a/../../out.txt", "C:\\out.txt", "..\\out.txt"];
  const plain = makeZip({ "a.txt": "Text." });
  return [
    ...paths.map((path) => ({
      name: `a member named ${path}.zip`,
      bytes: new Uint8Array(zipSync({ [path]: text("Text.") })),
      refused: /not a readable ZIP archive/,
    })),
    {
      name: "a member twice.zip",
      bytes: patched(makeZip({ "a.txt": "One.", "b.txt": "Two." }), "b.txt", "a.txt"),
      refused: /two members named a.txt/,
    },
    {
      name: "encrypted.zip",
      bytes: patched(
        patched(plain, "PK\u0003\u0004\u0014\u0000\u0000", "PK\u0003\u0004\u0014\u0000\u0001"),
        "PK\u0001\u0002\u0014\u0000\u0014\u0000\u0000",
        "PK\u0001\u0002\u0014\u0000\u0014\u0000\u0001",
      ),
      refused: /encrypted ZIP/,
    },
    {
      name: "an encrypted office file.docx",
      bytes: compound("EncryptedPackage"),
      refused: /remove its password/,
    },
    { name: "an old office file.doc", bytes: compound("WordDocument"), refused: /before 2007/ },
  ];
}

function compound(stream: string): Uint8Array<ArrayBuffer> {
  const mark = Buffer.from("d0cf11e0a1b11ae1", "hex");
  return new Uint8Array(Buffer.concat([mark, Buffer.alloc(504), Buffer.from(stream, "utf16le")]));
}

const ENTITIES = `<!DOCTYPE x [<!ENTITY a "ha">${"bcdefghijk"
  .split("")
  .map((name, index) => `<!ENTITY ${name} "${`&${"abcdefghijk".charAt(index)};`.repeat(10)}">`)
  .join("")}<!ENTITY f SYSTEM "file:///etc/passwd">]>`;

/** XML that is malformed, deeply nested, or expands when read. */
function markup(): HostileFile[] {
  const part = (content: string) => makeDocx("", { more: { "word/document.xml": content } });
  const deep = (name: string, count: number) =>
    `${`<${name}>`.repeat(count)}deep${`</${name}>`.repeat(count)}`;
  return [
    {
      name: "entities.docx",
      bytes: part(
        `${ENTITIES}<w:document xmlns:w="w"><w:body><w:p><w:r><w:t>&k;&f;</w:t></w:r></w:p></w:body></w:document>`,
      ),
    },
    { name: "entities.epub", bytes: makeEpub("T", [`${ENTITIES}<p>&k;&f;</p>`]) },
    { name: "entities.html", bytes: text(`${ENTITIES}<html><p>&k;&f;</p>`) },
    {
      name: "deep.docx",
      bytes: part(`<w:document>${deep("w:p", 20_000)}</w:document>`),
      refused: /nested deeper/,
    },
    {
      name: "deep.pptx",
      bytes: makePptx([{ shapes: deep("p:sp", 20_000) }]),
      refused: /nested deeper/,
    },
    { name: "never closed.docx", bytes: part("<w:document><w:body><w:p><w:r><w:t>a") },
    {
      name: "no XML.docx",
      bytes: part("\u0000\u0001not xml at all"),
      refused: /not readable as DOCX/,
    },
    {
      name: "no slides.pptx",
      bytes: makeZip({ "ppt/presentation.xml": "<p:presentation/>" }),
      refused: /have text/,
    },
    {
      name: "a slide is missing.pptx",
      bytes: makeZip({
        "ppt/presentation.xml": '<p:sldId r:id="a"/>',
        "ppt/_rels/presentation.xml.rels": '<Relationship Id="a" Target="../../../../etc/passwd"/>',
      }),
      refused: /not a complete PPTX/,
    },
    {
      name: "no sheets.xlsx",
      bytes: makeZip({ "xl/workbook.xml": "<workbook/>", "[Content_Types].xml": "<Types/>" }),
    },
    {
      name: "no package.epub",
      bytes: makeZip({ "META-INF/container.xml": "<container/>" }),
      refused: /names no package/,
    },
    { name: "deep.html", bytes: text(`<html>${deep("div", 100_000)}`) },
    { name: "open comments.html", bytes: text(`<html>${"<!--".repeat(200_000)}`) },
    { name: "open tags.html", bytes: text(`<html>${"<a ".repeat(200_000)}`) },
    { name: "many mains.html", bytes: text(`<html>${"<main>".repeat(100_000)}a`) },
    {
      name: "one tag of many attributes.html",
      bytes: text(`<html><p ${"a=b ".repeat(200_000)}>text`),
    },
  ];
}

/** PDFs with circular references, wrong sizes or invalid pages. */
function pdfs(): HostileFile[] {
  const sane = Buffer.from(makePdf([[{ text: "Text.", y: 700 }]])).toString("latin1");
  const changed = (name: string, from: string | RegExp, to: string) => ({
    name,
    bytes: latin1(sane.replace(from, to)),
  });
  return [
    changed("pages in a circle.pdf", /\/Kids \[.*?\]/, "/Kids [2 0 R]"),
    changed(
      "a page is its parent.pdf",
      "/Type /Page /Parent 2 0 R",
      "/Type /Pages /Parent 2 0 R /Kids [2 0 R]",
    ),
    changed("a billion pages.pdf", "/Count 1", "/Count 999999999"),
    changed("pages below zero.pdf", "/Count 1", "/Count -1"),
    changed("a long stream.pdf", /\/Length \d+/, "/Length 99999999999"),
    changed("tables in a circle.pdf", "/Root 1 0 R", "/Root 1 0 R /Prev 9"),
    changed("no root.pdf", "/Root 1 0 R", ""),
    changed(
      "a font in a circle.pdf",
      "/BaseFont /Helvetica ",
      "/BaseFont /Helvetica /ToUnicode 3 0 R ",
    ),
    changed("a page beyond measure.pdf", "[0 0 595 842]", "[0 0 1e30 1e30]"),
    changed("text beyond measure.pdf", /10 Tf 1 0 0 1 60 700/, "1e30 Tf 1e30 0 0 1e30 1e30 1e30"),
    changed("text of no size.pdf", "/F1 10 Tf", "/F1 0 Tf"),
    changed("nested arrays.pdf", "/Producer", `/X ${"[".repeat(5_000)} /Producer`),
  ];
}

/** About three hundred files, deterministic. */
export function hostileFiles(): HostileFile[] {
  return [truncated, damaged, bombs, tricks, markup, hostileTexts, pdfs].flatMap((make) => make());
}
