/** Rows with more characters in their header than this are written as `name: value` pairs. */
const MAX_HEADER = 400;
/** Rows longer than this on average are written in the same way. */
const MAX_AVERAGE_ROW = 600;
/** Longest cell that may be the name of a column. */
const MAX_NAME = 80;

/** What looks like a figure, a sum of money, a date or a share. */
const FIGURE = /^[\s(+-]*(?:[A-Z]{3}|[€$£¥])?\s*\d[\d.,:/\s'-]*(?:%|[A-Z]{3}|[€$£¥])?\)?\s*$/;

/** Whether the first row names the columns: it is full, has no figures, and names nothing twice. */
export function hasHeader(rows: readonly (readonly string[])[]): boolean {
  const [first, ...others] = rows;
  if (first === undefined || others.length === 0 || first.length < 2) return false;
  const names = first.map((cell) => cell.trim());
  return (
    new Set(names).size === names.length &&
    names.every((name, index) => isName(name) || (name === "" && index === 0))
  );
}

/** Whether the first row of a file of rows names its columns: half of it at least, for years may too. */
export function hasNames(rows: readonly (readonly string[])[]): boolean {
  const names = (rows[0] ?? []).map((cell) => cell.trim());
  return rows.length > 1 && names.filter(isName).length >= Math.max(1, names.length / 2);
}

function isName(cell: string): boolean {
  return cell !== "" && cell.length <= MAX_NAME && !FIGURE.test(cell);
}

/** One row as a line of Markdown: bars and line ends in cells cannot break it. */
export function tableRow(cells: readonly string[]): string {
  return `| ${cells.map(cellText).join(" | ")} |`;
}

/** The line between the header and the other rows. */
export function delimiterRow(columns: number): string {
  return `|${"---|".repeat(columns)}`;
}

/** A table as Markdown; without a header its rows alone. */
export function markdownTable(
  rows: readonly (readonly string[])[],
  isHeaded = hasHeader(rows),
): string {
  const columns = Math.max(...rows.map(({ length }) => length));
  const lines = rows.map((row) => tableRow(padded(row, columns)));
  if (isHeaded) lines.splice(1, 0, delimiterRow(columns));
  return lines.join("\n");
}

/** Whether rows say more as `name: value` pairs: their header would fill half of each passage. */
export function isWide(header: readonly string[], rows: readonly (readonly string[])[]): boolean {
  const sample = rows.slice(0, 100);
  const length = sample.reduce((sum, row) => sum + row.join("").length, 0);
  return (
    header.join(" | ").length > MAX_HEADER || length / Math.max(1, sample.length) > MAX_AVERAGE_ROW
  );
}

/** `name: value; name: value`; empty cells are left out. */
export function pairsRow(header: readonly string[], row: readonly string[]): string {
  return row
    .map((cell, index) => [header[index] ?? `column ${index + 1}`, cellText(cell)])
    .filter(([, cell]) => cell !== "")
    .map(([name, cell]) => `${name}: ${cell}`)
    .join("; ");
}

function padded(row: readonly string[], columns: number): string[] {
  return Array.from({ length: columns }, (_value, index) => row[index] ?? "");
}

function cellText(cell: string): string {
  return cell.replace(/\s+/g, " ").trim().replaceAll("|", "\\|");
}

/** Gives tables without a line below their header one, where their first row names the columns. */
export function withTableHeaders(text: string): string {
  if (!text.includes("|")) return text;
  const lines = text.split("\n");
  const written: string[] = [];
  let isFenced = false;
  for (const [index, line] of lines.entries()) {
    if (/^\s*(?:`{3}|~{3})/.test(line)) isFenced = !isFenced;
    written.push(line);
    const isFirst = !isFenced && lines[index - 1]?.startsWith("|") !== true;
    const columns = isFirst ? namedColumns(line, lines[index + 1] ?? "") : 0;
    if (columns > 0) written.push(delimiterRow(columns));
  }
  return written.join("\n");
}

/** How many columns a row names that has another row, and no line, below it. */
function namedColumns(line: string, below: string): number {
  if (!isRow(line) || !isRow(below) || isDelimiter(below)) return 0;
  const cells = cellsOf(line);
  return hasHeader([cells, cellsOf(below)]) ? cells.length : 0;
}

function isRow(line: string): boolean {
  return line.startsWith("| ") && line.endsWith("|");
}

function isDelimiter(line: string): boolean {
  return /^\|[\s|:-]+$/.test(line);
}

function cellsOf(line: string): string[] {
  return line
    .replace(/^\|\s?|\s?\|$/g, "")
    .split(/(?<!\\)\|/)
    .map((cell) => cell.trim());
}
