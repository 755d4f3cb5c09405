import { share } from "./share.ts";
import type { AnswerCount, ByKind, Evaluation } from "./types.ts";

/** Counts of rows that must not be shared, and of rows that may be. */
interface Sharing {
  readonly kept: number;
  readonly keptShared: number;
  readonly open: number;
  readonly openHeld: number;
}

/** Conversations, private messages and tasks, each by kind. */
export function sharingTable({
  conversations,
  private: personal,
  tasks,
}: Evaluation["realistic"]): string[][] {
  return [
    ["messages", "kind", "not to be shared", "shared", "to be shared", "held back"],
    ...rowsOf("conversations", conversations, (count) => ({
      kept: count.unshareable,
      keptShared: count.unshareableShared,
      open: count.shareable,
      openHeld: count.shareableHeld,
    })),
    ...rowsOf("private", personal, (count) => ({
      kept: count.private,
      keptShared: count.privateShared,
      open: count.lookAlikes,
      openHeld: count.lookAlikesHeld,
    })),
    ...rowsOf("tasks", tasks, (count) => ({
      kept: count.tasks,
      keptShared: count.tasksLookedUp,
      open: count.questions,
      openHeld: count.questionsHeld,
    })),
  ];
}

function rowsOf<Count>(
  name: string,
  found: ByKind<Count> | undefined,
  read: (count: Count) => Sharing,
): string[][] {
  if (found === undefined) return [];
  const row = (kind: string, count: Count) => {
    const { kept, keptShared, open, openHeld } = read(count);
    return [name, kind, String(kept), share(keptShared, kept), String(open), share(openHeld, open)];
  };
  return [
    row("all", found),
    ...Object.entries(found.byKind).map(([kind, count]) => row(kind, count)),
  ];
}

/** Files of many types: acceptance, extracted text and retrieval, by kind. */
export function fileTable({ files }: Evaluation): string[][] {
  if (files === undefined) return [[]];
  const row = (what: string, held: number, all: number) => [what, String(all), share(held, all)];
  return [
    ["files", "rows", "as expected"],
    row("accepted or refused", files.asExpected, files.expected),
    row("required texts", files.containHeld, files.contain),
    row("forbidden texts", files.notContainHeld, files.notContain),
    row("questions, passage in top five", files.questionsFound, files.questions),
    ...Object.entries(files.byKind).map(([kind, count]) =>
      row(`  ${kind}`, count.questionsFound, count.questions),
    ),
  ];
}

/** Answers of the offline model about the sample documents, by kind. */
export function answerTable({ answers }: Evaluation): string[][] {
  const row = (kind: string, count: AnswerCount) => [
    kind,
    String(count.answerable),
    share(count.right, count.answerable),
    share(count.partial, count.answerable),
    share(count.wrong, count.answerable),
    share(count.refused, count.answerable),
    String(count.unanswerable),
    share(count.unanswerableRefused, count.unanswerable),
  ];
  return [
    ["kind", "answerable", "right", "partial", "wrong", "refused", "unanswerable", "refused"],
    ...(answers === undefined
      ? []
      : [
          row("all", answers),
          ...Object.entries(answers.byKind).map(([kind, count]) => row(kind, count)),
        ]),
  ];
}
