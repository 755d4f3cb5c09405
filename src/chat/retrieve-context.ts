import type { ChatMessage } from "../history/types.ts";
import type { RetrievedPassage } from "../knowledge/types.ts";
import { promptWindow } from "../history/context-window.ts";
import { embedQuestion, type ChatDependencies, type Turn } from "./turn.ts";

/** What the model is shown beside the question. */
export interface AnswerContext {
  readonly passages: readonly RetrievedPassage[];
  /** Empty where the question needs none: only then may the answer be shared. */
  readonly history: readonly ChatMessage[];
}

/**
 * Retrieves for the question, and decides whether the history goes into the prompt: it is left out
 * only when the question stands alone, is not about its asker and relevant passages were found, and
 * never under `bypass`.
 */
export async function retrieveContext(
  turn: Turn,
  dependencies: ChatDependencies,
): Promise<AnswerContext> {
  const passages = await turn.attempt("retrieval", () => retrieve(turn, dependencies), []);
  const enough =
    turn.standsAlone &&
    turn.privateKind === undefined &&
    turn.request.cacheMode !== "bypass" &&
    passages.some((passage) => dependencies.isRelevant(turn.question, passage));
  return { passages, history: enough ? [] : promptWindow(turn.history) };
}

async function retrieve(
  turn: Turn,
  dependencies: ChatDependencies,
): Promise<readonly RetrievedPassage[]> {
  const { tenant, documentIds } = turn.request;
  const text = retrievalText(turn);
  const vector = await retrievalVector(turn, text, dependencies);
  return turn.time("retrieve", () => dependencies.retrieve({ tenant, text, vector, documentIds }));
}

/** A follow-up that could not be resolved is looked up together with the question before it. */
function retrievalText(turn: Turn): string {
  if (turn.standsAlone) return turn.question;
  const before = turn.history.findLast(({ role }) => role === "user")?.content;
  return before === undefined ? turn.question : `${before} ${turn.question}`;
}

async function retrievalVector(
  turn: Turn,
  text: string,
  { embedder }: ChatDependencies,
): Promise<Float32Array> {
  if (text === turn.question) return embedQuestion(turn, embedder);
  const { vectors, tokens } = await turn.time("embed", () =>
    embedder.embed([text], { signal: turn.stopSignal }),
  );
  turn.embeddingTokens += tokens;
  return vectors[0] ?? embedQuestion(turn, embedder);
}
