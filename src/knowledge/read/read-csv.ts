import { damaged } from "./refusals.ts";
import { createTextWriter } from "./text-writer.ts";
import type { FileText } from "./types.ts";
import { writeSheet } from "./write-sheet.ts";

const DELIMITERS = [",", ";", "\t", "|"];
/** Number of lines used to detect the delimiter. */
const SAMPLE_LINES = 50;

/**
 * Reads rows separated by comma, semicolon, tab or bar. The delimiter that splits the lines most uniformly is
 * used.
 */
export async function readCsv(text: string): Promise<FileText> {
  const { parse } = await import("csv-parse/sync");
  const said = /^sep=(.)\n/i.exec(text);
  const content = said === null ? text : text.slice(said[0].length);
  const shift = said === null ? 1 : 2;
  let rows: string[][];
  try {
    rows = parse(content, {
      delimiter: said?.[1] ?? detectDelimiter(content),
      relax_quotes: true,
      relax_column_count: true,
      max_record_size: 1024 * 1024,
    });
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw damaged(`is not readable as CSV: ${reason}`, error);
  }
  const writer = createTextWriter();
  writeSheet(
    rows.map((cells, index) => ({ number: index + shift, cells })),
    {},
    writer,
  );
  return { title: "", ...writer.end() };
}

function detectDelimiter(text: string): string {
  const lines = text.slice(0, 100_000).split("\n").slice(0, SAMPLE_LINES);
  const scored = DELIMITERS.map((delimiter) => ({ delimiter, score: scoreOf(delimiter, lines) }));
  const [best] = scored.sort((one, other) => other.score - one.score);
  return best === undefined || best.score === 0 ? "," : best.delimiter;
}

/** Number of lines with the most common count of delimiters. Quoted delimiters do not count. */
function scoreOf(delimiter: string, lines: readonly string[]): number {
  const counts = lines
    .map((line) => line.replace(/"(?:[^"]|"")*"/g, ""))
    .filter((line) => line.trim() !== "")
    .map((line) => line.split(delimiter).length - 1);
  const tally = new Map<number, number>();
  for (const count of counts) if (count > 0) tally.set(count, (tally.get(count) ?? 0) + 1);
  const best = Math.max(0, ...tally.values());
  const columns = [...tally].find(([, count]) => count === best)?.[0] ?? 0;
  return counts.length === 0 ? 0 : best / counts.length + Math.min(columns, 50) / 1_000;
}
