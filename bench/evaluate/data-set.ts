import { join } from "node:path";
import { z } from "zod";
import type { ChatMessage } from "../../src/history/types.ts";
import { listNames, readRows } from "./read-rows.ts";

const streamRow = z.object({ cluster: z.string(), text: z.string().min(1) });
const pairRow = z.object({
  a: z.string().min(1),
  b: z.string().min(1),
  same: z.union([z.literal(0), z.literal(1)]),
  kind: z.string().default("all"),
});
const said = z.object({
  /** From 1. */
  turn: z.number().int().min(1).default(1),
  /** What was said before, oldest first: questions and answers, or questions alone. */
  history: z.array(z.string()),
  /** The question as it would be asked alone. */
  rewrite: z.string().min(1),
});
const side = said.transform(({ turn, history, rewrite }) => ({
  history: toMessages(history, turn),
  rewrite,
}));
const turnRow = said
  .extend({ question: z.string().min(1) })
  .transform(({ turn, history, ...row }) => ({ ...row, history: toMessages(history, turn) }));
const collisionRow = z.object({ question: z.string().min(1), a: side, b: side });
const passageRow = z.object({ id: z.string(), title: z.string(), text: z.string().min(1) });
const queryRow = z.object({ id: z.string(), text: z.string().min(1) });

export type StreamRow = z.infer<typeof streamRow>;
export type PairRow = z.infer<typeof pairRow>;
export type TurnRow = z.infer<typeof turnRow>;
export type CollisionRow = z.infer<typeof collisionRow>;
export type PassageRow = z.infer<typeof passageRow>;

/** A question with the ids of the passages that answer it. */
export interface QueryRow extends z.infer<typeof queryRow> {
  readonly right: ReadonlySet<string>;
}

/** Questions that are asked of passages. */
export interface RetrievalSet {
  readonly corpus: readonly PassageRow[];
  /** Only those that have a right passage. */
  readonly queries: readonly QueryRow[];
}

type Named<Rows> = ReadonlyMap<string, Rows>;

/** A folder's rows by file name. */
export interface DataSet {
  readonly streams: Named<readonly StreamRow[]>;
  readonly pairs: Named<readonly PairRow[]>;
  readonly conversations: Named<readonly TurnRow[]>;
  /** Of files named `…_collisions`. */
  readonly collisions: Named<readonly CollisionRow[]>;
  readonly retrieval: Named<RetrievalSet>;
}

/** How the names of files of collisions end. */
export const COLLISIONS = "_collisions";

/**
 * Reads a folder of `streams/*.jsonl`, `pairs/*.jsonl`, `multiturn/*.jsonl` and
 * `rag/NAME/{corpus.jsonl,queries.jsonl,qrels.tsv}`; what is missing is left out.
 *
 * @throws Error that names the file and the line of a malformed row
 */
export async function readDataSet(folder: string): Promise<DataSet> {
  const turns = await listNames(join(folder, "multiturn"), ".jsonl");
  const read = async <Row>(part: string, names: readonly string[], row: z.ZodType<Row>) =>
    readAll(names, (name) => readRows(join(folder, part, `${name}.jsonl`), row));
  const names = async (part: string) => listNames(join(folder, part), ".jsonl");
  return {
    streams: await read("streams", await names("streams"), streamRow),
    pairs: await read("pairs", await names("pairs"), pairRow),
    conversations: await read(
      "multiturn",
      turns.filter((name) => !name.endsWith(COLLISIONS)),
      turnRow,
    ),
    collisions: await read(
      "multiturn",
      turns.filter((name) => name.endsWith(COLLISIONS)),
      collisionRow,
    ),
    retrieval: await readAll(await listNames(join(folder, "rag"), ""), (name) =>
      readRetrievalSet(join(folder, "rag", name)),
    ),
  };
}

/** Two texts for each turn before are a question and its answer; else all are questions. */
function toMessages(history: readonly string[], turn: number): ChatMessage[] {
  const hasAnswers = history.length === 2 * (turn - 1);
  return history.map((content, index) => ({
    role: hasAnswers && index % 2 === 1 ? "assistant" : "user",
    content,
  }));
}

async function readAll<Rows>(
  names: readonly string[],
  read: (name: string) => Promise<Rows>,
): Promise<Named<Rows>> {
  const all = new Map<string, Rows>();
  for (const name of names) all.set(name, await read(name));
  return all;
}

async function readRetrievalSet(folder: string): Promise<RetrievalSet> {
  const corpus = await readRows(join(folder, "corpus.jsonl"), passageRow);
  const queries = await readRows(join(folder, "queries.jsonl"), queryRow);
  const right = new Map<string, Set<string>>();
  for (const { query, passage } of await readRelevance(join(folder, "qrels.tsv"))) {
    const known = right.get(query) ?? new Set();
    right.set(query, known.add(passage));
  }
  return {
    corpus,
    queries: queries.flatMap((query) => {
      const passages = right.get(query.id);
      return passages === undefined ? [] : [{ ...query, right: passages }];
    }),
  };
}

const relevance = z
  .string()
  .regex(/^[^\t]+\t[^\t]+\t\d+$/, "must be query, passage and score, with tabs between them")
  .transform((line) => {
    const [query = "", passage = "", score = ""] = line.split("\t");
    return { query, passage, score: Number(score) };
  });

async function readRelevance(file: string) {
  const rows = await readRows(file, relevance, { header: true, json: false });
  return rows.filter(({ score }) => score > 0);
}
