/** Maximum header length in characters; wider tables are written as `name: value` pairs. */
const MAX_HEADER = 400;
/** Maximum average row length; longer rows are also written as pairs. */
const MAX_AVERAGE_ROW = 600;
/** Maximum length of a column name. */
const MAX_NAME = 80;

/** Matches a number, an amount of money, a date or a percentage. */
const FIGURE = /^[\s(+-]*(?:[A-Z]{3}|[€$£¥])?\s*\d[\d.,:/\s'-]*(?:%|[A-Z]{3}|[€$£¥])?\)?\s*$/;

/** Whether the first row has column names: all cells filled, no figures, no duplicates. */
export function hasHeader(rows: readonly (readonly string[])[]): boolean {
  const [first, ...others] = rows;
  if (first === undefined || others.length === 0 || first.length < 2) return false;
  const names = first.map((cell) => cell.trim());
  return (
    new Set(names).size === names.length &&
    names.every((name, index) => isName(name) || (name === "" && index === 0))
  );
}

/** Whether the first row of a file has column names: at least half of its cells, because years may also be names. */
export function hasNames(rows: readonly (readonly string[])[]): boolean {
  const names = (rows[0] ?? []).map((cell) => cell.trim());
  return rows.length > 1 && names.filter(isName).length >= Math.max(1, names.length / 2);
}

function isName(cell: string): boolean {
  return cell !== "" && cell.length <= MAX_NAME && !FIGURE.test(cell);
}

/** One row as a line of Markdown. Escapes bars and line breaks in cells. */
export function tableRow(cells: readonly string[]): string {
  return `| ${cells.map(cellText).join(" | ")} |`;
}

/** The line between the header and the other rows. */
export function delimiterRow(columns: number): string {
  return `|${"---|".repeat(columns)}`;
}

/** A table as Markdown; without a header only its rows. */
export function markdownTable(
  rows: readonly (readonly string[])[],
  isHeaded = hasHeader(rows),
): string {
  const columns = Math.max(...rows.map(({ length }) => length));
  const lines = rows.map((row) => tableRow(padded(row, columns)));
  if (isHeaded) lines.splice(1, 0, delimiterRow(columns));
  return lines.join("\n");
}

/** Whether rows should be `name: value` pairs: as a table, the header would fill half of each passage. */
export function isWide(header: readonly string[], rows: readonly (readonly string[])[]): boolean {
  const sample = rows.slice(0, 100);
  const length = sample.reduce((sum, row) => sum + row.join("").length, 0);
  return (
    header.join(" | ").length > MAX_HEADER || length / Math.max(1, sample.length) > MAX_AVERAGE_ROW
  );
}

/** `name: value; name: value`, without empty cells. */
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

/** Adds the delimiter row to tables that lack it, if their first row has column names. */
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

/** Number of columns, if the line has column names and is followed by a row, not by a delimiter row; otherwise 0. */
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
