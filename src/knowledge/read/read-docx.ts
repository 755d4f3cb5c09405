import { zipStored } from "./zip-stored.ts";
import type { Archive } from "./open-archive.ts";
import { readHtml } from "../read-html.ts";
import { withTableHeaders } from "./markdown-table.ts";
import type { FileText } from "./types.ts";
import { elementsOf, parseXml, textOf } from "./xml.ts";

/** Members with text or its styles. */
const PARTS =
  /^(?:\[Content_Types\]\.xml|_rels\/|docProps\/|word\/).*\.(?:xml|rels)$|^\[Content_Types\]\.xml$/;
/** Word's styles for nested lists do not declare their level. */
const STYLES = [
  "p[style-name='Title'] => h1:fresh",
  "p[style-name='Subtitle'] => p:fresh",
  ...["Bullet", "Number"].flatMap((kind) =>
    [2, 3, 4, 5].map((level) => {
      const above = "ul|ol > li > ".repeat(level - 1);
      return `p[style-name='List ${kind} ${level}'] => ${above}${kind === "Bullet" ? "ul" : "ol"} > li:fresh`;
    }),
  ),
];

/**
 * Reads a Word file: headings, lists and tables, with each footnote after its paragraph. Tracked insertions are
 * included, deletions are not.
 */
export async function readDocx(archive: Archive): Promise<FileText> {
  const parts: Record<string, Uint8Array> = {};
  for (const name of archive.names.filter((each) => PARTS.test(each))) {
    const content = await archive.read(name);
    if (content !== undefined) parts[name] = content;
  }
  for (const content of Object.values(parts)) parseXml(new TextDecoder().decode(content));
  const { default: mammoth } = await import("mammoth");
  const { value } = await mammoth.convertToHtml(
    { buffer: zipStored(parts) },
    {
      styleMap: STYLES,
      externalFileAccess: false,
      convertImage: mammoth.images.imgElement(async () => ({ src: "" })),
    },
  );
  const { text } = readHtml(`<body>${withInlineNotes(value)}</body>`);
  return { title: titleOf(parts["docProps/core.xml"]), text: withTableHeaders(text), places: [] };
}

function titleOf(core: Uint8Array | undefined): string {
  if (core === undefined) return "";
  const [title] = elementsOf(parseXml(new TextDecoder().decode(core)), "dc:title");
  return title === undefined ? "" : textOf(title).trim();
}

const NOTE = /<li id="((?:foot|end)note-\d+)">([\s\S]*?)<\/li>/g;
const REFERENCE = /<sup><a href="#((?:foot|end)note-\d+)"[^>]*>\[(\d+)\]<\/a><\/sup>/;
const REFERENCE_OR_END = new RegExp(`${REFERENCE.source}|</(?:p|li|td|th|h[1-6])>`, "g");

/** Moves each note from the end of the page to the end of the paragraph that refers to it. */
function withInlineNotes(html: string): string {
  const notes = new Map<string, string>();
  const body = html.replace(NOTE, (_whole, id: string, content: string) => {
    notes.set(
      id,
      content
        .replace(/<a href="#[^"]*">↑<\/a>/g, "")
        .replace(/<\/?p>/g, " ")
        .trim(),
    );
    return "";
  });
  let waiting: string[] = [];
  return body.replace(REFERENCE_OR_END, (found, id?: string, number?: string) => {
    if (id !== undefined) {
      waiting.push(` (Note ${number ?? ""}: ${notes.get(id) ?? ""})`);
      return "";
    }
    const behind = waiting.join("");
    waiting = [];
    return `${behind}${found}`;
  });
}
