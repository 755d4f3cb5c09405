import { readFile } from "node:fs/promises";
import { z } from "zod";
import {
  observePairs,
  type LabelledPair,
  type PairObserver,
} from "../../src/tuning/observe-pairs.ts";
import { observeStream, type StreamQuestion } from "../../src/tuning/observe-stream.ts";
import type { Observation } from "../../src/tuning/types.ts";

const yesOrNo = z.union([z.boolean(), z.literal(0), z.literal(1)]).transform(Boolean);
const pair = z.object({ a: z.string().min(1), b: z.string().min(1), same: yesOrNo });
const question = z.object({ cluster: z.coerce.string(), text: z.string().min(1) });

/** What a file was read as. */
export interface LabelledFile {
  readonly kind: "pairs" | "stream";
  readonly observations: readonly Observation[];
}

/** Its rows as they stand. */
export type LabelledRows =
  | { readonly kind: "pairs"; readonly rows: readonly LabelledPair[] }
  | { readonly kind: "stream"; readonly rows: readonly StreamQuestion[] };

/** The rows of a file as the lookups they would be. */
export async function readObservations(
  file: string,
  observer: PairObserver,
): Promise<LabelledFile> {
  const { kind, rows } = await readLabelledFile(file);
  return kind === "pairs"
    ? { kind, observations: await observePairs(rows, observer) }
    : { kind, observations: await observeStream(rows, observer) };
}

/**
 * Reads pairs `{a, b, same}` or a stream `{cluster, text}`, one JSON object a line; the first line says
 * which.
 *
 * @throws Error that names the file and the line that is neither
 */
export async function readLabelledFile(file: string): Promise<LabelledRows> {
  const lines = (await readFile(file, "utf8")).split(/\r?\n/);
  const values = lines.flatMap((line, index) =>
    line.trim() === "" ? [] : [{ value: parseLine(line, file, index), index }],
  );
  if (pair.safeParse(values[0]?.value).success) {
    const rows = values.map(({ value, index }) => readRow(pair, value, file, index));
    return { kind: "pairs", rows };
  }
  const rows = values.map(({ value, index }) => readRow(question, value, file, index));
  return { kind: "stream", rows };
}

function parseLine(line: string, file: string, index: number): unknown {
  try {
    return JSON.parse(line);
  } catch (error) {
    throw new Error(`${file}:${index + 1} is not JSON`, { cause: error });
  }
}

function readRow<Row>(row: z.ZodType<Row>, value: unknown, file: string, index: number): Row {
  const parsed = row.safeParse(value);
  if (parsed.success) return parsed.data;
  throw new Error(
    `${file}:${index + 1} is neither {a, b, same} nor {cluster, text}:\n${z.prettifyError(parsed.error)}`,
  );
}
