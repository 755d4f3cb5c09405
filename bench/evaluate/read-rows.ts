import { readFile, readdir } from "node:fs/promises";
import { z } from "zod";

/** How a file is written. */
export interface RowsForm {
  /** The first line names the columns. */
  readonly header?: boolean;
  /** Each line is JSON, the default; else it is text. */
  readonly json?: boolean;
}

/**
 * The rows of a file, one a line; none where there is no such file. Empty lines are skipped.
 *
 * @throws Error that names the file and the line of a malformed row
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

/** Names in a folder that end so, without the ending, in order; none where there is no such folder. */
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

/** For `catch`: another value where there is no such file. */
export function emptyWhereMissing<Empty>(empty: Empty) {
  return (error: unknown): Empty => {
    if (error instanceof Error && "code" in error && error.code === "ENOENT") return empty;
    throw error;
  };
}
