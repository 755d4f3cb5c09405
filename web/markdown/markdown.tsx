import type { ComponentChildren } from "preact";
import { CodeBlock } from "./code-block.tsx";
import { renderInline, type RenderCitation } from "./markdown-inline.tsx";
import { isItem, readList } from "./markdown-list.tsx";
import { isTable, readTable } from "./markdown-table.tsx";
import type { Block, RenderWords } from "./block.ts";

type Reader = (lines: readonly string[], start: number, inline: RenderWords) => Block | undefined;

const FENCE = /^(\s*)(`{3,}|~{3,})/;
const HEADING = /^#{1,6}\s+(.*?)\s*#*$/;
const READERS: readonly Reader[] = [readCode, readHeading, readTable, readList];

interface Props {
  readonly text: string;
  /** Renders `[n, m]`; plain text by default. */
  readonly citation?: RenderCitation;
}

/**
 * Renders an answer's Markdown as nodes: paragraphs, headings, lists, tables, emphasis, code and web links.
 * Everything else, HTML in particular, stays text: nothing is ever parsed as markup.
 */
export function Markdown({ text, citation = (_numbers, written) => written }: Props) {
  const lines = text.split(/\r?\n/);
  const inline = (words: string) => renderInline(words, citation);
  const nodes: ComponentChildren[] = [];
  let at = 0;
  while (at < lines.length) {
    if (lineAt(lines, at).trim() === "") {
      at += 1;
      continue;
    }
    const { node, next } = readBlock(lines, at, inline);
    nodes.push(node);
    at = next;
  }
  return <>{nodes}</>;
}

/** A reader returns its node and the index of the next line, or undefined if its block does not begin here. */
function readBlock(lines: readonly string[], start: number, inline: RenderWords): Block {
  for (const read of READERS) {
    const block = read(lines, start, inline);
    if (block !== undefined) return block;
  }
  return readParagraph(lines, start, inline);
}

function readCode(lines: readonly string[], start: number): Block | undefined {
  const [, indent = "", fence] = FENCE.exec(lineAt(lines, start)) ?? [];
  if (fence === undefined) return undefined;
  let end = start + 1;
  while (end < lines.length && !lineAt(lines, end).trim().startsWith(fence)) end += 1;
  const text = lines
    .slice(start + 1, end)
    .map((line) => (line.startsWith(indent) ? line.slice(indent.length) : line))
    .join("\n");
  return { node: <CodeBlock text={text} />, next: end + 1 };
}

function readHeading(
  lines: readonly string[],
  start: number,
  inline: RenderWords,
): Block | undefined {
  const title = HEADING.exec(lineAt(lines, start))?.[1];
  if (title === undefined) return undefined;
  return { node: <h3>{inline(title)}</h3>, next: start + 1 };
}

function readParagraph(lines: readonly string[], start: number, inline: RenderWords): Block {
  const words: ComponentChildren[] = [];
  let at = start;
  do {
    if (at > start) words.push(lineAt(lines, at - 1).endsWith("  ") ? <br /> : " ");
    words.push(inline(lineAt(lines, at).trim()));
    at += 1;
  } while (at < lines.length && lineAt(lines, at).trim() !== "" && !startsBlock(lines, at));
  return { node: <p>{words}</p>, next: at };
}

function startsBlock(lines: readonly string[], at: number): boolean {
  const line = lineAt(lines, at);
  return FENCE.test(line) || HEADING.test(line) || isItem(line) || isTable(lines, at);
}

/** Returns an empty line beyond the last. */
function lineAt(lines: readonly string[], at: number): string {
  return lines[at] ?? "";
}
