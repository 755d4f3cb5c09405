import { readHtml } from "../read-html.ts";
import { withTableHeaders } from "./markdown-table.ts";
import type { Archive } from "./open-archive.ts";
import { damaged } from "./refusals.ts";
import { createTextWriter } from "./text-writer.ts";
import type { FileText } from "./types.ts";
import { attribute, elementsOf, parseXml, resolvePath, textOf } from "./xml.ts";

const CONTAINER = "META-INF/container.xml";

/** Reads the chapters of an e-book in order. */
export async function readEpub(archive: Archive): Promise<FileText> {
  const path = await packagePath(archive);
  const xml = await archive.readText(path);
  if (xml === undefined) throw damaged(`is not a complete EPUB: ${path} is missing`);
  if (archive.names.includes("META-INF/encryption.xml") && (await hasRights(archive))) {
    throw damaged("is an EPUB with copy protection");
  }
  const document = parseXml(xml);
  const items = new Map(
    elementsOf(document, "item").map((item) => [attribute(item, "id"), attribute(item, "href")]),
  );
  const writer = createTextWriter();
  for (const reference of elementsOf(document, "itemref")) {
    const href = items.get(attribute(reference, "idref"));
    if (href === undefined) continue;
    const chapter = await archive.readText(resolvePath(path, decodeHref(href)));
    if (chapter === undefined) continue;
    const page = readHtml(chapter);
    const heading = /^#/m.test(page.text) || page.title === "" ? "" : `# ${page.title}\n\n`;
    writer.addBlock(withTableHeaders(`${heading}${page.text}`));
  }
  const [title] = elementsOf(document, "dc:title");
  return { title: title === undefined ? "" : textOf(title).trim(), ...writer.end() };
}

async function packagePath(archive: Archive): Promise<string> {
  const container = await archive.readText(CONTAINER);
  const [root] = elementsOf(parseXml(container ?? ""), "rootfile");
  const path = root === undefined ? "" : attribute(root, "full-path");
  if (path === "") throw damaged("is not a complete EPUB: it names no package");
  return path;
}

/** Whether the book has copy protection: only fonts may be encrypted. */
async function hasRights(archive: Archive): Promise<boolean> {
  const xml = (await archive.readText("META-INF/encryption.xml")) ?? "";
  return elementsOf(parseXml(xml), "enc:CipherReference").some((each) =>
    /\.x?html?$/i.test(attribute(each, "URI")),
  );
}

function decodeHref(href: string): string {
  const path = href.replace(/#.*$/, "");
  try {
    return decodeURIComponent(path);
  } catch {
    return path;
  }
}
