import { createAnswerCache } from "./cache/answer-cache.ts";
import { loadCalibration } from "./cache/calibration.ts";
import { createGuards } from "./cache/guards/guards.ts";
import { loadGuardLanguage } from "./cache/guards/load-guards.ts";
import { createInFlight } from "./cache/in-flight.ts";
import { loadLexicons } from "./chat/follow-up/lexicon.ts";
import { loadPrompts, type PromptFile } from "./chat/prompts.ts";
import { createResolveQuestion } from "./chat/resolve-question.ts";
import { createMemoryRewritingMemo } from "./chat/rewriting-memo.ts";
import type { ChatDependencies } from "./chat/turn.ts";
import type { Config } from "./config.ts";
import { createRetrieve, isRelevant } from "./knowledge/retrieve.ts";
import { createChatModel } from "./models/chat-model.ts";
import { createTokenCounter } from "./models/count-tokens.ts";
import { readModelName } from "./models/model-name.ts";
import type { ChatModel, TokenCounter } from "./models/types.ts";
import { createFailOpen } from "./operations/fail-open.ts";
import type { Clock } from "./operations/types.ts";
import type { Profiles } from "./profiles/types.ts";
import type { Stores } from "./stores.ts";
import { createTurnOrder } from "./transcripts/turn-order.ts";
import { createPolicies, type Policies, type PolicyStore } from "./tuning/policies.ts";
import type { Budget } from "./usage/budget.ts";
import { loadPrices } from "./usage/prices.ts";

export type OnFailure = Parameters<typeof createFailOpen>[0]["onFailure"];

/** What an answer needs, and beside it what its surface asks. */
export interface ComposedChat extends ChatDependencies {
  readonly retrieve: ReturnType<typeof createRetrieve>;
  readonly policies: Policies;
}

/** Parts that are given instead of being made from the settings. */
export interface GivenParts {
  readonly model?: ChatModel | undefined;
}

interface ChatParts {
  readonly policyStore: PolicyStore;
  readonly notes: ChatDependencies["notes"];
  readonly stores: Stores;
  readonly given: GivenParts;
  readonly profiles: Profiles;
  readonly budget: Budget;
  readonly now: Clock;
}

/** The path of a question, with its model, rules and data files. */
export async function composeChat(
  config: Config,
  { stores, given, profiles, budget, policyStore, notes, now }: ChatParts,
  onFailure: OnFailure,
): Promise<ComposedChat> {
  const { history, recorder, answers, passages, embedder, flights } = stores;
  const counter = createTokenCounter(readModelName(config.chat.model).name);
  const model = given.model ?? (await createChatModel(config.chat, counter));
  const prompts = await loadPrompts(config.promptsDir);
  const calibration = await loadCalibration(config.calibrationFile);
  const retrieve = createRetrieve(passages, calibration.fusionOf(embedder.id));
  const compareQuestions = createGuards(await loadGuardLanguage(config.guardsFile));
  const greyThreshold = config.cache.greyThreshold ?? calibration.greyThresholdOf(embedder.id);
  const policies = createPolicies({
    store: policyStore,
    settings: { ...config.cache, greyThreshold },
    now,
    onTrouble: (err) => onFailure("cache", err),
  });
  const failOpen = createFailOpen({ deadlineMs: config.chat.timeoutMs, onFailure });
  return {
    history,
    profiles,
    budget,
    recordTurn: (turn) => recorder.record(turn),
    nextOrder: createTurnOrder(now),
    cache: createAnswerCache({ answers, passages, retrieve, compareQuestions, now }),
    flights,
    inFlight: createInFlight(),
    compareQuestions,
    retrieve,
    isRelevant,
    passages,
    embedder,
    model,
    prompts,
    counter,
    ...(await composeResolve(config, { model, counter }, prompts.standaloneQuestion)),
    prices: await loadPrices(config.pricesFile, now),
    notes,
    failOpen,
    policies,
    policy: (tenant) => policies.of(tenant).policy,
    now,
    random: Math.random,
  };
}

/** Follow-ups are rewritten by the chat model, or by one of their own. */
async function composeResolve(
  { chat, followUpDir }: Config,
  chatParts: { model: ChatModel; counter: TokenCounter },
  prompt: PromptFile,
): Promise<Pick<ChatDependencies, "resolveQuestion" | "recallQuestion">> {
  const lexicons = await loadLexicons(followUpDir);
  const shared = { prompt, lexicons, memo: createMemoryRewritingMemo() };
  const ofItsOwn = async (name: string) => {
    const counter = createTokenCounter(readModelName(name).name);
    const settings = { ...chat, model: name, variable: "RESOLVE_MODEL" as const };
    return { counter, model: await createChatModel(settings, counter) };
  };
  const { resolveModel } = chat;
  const asked = resolveModel === undefined ? chatParts : await ofItsOwn(resolveModel);
  const parts = { ...shared, ...asked };
  return {
    resolveQuestion: createResolveQuestion(parts),
    recallQuestion: createResolveQuestion({ ...parts, mayAsk: false }),
  };
}
