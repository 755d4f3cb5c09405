import { createHash } from "node:crypto";
import type { Nodes, RootContent } from "mdast";
import { fromMarkdown } from "mdast-util-from-markdown";
import { gfmFromMarkdown } from "mdast-util-gfm";
import { gfm } from "micromark-extension-gfm";
import type { Passage } from "./types.ts";

/** Longest passage, in characters. */
const MAX_CHARACTERS = 1_200;
/** Longer texts are parsed in parts of about this many characters, cut at blank lines. */
const PARSED_AT_ONCE = 200_000;

interface Span {
  readonly start: number;
  readonly end: number;
}

interface Section {
  readonly headings: readonly string[];
  readonly blocks: readonly Span[];
}

/**
 * Splits a document along its structure: passages never cross a heading, and never cut a paragraph,
 * list item, table row or line of code that fits into one. Headings are kept beside the text, not in it.
 */
export function splitDocument(document: { id: string; title: string; text: string }): Passage[] {
  const seen = new Map<string, number>();
  const passages: Passage[] = [];
  for (const { headings, blocks } of readSections(document)) {
    for (const { start, end } of joinBlocks(blocks, document.text)) {
      const text = document.text.slice(start, end);
      const content = JSON.stringify([document.id, document.title, headings, text]);
      const occurrence = seen.get(content) ?? 0;
      seen.set(content, occurrence + 1);
      const hash = createHash("sha256").update(`${occurrence}:${content}`).digest("hex");
      const id = `psg_${hash.slice(0, 24)}`;
      passages.push({
        id,
        documentId: document.id,
        title: document.title,
        headings,
        text,
        start,
        end,
      });
    }
  }
  return passages;
}

/** What is embedded and searched: a passage with the headings that say what it is about. */
export function passageContext({ title, headings, text }: Passage): string {
  return [title, ...headings, text].join("\n");
}

function readSections({ title, text }: { title: string; text: string }): Section[] {
  const sections: { headings: string[]; blocks: Span[] }[] = [{ headings: [], blocks: [] }];
  const path: { depth: number; text: string }[] = [];
  for (const part of cutIntoParts(text)) {
    for (const node of parse(text.slice(part.start, part.end))) {
      if (node.type === "heading") {
        while ((path.at(-1)?.depth ?? 0) >= node.depth) path.pop();
        path.push({ depth: node.depth, text: plainText(node).trim() });
        const headings = path.map((heading) => heading.text);
        if (headings[0] === title) headings.shift();
        sections.push({ headings: headings.filter((heading) => heading !== ""), blocks: [] });
      } else {
        sections.at(-1)?.blocks.push(...blocksOf(node, part.start, text));
      }
    }
  }
  return sections;
}

function cutIntoParts(text: string): Span[] {
  const parts: Span[] = [];
  let start = 0;
  while (text.length - start > PARSED_AT_ONCE) {
    const blank = text.indexOf("\n\n", start + PARSED_AT_ONCE);
    if (blank === -1) break;
    parts.push({ start, end: blank + 1 });
    start = blank + 1;
  }
  parts.push({ start, end: text.length });
  return parts;
}

function parse(markdown: string): readonly RootContent[] {
  return fromMarkdown(markdown, {
    extensions: [gfm()],
    mdastExtensions: [gfmFromMarkdown()],
  }).children;
}

function plainText(node: Nodes): string {
  if ("value" in node) return node.value;
  return "children" in node ? node.children.map(plainText).join("") : "";
}

/** The smallest parts of a block that are better not cut: list items, lines of tables and code. */
function blocksOf(node: RootContent, offset: number, text: string): Span[] {
  const span = spanOf(node, offset);
  if (span.end - span.start <= MAX_CHARACTERS) return [span];
  if (node.type === "list") return node.children.flatMap((item) => cut(spanOf(item, offset), text));
  if (node.type === "blockquote") {
    return node.children.flatMap((child) => blocksOf(child, offset, text));
  }
  return cut(span, text);
}

function spanOf(node: Nodes, offset: number): Span {
  return {
    start: offset + (node.position?.start.offset ?? 0),
    end: offset + (node.position?.end.offset ?? 0),
  };
}

/** Cuts what is too long at the last line end, else sentence end, else space that fits. */
function cut({ start, end }: Span, text: string): Span[] {
  const spans: Span[] = [];
  let from = start;
  while (end - from > MAX_CHARACTERS) {
    const at = from + breakPlace(text.slice(from, from + MAX_CHARACTERS));
    spans.push({ start: from, end: at });
    from = at;
  }
  spans.push({ start: from, end });
  return spans;
}

function breakPlace(piece: string): number {
  const least = MAX_CHARACTERS / 4;
  const line = piece.lastIndexOf("\n") + 1;
  if (line > least) return line;
  const sentence = Math.max(...[". ", "? ", "! ", "。"].map((mark) => piece.lastIndexOf(mark))) + 1;
  if (sentence > least) return sentence;
  const space = piece.lastIndexOf(" ") + 1;
  if (space > least) return space;
  // Never between the two halves of one character.
  return /[\uD800-\uDBFF]$/.test(piece) ? piece.length - 1 : piece.length;
}

/** Joins neighbours up to the longest passage, and drops white space at both ends. */
function joinBlocks(blocks: readonly Span[], text: string): Span[] {
  const joined: Span[] = [];
  for (const block of blocks) {
    const last = joined.at(-1);
    if (last !== undefined && block.end - last.start <= MAX_CHARACTERS) {
      joined[joined.length - 1] = { start: last.start, end: block.end };
    } else joined.push(block);
  }
  return joined.map((span) => trimmed(span, text)).filter(({ start, end }) => end > start);
}

function trimmed({ start, end }: Span, text: string): Span {
  const piece = text.slice(start, end);
  return {
    start: start + (piece.length - piece.trimStart().length),
    end: end - (piece.length - piece.trimEnd().length),
  };
}
