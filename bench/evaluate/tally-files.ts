import type { FileSet } from "./ask-files.ts";
import type { Columns } from "./columns.ts";
import type { Evaluation, FileKindCount } from "./types.ts";

/** Counts files and questions. Undefined without results for both. */
export function countFiles(
  { expected, questions }: Pick<FileSet, "expected" | "questions">,
  files: Columns | undefined,
  answers: Columns | undefined,
): Evaluation["files"] {
  if (files === undefined && answers === undefined) return undefined;
  const [asExpected, contain, containHeld, notContain, notContainHeld] = (files ?? []).map(sum);
  const [found = []] = answers ?? [];
  const kinds = [...new Set(questions.map(({ kind }) => kind))].sort();
  const countOf = (kind: string): FileKindCount => {
    const places = questions.flatMap((question, place) => (question.kind === kind ? [place] : []));
    const held = places.filter((place) => found[place] === 1);
    return { questions: places.length, questionsFound: held.length };
  };
  return {
    expected: files === undefined ? 0 : expected.length,
    asExpected: asExpected ?? 0,
    contain: contain ?? 0,
    containHeld: containHeld ?? 0,
    notContain: notContain ?? 0,
    notContainHeld: notContainHeld ?? 0,
    questions: answers === undefined ? 0 : questions.length,
    questionsFound: sum(found),
    byKind: Object.fromEntries(
      answers === undefined ? [] : kinds.map((kind) => [kind, countOf(kind)]),
    ),
  };
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, number) => total + number, 0);
}
