import type { DataSet } from "./data-set.ts";
import { askAnswers } from "./ask-answers.ts";
import { askCollisions, askConversations, askTalks, askTurns } from "./ask-conversations.ts";
import { askFileQuestions, askFiles } from "./ask-files.ts";
import { askMessages } from "./ask-messages.ts";
import { askPairs } from "./ask-pairs.ts";
import { askPassages } from "./ask-passages.ts";
import { askStream, comparePlain } from "./ask-stream.ts";
import type { System } from "./system.ts";
import type { Columns } from "./columns.ts";

/** One evaluation of one file. */
export interface Measure {
  /** `pairs/qqp`, `streams/qqp:plain`. */
  readonly id: string;
  readonly rows: number;
  /** Rows per portion; fewer than `rows` if the rows are independent. */
  readonly chunk: number;
  /** Texts that are known to be embedded. */
  texts(): Iterable<string>;
  run(system: System, from: number, to: number): Promise<Columns>;
}

const CHUNK = 1_000;

/** All measures of a folder, in the order of the report. */
export function measuresOf(data: DataSet): readonly Measure[] {
  return [...streamMeasures(data), ...pairMeasures(data), ...turnMeasures(data)]
    .concat(
      ragMeasures(data),
      realisticMeasures(data),
      fowMeasures(data),
      answerMeasures(data),
      fileMeasures(data),
    )
    .filter(({ rows }) => rows > 0);
}

/**
 * A measure of independent rows, which can be divided.
 *
 * @param texts the texts that a row embeds
 */
function divided<Row>(
  id: string,
  rows: readonly Row[],
  texts: (row: Row) => readonly string[],
  ask: (rows: readonly Row[], system: System) => Promise<Columns>,
): Measure {
  return {
    id,
    rows: rows.length,
    chunk: CHUNK,
    texts: () => rows.flatMap(texts),
    run: (system, from, to) => ask(rows.slice(from, to), system),
  };
}

/** A measure whose rows run in order. */
function whole(
  id: string,
  rows: number,
  texts: () => Iterable<string>,
  ask: (system: System) => Promise<Columns>,
): Measure {
  return { id, rows, chunk: Infinity, texts, run: ask };
}

function streamMeasures({ streams, retrieval }: DataSet): Measure[] {
  return [...streams].flatMap(([name, rows]) => {
    const id = `streams/${name}`;
    const texts = () => rows.map(({ text }) => text);
    const corpus = retrieval.get(name)?.corpus ?? [];
    return [
      whole(`${id}:plain`, rows.length, texts, (system) => comparePlain(rows, system)),
      whole(`${id}:reprise`, rows.length, texts, (system) => askStream(rows, corpus, system)),
    ];
  });
}

function pairMeasures({ pairs }: DataSet): Measure[] {
  return [...pairs].map(([name, rows]) =>
    divided(`pairs/${name}`, rows, ({ a, b }) => [a, b], askPairs),
  );
}

function turnMeasures({ conversations, collisions }: DataSet): Measure[] {
  return [
    ...[...conversations].map(([name, rows]) =>
      divided(`multiturn/${name}`, rows, ({ question }) => [question], askTurns),
    ),
    ...[...collisions].map(([name, rows]) =>
      divided(
        `multiturn/${name}`,
        rows,
        ({ question, a, b }) => [question, a.rewrite, b.rewrite],
        askCollisions,
      ),
    ),
  ];
}

function ragMeasures({ retrieval }: DataSet): Measure[] {
  return [...retrieval].map(([name, set]) =>
    whole(
      `rag/${name}`,
      set.queries.length,
      () => set.queries.map(({ text }) => text),
      (system) => askPassages(set, system),
    ),
  );
}

function realisticMeasures({ realistic }: DataSet): Measure[] {
  const messages = [
    ["private", realistic.private],
    ["tasks", realistic.tasks],
  ] as const;
  return [
    ...[...realistic.pairs].map(([name, rows]) =>
      divided(`realistic/${name}`, rows, ({ a, b }) => [a, b], askPairs),
    ),
    divided(
      "realistic/conversations",
      realistic.conversations,
      ({ question }) => [question],
      askConversations,
    ),
    ...messages.map(([name, rows]) =>
      divided<{ message: string }>(
        `realistic/${name}`,
        rows,
        ({ message }) => [message],
        askMessages,
      ),
    ),
  ];
}

function fowMeasures({ fow }: DataSet): Measure[] {
  return [
    divided("fow/pairs", fow.pairs, ({ a, b }) => [a, b], askPairs),
    divided(
      "fow/conversations",
      fow.conversations,
      ({ a, b }) => [a.question, b.question],
      (rows, system) => askTalks(rows, system, { isRewritten: false }),
    ),
    divided(
      "fow/conversationsRewritten",
      fow.conversations,
      () => [],
      (rows, system) => askTalks(rows, system, { isRewritten: true }),
    ),
  ];
}

function answerMeasures({ answers }: DataSet): Measure[] {
  return [divided("answers", answers, ({ question }) => [question], askAnswers)];
}

function fileMeasures({ files }: DataSet): Measure[] {
  const { expected, questions } = files;
  const texts = () => questions.map(({ question }) => question);
  return [
    whole(
      "files/expected",
      expected.length,
      () => [],
      (system) => askFiles(files, system),
    ),
    whole("files/questions", questions.length, texts, (system) => askFileQuestions(files, system)),
  ];
}
