import { strToU8, zipSync } from "fflate";

type Members = Readonly<Record<string, string | Uint8Array>>;

/** A ZIP archive with these members. */
export function makeZip(members: Members): Uint8Array<ArrayBuffer> {
  const entries = Object.entries(members).map(([name, content]): [string, Uint8Array] => [
    name,
    typeof content === "string" ? strToU8(content) : content,
  ]);
  return new Uint8Array(zipSync(Object.fromEntries(entries)));
}

const XML = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>';
const WORD = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"';
const RELATIONS = "http://schemas.openxmlformats.org/package/2006/relationships";
const OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships";

/** A Word file. @param body the XML in `w:body` */
export function makeDocx(
  body: string,
  { footnotes = "", more = {} }: { footnotes?: string; more?: Members } = {},
): Uint8Array<ArrayBuffer> {
  return makeZip({
    "[Content_Types].xml": `${XML}<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"><Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/><Default Extension="xml" ContentType="application/xml"/><Override PartName="/word/document.xml" ContentType="application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"/></Types>`,
    "_rels/.rels": `${XML}<Relationships xmlns="${RELATIONS}"><Relationship Id="r1" Type="${OFFICE}/officeDocument" Target="word/document.xml"/></Relationships>`,
    "word/_rels/document.xml.rels": `${XML}<Relationships xmlns="${RELATIONS}"><Relationship Id="r1" Type="${OFFICE}/styles" Target="styles.xml"/><Relationship Id="r2" Type="${OFFICE}/footnotes" Target="footnotes.xml"/><Relationship Id="r3" Type="${OFFICE}/numbering" Target="numbering.xml"/></Relationships>`,
    "word/styles.xml": `${XML}<w:styles ${WORD}>${["Heading1:heading 1", "Heading2:heading 2", "Title:Title", "ListBullet2:List Bullet 2"].map(style).join("")}</w:styles>`,
    "word/numbering.xml": `${XML}<w:numbering ${WORD}><w:abstractNum w:abstractNumId="0">${[0, 1, 2].map((level) => `<w:lvl w:ilvl="${level}"><w:numFmt w:val="bullet"/></w:lvl>`).join("")}</w:abstractNum><w:num w:numId="1"><w:abstractNumId w:val="0"/></w:num></w:numbering>`,
    "word/footnotes.xml": `${XML}<w:footnotes ${WORD}>${footnotes}</w:footnotes>`,
    "word/document.xml": `${XML}<w:document ${WORD}><w:body>${body}</w:body></w:document>`,
    ...more,
  });
}

function style(each: string): string {
  const [id = "", name = ""] = each.split(":");
  return `<w:style w:type="paragraph" w:styleId="${id}"><w:name w:val="${name}"/></w:style>`;
}

/** A paragraph of a Word file. @param options `level` of a bullet, from 0 */
export function wordParagraph(
  text: string,
  { style: name, level }: { style?: string; level?: number } = {},
): string {
  const list = `<w:numPr><w:ilvl w:val="${level ?? 0}"/><w:numId w:val="1"/></w:numPr>`;
  const properties = `${name === undefined ? "" : `<w:pStyle w:val="${name}"/>`}${level === undefined ? "" : list}`;
  const run = text.startsWith("<") ? text : `<w:r><w:t xml:space="preserve">${text}</w:t></w:r>`;
  return `<w:p><w:pPr>${properties}</w:pPr>${run}</w:p>`;
}

const SLIDE =
  'xmlns:p="http://schemas.openxmlformats.org/presentationml/2006/main" xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main" xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships"';

/** A presentation. Each slide has the XML of its `p:spTree`, and speaker notes. */
export function makePptx(
  slides: readonly { readonly shapes: string; readonly notes?: string }[],
): Uint8Array<ArrayBuffer> {
  const members: Record<string, string> = {
    "[Content_Types].xml": `${XML}<Types/>`,
    "ppt/presentation.xml": `${XML}<p:presentation ${SLIDE}><p:sldIdLst>${slides.map((_slide, index) => `<p:sldId id="${256 + index}" r:id="r${index}"/>`).join("")}</p:sldIdLst></p:presentation>`,
    "ppt/_rels/presentation.xml.rels": `${XML}<Relationships xmlns="${RELATIONS}">${slides.map((_slide, index) => `<Relationship Id="r${index}" Type="${OFFICE}/slide" Target="slides/slide${9 - index}.xml"/>`).join("")}</Relationships>`,
  };
  for (const [index, { shapes, notes }] of slides.entries()) {
    const name = `slide${9 - index}.xml`;
    members[`ppt/slides/${name}`] =
      `${XML}<p:sld ${SLIDE}><p:cSld><p:spTree>${shapes}</p:spTree></p:cSld></p:sld>`;
    if (notes === undefined) continue;
    members[`ppt/slides/_rels/${name}.rels`] =
      `${XML}<Relationships xmlns="${RELATIONS}"><Relationship Id="n" Type="${OFFICE}/notesSlide" Target="../notesSlides/notes${index}.xml"/></Relationships>`;
    members[`ppt/notesSlides/notes${index}.xml`] =
      `${XML}<p:notes ${SLIDE}>${slideShape(["7"], { placeholder: "sldNum" })}${slideShape([notes], { placeholder: "body" })}</p:notes>`;
  }
  return makeZip(members);
}

/** A shape of a slide. @param paragraphs a leading tab is a level of a list */
export function slideShape(
  paragraphs: readonly string[],
  { placeholder }: { placeholder?: string } = {},
): string {
  const kind = placeholder === undefined ? "" : `<p:ph type="${placeholder}"/>`;
  const lines = paragraphs.map((text) => {
    const level = /^\t*/.exec(text)?.[0].length ?? 0;
    return `<a:p><a:pPr lvl="${level}"/><a:r><a:t>${text.trim()}</a:t></a:r></a:p>`;
  });
  return `<p:sp><p:nvSpPr><p:nvPr>${kind}</p:nvPr></p:nvSpPr><p:txBody>${lines.join("")}</p:txBody></p:sp>`;
}

/** A table of a slide. */
export function slideTable(rows: readonly (readonly string[])[]): string {
  const cells = (row: readonly string[]) =>
    row.map((text) => `<a:tc><a:txBody><a:p><a:r><a:t>${text}</a:t></a:r></a:p></a:txBody></a:tc>`);
  return `<p:graphicFrame><a:graphic><a:graphicData><a:tbl>${rows.map((row) => `<a:tr>${cells(row).join("")}</a:tr>`).join("")}</a:tbl></a:graphicData></a:graphic></p:graphicFrame>`;
}

/** An e-book of chapters in XHTML. */
export function makeEpub(title: string, chapters: readonly string[]): Uint8Array<ArrayBuffer> {
  return makeZip({
    mimetype: "application/epub+zip",
    "META-INF/container.xml": `${XML}<container><rootfiles><rootfile full-path="OPS/book.opf"/></rootfiles></container>`,
    "OPS/book.opf": `${XML}<package xmlns:dc="http://purl.org/dc/elements/1.1/"><metadata><dc:title>${title}</dc:title></metadata><manifest>${chapters.map((_chapter, index) => `<item id="c${index}" href="text/part%20${index}.xhtml"/>`).join("")}</manifest><spine>${chapters.map((_chapter, index) => `<itemref idref="c${chapters.length - 1 - index}"/>`).join("")}</spine></package>`,
    ...Object.fromEntries(
      chapters.map((chapter, index) => [
        `OPS/text/part ${index}.xhtml`,
        `${XML}<html xmlns="http://www.w3.org/1999/xhtml"><head><title>${title}</title></head><body>${chapter}</body></html>`,
      ]),
    ),
  });
}
