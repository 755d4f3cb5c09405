import { element } from "./dom.js";

/** Deeper nesting of lists or emphasis is left as it is written. */
const MAX_DEPTH = 6;
const FENCE = /^\s{0,3}(`{3,}|~{3,})/;
const ITEM = /^(\s*)([-*+]|(\d{1,4})[.)])\s+(.*)$/;
const HEADING = /^#{1,6}\s+(.*?)\s*#*$/;

const INLINE = new RegExp(
  [
    "(?<code>`[^`\\n]{1,2000}`)",
    "(?<cite>\\[\\d{1,3}(?:\\s*,\\s*\\d{1,3})*\\](?!\\())",
    "\\[(?<label>[^\\[\\]\\n]{1,300})\\]\\((?<address>[^()\\s]{1,2000})\\)",
    "\\*\\*(?=\\S)(?<bold>[^\\n]{1,2000}?)\\*\\*",
    "\\*(?=[^\\s*])(?<italic>[^*\\n]{1,2000})\\*",
    "(?<!\\w)_(?=[^\\s_])(?<under>[^_\\n]{1,2000})_(?!\\w)",
    "(?<bare>https?:\\/\\/[^\\s<>\"'`()\\[\\]*]{1,2000}[^\\s<>\"'`()\\[\\]*.,;:!?])",
  ].join("|"),
  "g",
);

/**
 * Builds nodes from an answer's Markdown: paragraphs, headings, lists, emphasis, code and web links.
 * Everything else, HTML above all, stays text. `citation(numbers, written)` makes the node of `[n]`.
 */
export function renderMarkdown(text, citation) {
  const lines = text.split(/\r?\n/);
  const nodes = document.createDocumentFragment();
  let at = 0;
  while (at < lines.length) {
    const block =
      readCode(lines, at) ??
      readHeading(lines, at, citation) ??
      readList(lines, at, citation, 0) ??
      readParagraph(lines, at, citation);
    if (block.node !== undefined) nodes.append(block.node);
    at = block.next;
  }
  return nodes;
}

function readCode(lines, start) {
  const fence = FENCE.exec(lines[start])?.[1];
  if (fence === undefined) return undefined;
  let end = start + 1;
  while (end < lines.length && !lines[end].trim().startsWith(fence)) end += 1;
  const code = element("code", {}, lines.slice(start + 1, end).join("\n"));
  return { node: element("pre", { tabindex: "0" }, code), next: end + 1 };
}

function readHeading(lines, start, citation) {
  const title = HEADING.exec(lines[start])?.[1];
  if (title === undefined) return undefined;
  return { node: element("h3", {}, inline(title, citation, 0)), next: start + 1 };
}

function readList(lines, start, citation, depth) {
  const first = ITEM.exec(lines[start]);
  if (first === null || depth > MAX_DEPTH) return undefined;
  const ordered = first[3] !== undefined;
  const list = ordered ? element("ol", { start: Number(first[3]) }) : element("ul");
  const indent = first[1].length;
  let at = start;
  while (at < lines.length) {
    const item = ITEM.exec(lines[at]);
    const last = list.lastElementChild;
    const isDeeper = item !== null && item[1].length > indent + 1 && last !== null;
    const inner = isDeeper ? readList(lines, at, citation, depth + 1) : undefined;
    if (inner !== undefined) {
      last.append(inner.node);
      at = inner.next;
    } else if (isDeeper || (item === null && last !== null && /^\s{2,}\S/.test(lines[at]))) {
      // An indented line goes on with its item.
      last.append(" ", inline(lines[at].trim(), citation, 0));
      at += 1;
    } else if (item === null) {
      // One empty line may stand between items.
      if (lines[at].trim() !== "" || !ITEM.test(lines[at + 1] ?? "")) break;
      at += 1;
    } else if (item[1].length < indent || (item[3] !== undefined) !== ordered) break;
    else {
      list.append(element("li", {}, inline(item[4], citation, 0)));
      at += 1;
    }
  }
  return { node: list, next: at };
}

function readParagraph(lines, start, citation) {
  if (lines[start].trim() === "") return { node: undefined, next: start + 1 };
  const paragraph = element("p");
  let at = start;
  do {
    if (at > start) paragraph.append(/ {2}$/.test(lines[at - 1]) ? element("br") : " ");
    paragraph.append(inline(lines[at].trim(), citation, 0));
    at += 1;
  } while (at < lines.length && lines[at].trim() !== "" && !startsBlock(lines[at]));
  return { node: paragraph, next: at };
}

function startsBlock(line) {
  return FENCE.test(line) || HEADING.test(line) || ITEM.test(line);
}

function inline(text, citation, depth) {
  const nodes = document.createDocumentFragment();
  let at = 0;
  for (const match of text.matchAll(INLINE)) {
    nodes.append(text.slice(at, match.index), inlineNode(match, citation, depth));
    at = match.index + match[0].length;
  }
  nodes.append(text.slice(at));
  return nodes;
}

function inlineNode(match, citation, depth) {
  const { code, cite, label, address, bold, italic, under, bare } = match.groups;
  const inner = (text) => (depth < MAX_DEPTH ? inline(text, citation, depth + 1) : text);
  if (code !== undefined) return element("code", {}, code.slice(1, -1));
  if (cite !== undefined) return citation(cite.match(/\d+/g).map(Number), cite);
  if (bold !== undefined) return element("strong", {}, inner(bold));
  if (italic !== undefined || under !== undefined) return element("em", {}, inner(italic ?? under));
  return link(address ?? bare, label ?? bare) ?? match[0];
}

/** Undefined for any address but a whole one with http or https. */
function link(address, label) {
  if (!/^https?:\/\//i.test(address) || !URL.canParse(address)) return undefined;
  return element("a", { href: address, target: "_blank", rel: "noopener noreferrer" }, label);
}
