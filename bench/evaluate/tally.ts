import { contentStems } from "../../src/language/words.ts";
import { ANSWER_GRADES } from "./ask-answers.ts";
import { COLLISIONS, type DataSet } from "./data-set.ts";
import type { Columns } from "./columns.ts";
import type { AnswerRow, ConversationRow, PairRow, PrivateRow, TaskRow, TurnRow } from "./rows.ts";
import { countFiles } from "./tally-files.ts";
import { tallyStreams } from "./tally-streams.ts";
import type {
  AnswerCount,
  ByKind,
  ComparedPairs,
  Evaluation,
  PairCount,
  PairResult,
  PrivateCount,
  RetrievalResult,
  SharingCount,
  TaskCount,
  TurnCount,
} from "./types.ts";
import type { Found } from "./columns.ts";

/** Counts the results of a folder. Rows without results are skipped. */
export function tally(data: DataSet, found: Found): Evaluation {
  const { realistic, fow } = data;
  const of = <Rows, Result>(
    id: string,
    rows: Rows,
    count: (rows: Rows, columns: Columns) => Result,
  ): Result | undefined => {
    const columns = found.get(id);
    return columns === undefined ? undefined : count(rows, columns);
  };
  const each = <Rows, Result>(
    folder: string,
    named: ReadonlyMap<string, Rows>,
    count: (rows: Rows, columns: Columns) => Result,
  ): Record<string, Result> => {
    const results = [...named].flatMap(([name, rows]): [string, Result][] => {
      const result = of(`${folder}/${name}`, rows, count);
      return result === undefined ? [] : [[name, result]];
    });
    return Object.fromEntries(results);
  };
  return {
    streams: tallyStreams(data, found),
    pairs: each("pairs", data.pairs, comparePairs),
    multiturn: withCollisions(
      each("multiturn", data.conversations, countTurns),
      each("multiturn", data.collisions, (_rows, [crossing = []]) => countCollisions(crossing)),
    ),
    rag: each("rag", data.retrieval, (_set, [ranks = []]) => countRanks(ranks)),
    realistic: {
      pairs: each("realistic", realistic.pairs, comparePairs),
      conversations: of("realistic/conversations", realistic.conversations, countSharing),
      private: of("realistic/private", realistic.private, countPrivate),
      tasks: of("realistic/tasks", realistic.tasks, countTasks),
    },
    fow: {
      pairs: of("fow/pairs", fow.pairs, comparePairs),
      conversations: of("fow/conversations", fow.conversations, countTalks),
      conversationsRewritten: of("fow/conversationsRewritten", fow.conversations, countTalks),
    },
    answers: of("answers", data.answers, countAnswers),
    files: countFiles(data.files, found.get("files/expected"), found.get("files/questions")),
  };
}

/** Counts all rows, and the rows of each kind. */
function byKind<Row extends { readonly kind: string }, Count>(
  rows: readonly Row[],
  count: (rows: readonly (Row & { readonly place: number })[]) => Count,
): ByKind<Count> {
  const placed = rows.map((row, place) => ({ ...row, place }));
  const kinds = [...new Set(rows.map(({ kind }) => kind))].sort();
  const counts = kinds.map((kind): [string, Count] => [
    kind,
    count(placed.filter((row) => row.kind === kind)),
  ]);
  return { ...count(placed), byKind: Object.fromEntries(counts) };
}

type PairLike = Pick<PairRow, "kind" | "same">;

function comparePairs(
  rows: readonly PairLike[],
  [plain = [], reprise = []]: Columns,
): ComparedPairs {
  return { plain95: countPairs(rows, plain), reprise: countPairs(rows, reprise) };
}

function countTalks(rows: readonly PairLike[], [served = []]: Columns): PairResult {
  return countPairs(rows, served);
}

function countPairs(rows: readonly PairLike[], served: readonly number[]): PairResult {
  return byKind(rows, (some): PairCount => {
    const same = some.filter((row) => row.same === 1);
    const different = some.filter((row) => row.same === 0);
    const isServed = ({ place }: { place: number }) => served[place] === 1;
    return {
      same: same.length,
      sameServed: same.filter(isServed).length,
      different: different.length,
      differentServed: different.filter(isServed).length,
    };
  });
}

const NO_COLLISIONS = { collisions: 0, wrong: 0 };
const NO_TURNS = { needContext: 0, recognised: 0, selfContained: 0, flagged: 0 };

function countTurns(rows: readonly TurnRow[], [heldBack = []]: Columns): TurnCount {
  const placed = rows.map((row, place) => ({ ...row, isHeld: heldBack[place] === 1 }));
  const leaning = placed.filter((row) => row.history.length > 0 && namesMore(row));
  const first = placed.filter((row) => row.history.length === 0 && !namesMore(row));
  return {
    needContext: leaning.length,
    recognised: leaning.filter(({ isHeld }) => isHeld).length,
    selfContained: first.length,
    flagged: first.filter(({ isHeld }) => isHeld).length,
    ...NO_COLLISIONS,
  };
}

/** True if the rewriting adds content words, not only spelling or punctuation. */
function namesMore({ question, rewrite }: TurnRow): boolean {
  const said = new Set(contentStems(question));
  return contentStems(rewrite).some((stem) => !said.has(stem));
}

function countCollisions(crossing: readonly number[]): TurnCount {
  return { ...NO_TURNS, collisions: crossing.length, wrong: sum(crossing) };
}

type Turns = Readonly<Record<string, TurnCount>>;

/** Collisions are reported under their own file name and under that of their conversations. */
function withCollisions(turns: Turns, crossing: Turns): Turns {
  const joined = Object.entries(turns).map(([name, result]): [string, TurnCount] => {
    const { collisions = 0, wrong = 0 } = crossing[`${name}${COLLISIONS}`] ?? {};
    return [name, { ...result, collisions, wrong }];
  });
  return { ...Object.fromEntries(joined), ...crossing };
}

const SHOWN = 5;

function countRanks(ranks: readonly number[]): RetrievalResult {
  const mean = (value: (rank: number) => number) =>
    sum(ranks.map((rank) => (rank === 0 ? 0 : value(rank)))) / Math.max(1, ranks.length);
  return {
    queries: ranks.length,
    hit1: mean((rank) => Number(rank === 1)),
    hit5: mean((rank) => Number(rank <= SHOWN)),
    mrr10: mean((rank) => 1 / rank),
  };
}

function countSharing(
  rows: readonly ConversationRow[],
  [reads = [], writes = []]: Columns,
): ByKind<SharingCount> {
  return byKind(rows, (some) => {
    const shareable = some.filter((row) => row.shareable);
    const others = some.filter((row) => !row.shareable);
    return {
      unshareable: others.length,
      unshareableShared: others.filter(({ place }) => reads[place] === 1 || writes[place] === 1)
        .length,
      shareable: shareable.length,
      shareableHeld: shareable.filter(({ place }) => reads[place] !== 1).length,
    };
  });
}

function countPrivate(rows: readonly PrivateRow[], columns: Columns): ByKind<PrivateCount> {
  return byKind(rows, (some) => {
    const [own, others] = [some.filter((row) => row.private), some.filter((row) => !row.private)];
    return {
      private: own.length,
      privateShared: own.filter(isTouched(columns)).length,
      lookAlikes: others.length,
      lookAlikesHeld: others.filter(isHeld(columns)).length,
    };
  });
}

function countTasks(rows: readonly TaskRow[], columns: Columns): ByKind<TaskCount> {
  return byKind(rows, (some) => {
    const tasks = some.filter(({ kind }) => kind === "task");
    const questions = some.filter(({ kind }) => kind === "question");
    return {
      tasks: tasks.length,
      tasksLookedUp: tasks.filter(isTouched(columns)).length,
      questions: questions.length,
      questionsHeld: questions.filter(isHeld(columns)).length,
    };
  });
}

/** Looked up in the shared cache, or stored in it. */
function isTouched([lookedUp = [], stored = []]: Columns) {
  return ({ place }: { place: number }) => lookedUp[place] === 1 || stored[place] === 1;
}

function isHeld([lookedUp = [], stored = []]: Columns) {
  return ({ place }: { place: number }) => lookedUp[place] !== 1 || stored[place] !== 1;
}

function countAnswers(rows: readonly AnswerRow[], [grades = []]: Columns): ByKind<AnswerCount> {
  return byKind(rows, (some) => {
    const answerable = some.filter((row) => row.answerable);
    const others = some.filter((row) => !row.answerable);
    const count = (rows: readonly { place: number }[], grade: (typeof ANSWER_GRADES)[number]) =>
      rows.filter(({ place }) => ANSWER_GRADES[grades[place] ?? -1] === grade).length;
    return {
      answerable: answerable.length,
      right: count(answerable, "right"),
      partial: count(answerable, "partial"),
      wrong: count(answerable, "wrong"),
      refused: count(answerable, "refused"),
      unanswerable: others.length,
      unanswerableRefused: count(others, "refused"),
    };
  });
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, value) => total + value, 0);
}
