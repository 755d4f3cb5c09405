import type { Token } from "marked";
import { isMarkdown, isWebAddress, readInline } from "./read-markdown.ts";

const FENCE = /^\s*(?:`{3,}|~{3,})/;
const HEADING = /^#{1,6}\s+(.*?)\s*#*$/;
const RULE = /^\s*\|(?:\s*:?-+:?\s*\|)+\s*$/;
const ROW = /^\s*\|(.*)\|\s*$/;

/**
 * A passage as it is read: without the marks of headings, emphasis, code, links and tables. Lists stay
 * as they are, and code keeps every letter.
 */
export function plainText(markdown: string): string {
  let isCode = false;
  const lines: string[] = [];
  for (const line of markdown.split(/\r?\n/)) {
    if (FENCE.test(line)) isCode = !isCode;
    else if (isCode) lines.push(line);
    else if (!RULE.test(line)) lines.push(plainLine(line));
  }
  return lines.join("\n");
}

function plainLine(line: string): string {
  const row = ROW.exec(line)?.[1];
  if (row === undefined) return plainInline(HEADING.exec(line)?.[1] ?? line);
  const cells = row.split(/(?<!\\)\|/).map(trim);
  return plainInline(cells.join(" | "));
}

function trim(cell: string): string {
  return cell.trim().replaceAll("\\|", "|");
}

/** The same words without their marks; citations and what is no link stay as they are written. */
function plainInline(text: string): string {
  return readInline(text)?.map(wordsOf).join("") ?? text;
}

const EMPHASIS: ReadonlySet<string> = new Set(["strong", "em", "del"]);

function wordsOf(token: Token): string {
  if (!isMarkdown(token)) return token.raw;
  if (token.type === "codespan" || token.type === "escape") return token.text;
  const isBare = EMPHASIS.has(token.type) || (token.type === "link" && isWebAddress(token.href));
  return isBare && "tokens" in token ? (token.tokens ?? []).map(wordsOf).join("") : token.raw;
}
