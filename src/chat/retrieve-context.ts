import type { ChatMessage } from "../history/types.ts";
import type { Retrieval } from "../knowledge/retrieve.ts";
import type { RetrievedPassage } from "../knowledge/types.ts";
import type { AnswerPrompt } from "./generate-answer.ts";
import { promptWindow } from "../history/context-window.ts";
import { embedQuestion, type ChatDependencies, type Turn } from "./turn.ts";

/** What was retrieved, and the state of the tenant's passages just before. */
export interface RetrievedEvidence extends Retrieval {
  readonly knowledgeVersion: string;
}

/** What the model is shown beside the question. */
export interface AnswerContext {
  readonly passages: readonly RetrievedPassage[];
  /** Empty where the question needs none: only then may the answer be shared. */
  readonly history: readonly ChatMessage[];
  /** Undefined where the documents could not be searched. */
  readonly evidence: RetrievedEvidence | undefined;
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
  const evidence = turn.standsAlone
    ? await retrieveForQuestion(turn, dependencies)
    : await retrieveForFollowUp(turn, dependencies);
  const passages = evidence?.passages ?? [];
  const enough =
    turn.standsAlone &&
    turn.privateKind === undefined &&
    turn.request.cacheMode !== "bypass" &&
    passages.some((passage) => dependencies.isRelevant(turn.question, passage));
  return { passages, evidence, history: enough ? [] : promptWindow(turn.history) };
}

/** The same from the documents as they are now. */
export function retrieveAgain(turn: Turn, dependencies: ChatDependencies): Promise<AnswerContext> {
  turn.retrieval = undefined;
  return retrieveContext(turn, dependencies);
}

/** What the model is asked: the turn's question in its context. */
export function answerPromptOf(
  turn: Turn,
  { passages, history, evidence }: AnswerContext,
): AnswerPrompt {
  const { instructions, locale, sampling } = turn.request;
  return {
    question: turn.question,
    profile: turn.profile?.text,
    passages,
    searched: evidence !== undefined,
    history,
    instructions,
    locale,
    sampling,
  };
}

/** What the standalone question retrieves; asked for once, when first wanted. */
export function retrieveForQuestion(
  turn: Turn,
  dependencies: ChatDependencies,
): Promise<RetrievedEvidence | undefined> {
  turn.retrieval ??= turn.attempt(
    "retrieval",
    async () => {
      const vector = await embedQuestion(turn, dependencies.embedder);
      return retrieve(turn, { text: turn.question, vector }, dependencies);
    },
    undefined,
  );
  return turn.retrieval;
}

/** A follow-up that could not be resolved is looked up together with the question before it. */
function retrieveForFollowUp(
  turn: Turn,
  dependencies: ChatDependencies,
): Promise<RetrievedEvidence | undefined> {
  const before = turn.history.findLast(({ role }) => role === "user")?.content;
  if (before === undefined) return retrieveForQuestion(turn, dependencies);
  const work = async () => {
    const text = `${before} ${turn.question}`;
    const vector = await embedText(turn, text, dependencies);
    return retrieve(turn, { text, vector }, dependencies);
  };
  return turn.attempt("retrieval", work, undefined);
}

/** The state is asked for first: what changes meanwhile makes the evidence look older, never newer. */
async function retrieve(
  turn: Turn,
  query: { text: string; vector: Float32Array },
  dependencies: ChatDependencies,
): Promise<RetrievedEvidence> {
  const { tenant, documentIds } = turn.request;
  const [knowledgeVersion, found] = await turn.time("retrieve", () =>
    Promise.all([
      dependencies.passages.version(tenant),
      dependencies.retrieve({ tenant, ...query, documentIds }),
    ]),
  );
  return { ...found, knowledgeVersion };
}

async function embedText(
  turn: Turn,
  text: string,
  { embedder }: ChatDependencies,
): Promise<Float32Array> {
  const { vectors, tokens } = await turn.time("embed", () =>
    embedder.embed([text], { signal: turn.stopSignal }),
  );
  turn.embeddingTokens += tokens;
  return vectors[0] ?? embedQuestion(turn, embedder);
}
