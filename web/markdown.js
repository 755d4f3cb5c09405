import { element, fragment } from "./dom.js";
import { renderInline } from "./markdown-inline.js";
import { isItem, readList } from "./markdown-list.js";
import { isTable, readTable } from "./markdown-table.js";

const FENCE = /^(\s*)(`{3,}|~{3,})/;
const HEADING = /^#{1,6}\s+(.*?)\s*#*$/;
const READERS = [readCode, readHeading, readTable, readList, readParagraph];

/**
 * Builds nodes from an answer's Markdown: paragraphs, headings, lists, tables, emphasis, code and web
 * links. Everything else, HTML above all, stays text. `citation(numbers, written)` makes the node of
 * `[n, m]`.
 */
export function renderMarkdown(text, citation) {
  const lines = text.split(/\r?\n/);
  const inline = (words) => renderInline(words, citation);
  const nodes = fragment();
  let at = 0;
  while (at < lines.length) {
    if (lines[at].trim() === "") {
      at += 1;
      continue;
    }
    const { node, next } = readBlock(lines, at, inline);
    nodes.append(node);
    at = next;
  }
  return nodes;
}

/** A reader gives its node and the line after it, or undefined where its block does not begin. */
function readBlock(lines, start, inline) {
  for (const read of READERS) {
    const block = read(lines, start, inline);
    if (block !== undefined) return block;
  }
  return undefined;
}

function readCode(lines, start) {
  const [, indent, fence] = FENCE.exec(lines[start]) ?? [];
  if (fence === undefined) return undefined;
  let end = start + 1;
  while (end < lines.length && !lines[end].trim().startsWith(fence)) end += 1;
  const text = lines
    .slice(start + 1, end)
    .map((line) => (line.startsWith(indent) ? line.slice(indent.length) : line))
    .join("\n");
  const node = element("pre", { tabindex: "0", dir: "ltr" }, element("code", {}, text));
  return { node, next: end + 1 };
}

function readHeading(lines, start, inline) {
  const title = HEADING.exec(lines[start])?.[1];
  if (title === undefined) return undefined;
  return { node: element("h3", {}, inline(title)), next: start + 1 };
}

function readParagraph(lines, start, inline) {
  const paragraph = element("p");
  let at = start;
  do {
    if (at > start) paragraph.append(lines[at - 1].endsWith("  ") ? element("br") : " ");
    paragraph.append(inline(lines[at].trim()));
    at += 1;
  } while (at < lines.length && lines[at].trim() !== "" && !startsBlock(lines, at));
  return { node: paragraph, next: at };
}

function startsBlock(lines, at) {
  const line = lines[at];
  return FENCE.test(line) || HEADING.test(line) || isItem(line) || isTable(lines, at);
}
