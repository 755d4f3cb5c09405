import { INLINE, isLink, MAX_DEPTH, type Groups } from "./inline-marks.ts";

const FENCE = /^\s*(?:`{3,}|~{3,})/;
const HEADING = /^#{1,6}\s+(.*?)\s*#*$/;
const RULE = /^\s*\|(?:\s*:?-+:?\s*\|)+\s*$/;
const ROW = /^\s*\|(.*)\|\s*$/;

/**
 * A passage without the markup of headings, emphasis, code, links and tables. Lists and the content of
 * code stay unchanged.
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

/** Removes inline markup; citations and invalid links stay unchanged. */
function plainInline(text: string, depth = 0): string {
  let words = "";
  let at = 0;
  for (const match of text.matchAll(INLINE)) {
    words += text.slice(at, match.index) + toWords(match[0], match.groups ?? {}, depth);
    at = match.index + match[0].length;
  }
  return words + text.slice(at);
}

function toWords(written: string, groups: Groups, depth: number): string {
  const { code, bold, italic = groups["under"], label } = groups;
  if (code !== undefined) return code.slice(1, -1);
  const inner = bold ?? italic ?? (isLink(groups) ? label : undefined);
  if (inner === undefined) return written;
  return depth < MAX_DEPTH ? plainInline(inner, depth + 1) : inner;
}
