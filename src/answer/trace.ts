import type { BaseCallbackHandler } from "@langchain/core/callbacks/base";
import { CallbackManager } from "@langchain/core/callbacks/manager";
import type { RunnableConfig } from "@langchain/core/runnables";
import type { ChatRequest } from "../chat/types.ts";

/** Inputs or outputs of a run. */
type Told = Readonly<Record<string, unknown>>;

/** The trace of one question for LangChain handlers: a run with a child run per stage. */
export interface Trace {
  /** Runs a stage as a child run. */
  stage<Value>(
    stage: { readonly name: string; readonly input: Told; readonly output: (value: Value) => Told },
    work: () => Promise<Value>,
  ): Promise<Value>;
  /** Config for a LangChain component that runs below the question; undefined without handlers. */
  configOf(runName: string, metadata?: Told): Promise<RunnableConfig | undefined>;
  end(output: Told): Promise<void>;
  fail(error: unknown): Promise<void>;
}

/** A trace without handlers. */
export const UNTRACED: Trace = {
  stage: (_stage, work) => work(),
  configOf: async () => undefined,
  end: async () => {},
  fail: async () => {},
};

/**
 * Begins the run of a question, for the given handlers and for those that LangChain's variables enable
 * (`LANGSMITH_TRACING`, `LANGCHAIN_VERBOSE`). A failing handler does not affect the answer.
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
    configOf: async (runName, more) => ({
      callbacks: await below(),
      runName,
      metadata: { ...more },
    }),
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

/** How LangChain serialises a run without a class. */
function named(name: string) {
  return { lc: 1, type: "not_implemented" as const, id: ["reprise", name] };
}
