import { readFile, readdir } from "node:fs/promises";
import { z } from "zod";

/** Format of a file. */
export interface RowsForm {
  /** True if the first line contains the column names. */
  readonly header?: boolean;
  /** Default true: each line is JSON. False: text. */
  readonly json?: boolean;
}

/**
 * Reads a file with one row per line; empty if it does not exist. Skips empty lines.
 *
 * @throws Error with file and line for a malformed row
 */
export async function readRows<Row>(
  file: string,
  row: z.ZodType<Row>,
  { header = false, json = true }: RowsForm = {},
): Promise<Row[]> {
  const text = await readFile(file, "utf8").catch(emptyWhereMissing(""));
  const rows: Row[] = [];
  for (const [index, line] of text.split(/\r?\n/).entries()) {
    if (line.trim() === "" || (header && index === 0)) continue;
    const parsed = row.safeParse(json ? parseJson(line, `${file}:${index + 1}`) : line);
    if (!parsed.success) throw new Error(`${file}:${index + 1}: ${z.prettifyError(parsed.error)}`);
    rows.push(parsed.data);
  }
  return rows;
}

/** Sorted names in a folder with this ending, without it. Empty if the folder does not exist. */
export async function listNames(folder: string, ending: string): Promise<string[]> {
  const names = await readdir(folder).catch(emptyWhereMissing<string[]>([]));
  return names
    .filter((name) => name.endsWith(ending))
    .map((name) => name.slice(0, name.length - ending.length))
    .sort();
}

function parseJson(line: string, place: string): unknown {
  try {
    return JSON.parse(line);
  } catch (error) {
    throw new Error(`${place}: not JSON`, { cause: error });
  }
}

/** A `catch` handler that returns another value if the file does not exist. */
export function emptyWhereMissing<Empty>(empty: Empty) {
  return (error: unknown): Empty => {
    if (error instanceof Error && "code" in error && error.code === "ENOENT") return empty;
    throw error;
  };
}
