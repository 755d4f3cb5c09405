import { contentStems } from "../../src/knowledge/words.ts";
import type { CollisionRow, TurnRow } from "./data-set.ts";
import { createPairJudge } from "./judge-pairs.ts";
import type { System } from "./system.ts";
import type { ConversationResult } from "./types.ts";

const NO_COLLISIONS = { collisions: 0, wrong: 0 };
const NO_TURNS = { needContext: 0, recognised: 0, selfContained: 0, flagged: 0 };

/** Follow-ups that are recognised, and first turns that are held back. */
export function evaluateTurns(
  rows: readonly TurnRow[],
  { readMessage }: Pick<System, "readMessage">,
): ConversationResult {
  const read = ({ question, history }: TurnRow) => readMessage(question, history);
  const leaning = rows.filter((row) => row.history.length > 0 && namesMore(row));
  const first = rows.filter((row) => row.history.length === 0 && !namesMore(row));
  return {
    needContext: leaning.length,
    recognised: leaning.filter((row) => read(row).isFollowUp).length,
    selfContained: first.length,
    flagged: first.filter((row) => read(row).sharedQuestion === undefined).length,
    ...NO_COLLISIONS,
  };
}

/** The rewriting names something that the question does not: more than spelling and marks were changed. */
function namesMore({ question, rewrite }: TurnRow): boolean {
  const said = new Set(contentStems(question));
  return contentStems(rewrite).some((stem) => !said.has(stem));
}

/**
 * The same words in two conversations: whether one's answer would be served to the other, with no model
 * that rewrites follow-ups, or with one that rewrites them as people did.
 */
export async function evaluateCollisions(
  rows: readonly CollisionRow[],
  system: System,
): Promise<ConversationResult> {
  await system.vectors.prepare(
    rows.flatMap(({ question, a, b }) => [question, a.rewrite, b.rewrite]),
  );
  const serves = await createPairJudge(system);
  const crosses = async (stored: string | undefined, asked: string | undefined) =>
    stored !== undefined && asked !== undefined && (await serves(stored, asked));
  let wrong = 0;
  for (const { question, a, b } of rows) {
    const alone = [a, b].map(({ history }) => system.readMessage(question, history));
    const resolved = [a, b].map((one) => system.readMessage(question, one.history, one.rewrite));
    const isServed =
      (await crosses(alone[0]?.sharedQuestion, alone[1]?.sharedQuestion)) ||
      (await crosses(resolved[0]?.sharedQuestion, resolved[1]?.sharedQuestion));
    if (isServed) wrong += 1;
  }
  return { ...NO_TURNS, collisions: rows.length, wrong };
}
