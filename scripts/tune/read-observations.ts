import { readFile } from "node:fs/promises";
import { z } from "zod";
import { problemsOf } from "../../src/http/validate.ts";
import {
  observePairs,
  type LabelledPair,
  type PairObserver,
  observeStream,
  type StreamQuestion,
} from "../../src/tuning/observe-labelled.ts";
import type { Observation } from "../../src/tuning/types.ts";

const yesOrNo = z.union([z.boolean(), z.literal(0), z.literal(1)]).transform(Boolean);
const pair = z.object({ a: z.string().min(1), b: z.string().min(1), same: yesOrNo });
const question = z.object({
  cluster: z.union([z.string(), z.number()]).transform(String),
  text: z.string().min(1),
});
/** A line with a field that only streams have. */
const isStream = z.union([
  z.object({ cluster: z.unknown().nonoptional() }),
  z.object({ text: z.unknown().nonoptional() }),
]);

/** A labelled file as observations. */
export interface LabelledFile {
  readonly kind: "pairs" | "stream";
  readonly observations: readonly Observation[];
}

/** The rows of a labelled file. */
export type LabelledRows =
  | { readonly kind: "pairs"; readonly rows: readonly LabelledPair[] }
  | { readonly kind: "stream"; readonly rows: readonly StreamQuestion[] };

/** Reads a labelled file and makes a lookup observation of each row. */
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
 * Reads pairs `{a, b, same}` or a stream `{cluster, text}`, one JSON object per line. The fields of the first
 * line decide which.
 *
 * @throws Error with the file, the line, the expected shape and the problem
 */
export async function readLabelledFile(file: string): Promise<LabelledRows> {
  const lines = (await readFile(file, "utf8")).split(/\r?\n/);
  const values = lines.flatMap((line, index) =>
    line.trim() === "" ? [] : [{ value: parseLine(line, file, index), index }],
  );
  if (isStream.safeParse(values[0]?.value).success) {
    const shape = "{cluster, text}";
    const rows = values.map(({ value, index }) => readRow(question, value, { file, index, shape }));
    return { kind: "stream", rows };
  }
  const shape = "{a, b, same}";
  const rows = values.map(({ value, index }) => readRow(pair, value, { file, index, shape }));
  return { kind: "pairs", rows };
}

function parseLine(line: string, file: string, index: number): unknown {
  try {
    return JSON.parse(line);
  } catch (error) {
    throw new Error(`${file}:${index + 1} is not JSON`, { cause: error });
  }
}

function readRow<Row>(
  row: z.ZodType<Row>,
  value: unknown,
  { file, index, shape }: { file: string; index: number; shape: string },
): Row {
  const parsed = row.safeParse(value, { reportInput: true });
  if (parsed.success) return parsed.data;
  const problems = problemsOf(parsed.error).map(({ param, message }) =>
    param === "" ? `the line ${message}` : `${param} ${message}`,
  );
  throw new Error(`${file}:${index + 1} is not ${shape}: ${problems.join("; ")}`);
}
