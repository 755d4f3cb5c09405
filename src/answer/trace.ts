import type { BaseCallbackHandler } from "@langchain/core/callbacks/base";
import { CallbackManager } from "@langchain/core/callbacks/manager";
import type { RunnableConfig } from "@langchain/core/runnables";
import type { ChatRequest } from "../chat/types.ts";
import { toDocument } from "../knowledge/knowledge-retriever.ts";
import type { Retrieval } from "../knowledge/retrieve.ts";

/** What is told of a run. */
type Told = Readonly<Record<string, unknown>>;

/** One question as handlers of LangChain see it: a run, and below it one for each of its stages. */
export interface Trace {
  /** Runs a stage, and tells of it. */
  stage<Value>(
    stage: { readonly name: string; readonly input: Told; readonly output: (value: Value) => Told },
    work: () => Promise<Value>,
  ): Promise<Value>;
  /** Runs a search of the documents, and tells what was found. */
  retrieve(query: string, work: () => Promise<Retrieval>): Promise<Retrieval>;
  /** What prompt and model are run with; undefined where nobody listens. */
  configOf(metadata: Told): Promise<RunnableConfig | undefined>;
  end(output: Told): Promise<void>;
  fail(error: unknown): Promise<void>;
}

/** Nobody listens. */
export const UNTRACED: Trace = {
  stage: (_stage, work) => work(),
  retrieve: (_query, work) => work(),
  configOf: async () => undefined,
  end: async () => {},
  fail: async () => {},
};

/**
 * Begins the run of a question: for the handlers that are given, and for those that LangChain's own
 * variables switch on (`LANGSMITH_TRACING`, `LANGCHAIN_VERBOSE`). A handler that fails changes no answer.
 */
export function beginTrace(
  id: string,
  { message, conversationId, tenant }: ChatRequest,
  handlers: readonly BaseCallbackHandler[] = [],
): Trace {
  const given = handlers.length === 0 ? undefined : [...handlers];
  const metadata = { message_id: id, conversation_id: conversationId, tenant };
  const manager = CallbackManager.configure(given, undefined, ["reprise"], undefined, metadata);
  if (manager === undefined) return UNTRACED;
  const begun = beginRun(manager, "answer-question", { question: message });
  const below = async () => (await begun).getChild();
  return {
    async stage({ name: stage, input, output }, work) {
      const manager = await below();
      const run = await beginRun(manager, stage, input);
      return tell(
        work,
        (value) => run.handleChainEnd({ ...output(value) }),
        (error) => run.handleChainError(error),
      );
    },
    async retrieve(query, work) {
      const manager = await below();
      const retriever = "search-documents";
      const run = await manager.handleRetrieverStart(
        named(retriever),
        query,
        undefined,
        undefined,
        undefined,
        undefined,
        retriever,
      );
      return tell(
        work,
        ({ passages }) => run.handleRetrieverEnd(passages.map(toDocument)),
        (error) => run.handleRetrieverError(error),
      );
    },
    configOf: async (more) => ({ callbacks: await below(), metadata: { ...more } }),
    end: async (output) => (await begun).handleChainEnd({ ...output }),
    fail: async (error) => (await begun).handleChainError(error),
  };
}

function beginRun(manager: CallbackManager, name: string, input: Told) {
  const inputs = { ...input };
  return manager.handleChainStart(
    named(name),
    inputs,
    undefined,
    "chain",
    undefined,
    undefined,
    name,
  );
}

async function tell<Value>(
  work: () => Promise<Value>,
  end: (value: Value) => Promise<void>,
  fail: (error: unknown) => Promise<void>,
): Promise<Value> {
  try {
    const value = await work();
    await end(value);
    return value;
  } catch (error) {
    await fail(error);
    throw error;
  }
}

/** As LangChain names what has no class of its own. */
function named(name: string) {
  return { lc: 1, type: "not_implemented" as const, id: ["reprise", name] };
}
