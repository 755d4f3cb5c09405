import { COLLISIONS, type DataSet } from "./data-set.ts";
import { evaluateCollisions, evaluateTurns } from "./judge-conversations.ts";
import { evaluatePairs } from "./judge-pairs.ts";
import { evaluateRetrieval } from "./measure-retrieval.ts";
import { evaluateStream } from "./replay-stream.ts";
import type { System } from "./system.ts";
import type { ConversationResult, Evaluation } from "./types.ts";

/**
 * Measures all that a data set has. A stream is about the documents of the retrieval set that has its
 * name, if there is one.
 *
 * @param onStep told what is measured next
 */
export async function evaluate(
  data: DataSet,
  system: System,
  onStep: (step: string) => void = () => {},
): Promise<Evaluation> {
  const corpusOf = (name: string) => data.retrieval.get(name)?.corpus ?? [];
  const each = async <Rows, Result>(
    part: string,
    named: ReadonlyMap<string, Rows>,
    measure: (rows: Rows, name: string) => Result | Promise<Result>,
  ): Promise<Record<string, Result>> => {
    const results: Record<string, Result> = {};
    for (const [name, rows] of named) {
      onStep(`${part} ${name}`);
      results[name] = await measure(rows, name);
    }
    return results;
  };
  return {
    streams: await each("stream", data.streams, (rows, name) =>
      evaluateStream(rows, corpusOf(name), system),
    ),
    pairs: await each("pairs", data.pairs, (rows) => evaluatePairs(rows, system)),
    multiturn: withCollisions(
      await each("conversations", data.conversations, (rows) => evaluateTurns(rows, system)),
      await each("collisions", data.collisions, (rows) => evaluateCollisions(rows, system)),
    ),
    rag: await each("retrieval", data.retrieval, (set) => evaluateRetrieval(set, system)),
  };
}

type Conversations = Readonly<Record<string, ConversationResult>>;

/** Collisions are told of under their own file's name, and with the conversations that they come from. */
function withCollisions(turns: Conversations, crossing: Conversations): Conversations {
  const joined = Object.entries(turns).map(([name, result]): [string, ConversationResult] => {
    const { collisions = 0, wrong = 0 } = crossing[`${name}${COLLISIONS}`] ?? {};
    return [name, { ...result, collisions, wrong }];
  });
  return { ...Object.fromEntries(joined), ...crossing };
}
