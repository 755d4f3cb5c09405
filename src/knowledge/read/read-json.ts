import { damaged } from "./refusals.ts";
import { createTextWriter, type TextWriter } from "./text-writer.ts";
import type { FileText } from "./types.ts";

/** Maximum nesting depth. */
const MAX_DEPTH = 40;
/** Maximum heading level; deeper keys are joined with dots. */
const MAX_HEADINGS = 4;
/** Maximum length of a record on one line; the values of a longer one are on separate lines. */
const MAX_LINE = 1_000;

/** Writes the values of a JSON file below headings of its keys. List items stay together. */
export function readJson(text: string): FileText {
  const writer = createTextWriter();
  writeValue(parse(text, ""), [], writer);
  return { title: "", ...writer.end() };
}

/** Writes one value per line; the line number is the row. */
export function readJsonLines(text: string): FileText {
  const writer = createTextWriter();
  for (const [index, line] of text.split("\n").entries()) {
    if (line.trim() === "") continue;
    const value = parse(line, ` in line ${index + 1}`);
    writer.setPlace({ row: index + 1 });
    writer.addLine(`- ${recordLine(value)}`);
  }
  return { title: "", ...writer.end() };
}

function parse(text: string, where: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw damaged(`is not valid JSON${where}: ${reason.slice(0, 200)}`, error);
  }
}

function writeValue(value: unknown, path: readonly string[], writer: TextWriter): void {
  checkDepth(path.length);
  if (isList(value)) writeList(value, path, writer);
  else if (isObject(value)) writeObject(value, path, writer);
  else if (value !== null) writer.addBlock(plainText(value));
}

/** Plain values first, so that they are above the first heading. */
function writeObject(
  object: Readonly<Record<string, unknown>>,
  path: readonly string[],
  writer: TextWriter,
): void {
  const entries = Object.entries(object);
  const plain = entries.filter(([, value]) => !isList(value) && !isObject(value));
  const lines = plain.flatMap(([key, value]) =>
    value === null || value === "" ? [] : [`${key}: ${oneLine(plainText(value))}`],
  );
  if (lines.length > 0) writer.addBlock(lines.join("\n"));
  for (const [key, value] of entries) {
    if (!isList(value) && !isObject(value)) continue;
    const below = [...path, key];
    if (below.length <= MAX_HEADINGS)
      writer.addBlock(`${"#".repeat(below.length)} ${oneLine(key)}`);
    else writer.addBlock(`${oneLine(below.slice(MAX_HEADINGS - 1).join("."))}:`);
    writeValue(value, below, writer);
  }
}

function writeList(list: readonly unknown[], path: readonly string[], writer: TextWriter): void {
  for (const [index, value] of list.entries()) {
    const line = `- ${recordLine(value, path.length)}`;
    if (index === 0) writer.addBlock(line);
    else writer.addLine(line);
  }
}

/** `code: 7; text: …; since.release: 8`; the values of a long record are on lines of the same item. */
function recordLine(value: unknown, depth = 0): string {
  const pairs = flatten(value, "", depth);
  const line = pairs.map(([key, text]) => (key === "" ? text : `${key}: ${text}`)).join("; ");
  if (line.length <= MAX_LINE) return line;
  return pairs.map(([key, text]) => (key === "" ? text : `${key}: ${text}`)).join("\n  ");
}

function flatten(value: unknown, key: string, depth: number): [key: string, text: string][] {
  checkDepth(depth);
  if (value === null || value === "") return [];
  if (isList(value)) {
    if (value.every((each) => !isList(each) && !isObject(each))) {
      return value.length === 0 ? [] : [[key, oneLine(value.map(plainText).join(", "))]];
    }
    return value.flatMap((each, index) => flatten(each, `${key}[${index + 1}]`, depth + 1));
  }
  if (isObject(value)) {
    return Object.entries(value).flatMap(([name, each]) =>
      flatten(each, key === "" ? name : `${key}.${name}`, depth + 1),
    );
  }
  return [[key, oneLine(plainText(value))]];
}

function plainText(value: unknown): string {
  return typeof value === "string" ? value : JSON.stringify(value);
}

function isList(value: unknown): value is readonly unknown[] {
  return Array.isArray(value);
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function checkDepth(depth: number): void {
  if (depth > MAX_DEPTH) throw damaged(`is nested deeper than ${MAX_DEPTH} values`);
}

function oneLine(text: string): string {
  return text.replace(/\s+/g, " ").trim();
}
