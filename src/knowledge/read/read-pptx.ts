import { markdownTable } from "./markdown-table.ts";
import type { Archive } from "./open-archive.ts";
import { damaged, tooLarge } from "./refusals.ts";
import { createTextWriter, type TextWriter } from "./text-writer.ts";
import type { FileText, ReadContext } from "./types.ts";
import { attribute, elementsOf, parseXml, resolvePath, textOf, type XmlElement } from "./xml.ts";

const PRESENTATION = "ppt/presentation.xml";
/** Placeholders that repeat on each slide. */
const REPEATED = new Set(["sldNum", "dt", "ftr", "hdr", "sldImg"]);
const TITLES = new Set(["title", "ctrTitle"]);

/** Reads a presentation slide by slide: title, points, tables, and the speaker's notes. */
export async function readPptx(archive: Archive, { limits }: ReadContext): Promise<FileText> {
  const slides = await slidePaths(archive);
  if (slides.length > limits.pages) throw tooLarge(`has more than ${limits.pages} slides`);
  const writer = createTextWriter();
  let title = "";
  for (const [index, path] of slides.entries()) {
    const xml = await archive.readText(path);
    if (xml === undefined) throw damaged(`is not a complete PPTX: ${path} is missing`);
    writer.setPlace({ page: index + 1 });
    const heading = writeSlide(xml, index + 1, writer);
    title ||= heading;
    await writeNotes(path, archive, writer);
  }
  return { title, ...writer.end() };
}

async function slidePaths(archive: Archive): Promise<string[]> {
  const xml = await archive.readText(PRESENTATION);
  if (xml === undefined) throw damaged(`is not a complete PPTX: ${PRESENTATION} is missing`);
  const targets = await relations(archive, PRESENTATION);
  return elementsOf(parseXml(xml), "p:sldId").flatMap((slide) => {
    const target = targets.get(attribute(slide, "r:id"))?.target;
    return target === undefined ? [] : [target];
  });
}

/** Targets of a part's relationships, by id. */
async function relations(archive: Archive, path: string) {
  const name = path.replace(/([^/]+)$/, "_rels/$1.rels");
  const xml = (await archive.readText(name)) ?? "";
  return new Map(
    elementsOf(parseXml(xml), "Relationship").map((each) => [
      attribute(each, "Id"),
      { type: attribute(each, "Type"), target: resolvePath(path, attribute(each, "Target")) },
    ]),
  );
}

function writeSlide(xml: string, number: number, writer: TextWriter): string {
  const document = parseXml(xml);
  const shapes = elementsOf(document, "p:sp");
  const title = shapes.find((shape) => TITLES.has(placeholder(shape)));
  const heading = title === undefined ? "" : textOfParagraphs(title).join(" ");
  writer.addBlock(`# ${heading === "" ? `Slide ${number}` : heading}`);
  for (const shape of shapes) {
    if (shape !== title && !REPEATED.has(placeholder(shape))) writeShape(shape, writer);
  }
  for (const table of elementsOf(document, "a:tbl")) {
    const rows = elementsOf(table, "a:tr").map((row) =>
      elementsOf(row, "a:tc").map((cell) => textOfParagraphs(cell).join(" ")),
    );
    if (rows.length > 0) writer.addBlock(markdownTable(rows));
  }
  return heading;
}

/** Writes several paragraphs as a list, nested by level. */
function writeShape(shape: XmlElement, writer: TextWriter): void {
  const paragraphs = elementsOf(shape, "a:p").filter((each) => textOf(each).trim() !== "");
  const isList = paragraphs.length > 1;
  const lines = paragraphs.map((paragraph) => {
    const [properties] = elementsOf(paragraph, "a:pPr");
    const level = Number(properties === undefined ? 0 : attribute(properties, "lvl")) || 0;
    return `${isList ? `${"  ".repeat(Math.min(level, 8))}- ` : ""}${paragraphText(paragraph)}`;
  });
  writer.addBlock(lines.join("\n"));
}

async function writeNotes(path: string, archive: Archive, writer: TextWriter): Promise<void> {
  for (const { type, target } of (await relations(archive, path)).values()) {
    if (!type.endsWith("/notesSlide")) continue;
    const xml = (await archive.readText(target)) ?? "";
    const lines = elementsOf(parseXml(xml), "p:sp")
      .filter((shape) => !REPEATED.has(placeholder(shape)))
      .flatMap(textOfParagraphs);
    if (lines.length > 0) writer.addBlock(`Notes: ${lines.join("\n")}`);
  }
}

function placeholder(shape: XmlElement): string {
  const [found] = elementsOf(shape, "p:ph");
  return found === undefined ? "" : attribute(found, "type");
}

function textOfParagraphs(element: XmlElement): string[] {
  return elementsOf(element, "a:p")
    .map(paragraphText)
    .filter((text) => text !== "");
}

/** Joins text runs; a line break within a paragraph becomes a space. */
function paragraphText(paragraph: XmlElement): string {
  const parts = paragraph.children.map((child) =>
    "name" in child && child.name === "a:br" ? " " : textOf(child),
  );
  return parts.join("").replace(/\s+/g, " ").trim();
}
