import { join } from "node:path";
import { z } from "zod";
import type { FileSet } from "./ask-files.ts";
import {
  answerRow,
  collisionRow,
  conversationRow,
  expectedFileRow,
  fileQuestionRow,
  fowPairRow,
  pairRow,
  passageRow,
  privateRow,
  queryRow,
  streamRow,
  talkPairRow,
  taskRow,
  turnRow,
  type AnswerRow,
  type CollisionRow,
  type ConversationRow,
  type PairRow,
  type PassageRow,
  type PrivateRow,
  type QueryRow,
  type StreamRow,
  type TalkPairRow,
  type TaskRow,
  type TurnRow,
} from "./rows.ts";
import { listNames, readRows } from "./read-rows.ts";

/** Questions about a corpus of passages. */
export interface RetrievalSet {
  readonly corpus: readonly PassageRow[];
  /** Only queries with a right passage. */
  readonly queries: readonly QueryRow[];
}

type Named<Rows> = ReadonlyMap<string, Rows>;

/** A folder's rows by file name. */
export interface DataSet {
  readonly streams: Named<readonly StreamRow[]>;
  readonly pairs: Named<readonly PairRow[]>;
  readonly conversations: Named<readonly TurnRow[]>;
  /** From files named `…_collisions`. */
  readonly collisions: Named<readonly CollisionRow[]>;
  readonly retrieval: Named<RetrievalSet>;
  readonly realistic: {
    /** Preambles, languages and forms. */
    readonly pairs: Named<readonly PairRow[]>;
    readonly conversations: readonly ConversationRow[];
    readonly private: readonly PrivateRow[];
    readonly tasks: readonly TaskRow[];
  };
  readonly fow: {
    readonly pairs: readonly PairRow[];
    readonly conversations: readonly TalkPairRow[];
  };
  readonly answers: readonly AnswerRow[];
  readonly files: FileSet;
}

/** Suffix of collision file names. */
export const COLLISIONS = "_collisions";

/** Files of `realistic` with pairs. */
const REALISTIC_PAIRS = ["preambles", "languages", "forms"];

/**
 * Reads a folder with the layout of docs/quality.md. Missing files are skipped.
 *
 * @throws Error with file and line for a malformed row
 */
export async function readDataSet(folder: string): Promise<DataSet> {
  const turns = await listNames(join(folder, "multiturn"), ".jsonl");
  const rows = <Row>(path: string, row: z.ZodType<Row>) => readRows(join(folder, path), row);
  const read = async <Row>(part: string, names: readonly string[], row: z.ZodType<Row>) =>
    readAll(names, (name) => rows(join(part, `${name}.jsonl`), row));
  const all = async <Row>(part: string, row: z.ZodType<Row>) =>
    read(part, await listNames(join(folder, part), ".jsonl"), row);
  const isCollisions = (name: string) => name.endsWith(COLLISIONS);
  const talks = turns.filter((name) => !isCollisions(name));
  return {
    streams: await all("streams", streamRow),
    pairs: await all("pairs", pairRow),
    conversations: await read("multiturn", talks, turnRow),
    collisions: await read("multiturn", turns.filter(isCollisions), collisionRow),
    retrieval: await readAll(await listNames(join(folder, "rag"), ""), (name) =>
      readRetrievalSet(join(folder, "rag", name)),
    ),
    realistic: {
      pairs: withoutEmpty(await read("realistic", REALISTIC_PAIRS, pairRow)),
      conversations: await rows("realistic/conversations.jsonl", conversationRow),
      private: await rows("realistic/private.jsonl", privateRow),
      tasks: await rows("realistic/tasks.jsonl", taskRow),
    },
    fow: {
      pairs: await rows("fow/pairs.jsonl", fowPairRow),
      conversations: await rows("fow/conversations.jsonl", talkPairRow),
    },
    answers: await rows("answers/questions.jsonl", answerRow),
    files: {
      folder: join(folder, "files"),
      expected: await rows("files/expected.jsonl", expectedFileRow),
      questions: await rows("files/questions.jsonl", fileQuestionRow),
    },
  };
}

async function readAll<Rows>(
  names: readonly string[],
  read: (name: string) => Promise<Rows>,
): Promise<Named<Rows>> {
  const all = new Map<string, Rows>();
  for (const name of names) all.set(name, await read(name));
  return all;
}

function withoutEmpty<Row>(named: Named<readonly Row[]>): Named<readonly Row[]> {
  return new Map([...named].filter(([, rows]) => rows.length > 0));
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
