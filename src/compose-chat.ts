import { createAnswerCache } from "./cache/answer-cache.ts";
import { loadCalibration } from "./cache/calibration.ts";
import { createGuards } from "./cache/guards/guards.ts";
import { loadGuardLanguage } from "./cache/guards/load-guards.ts";
import { createInFlight } from "./cache/in-flight.ts";
import { loadLexicons } from "./chat/follow-up/lexicon.ts";
import { createAskJudge } from "./chat/ask-judge.ts";
import { createJudgeAnswers, type JudgeAnswers } from "./chat/judge-answers.ts";
import { createJudge, type Judge, type Judged, type JudgeParts } from "./chat/judge.ts";
import { loadPrompts, type PromptFile, type Prompts } from "./chat/prompts.ts";
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
  /** Undefined: nobody judges. */
  readonly judgeAnswers: JudgeAnswers | undefined;
  /** Ends what goes on beside the answers. */
  close(): Promise<void>;
}

/** Parts that are given instead of being made from the settings. */
export interface GivenParts {
  readonly model?: ChatModel | undefined;
  readonly judgeModel?: ChatModel | undefined;
  /** The time, in milliseconds since the epoch. */
  readonly now?: Clock | undefined;
}

interface ChatParts {
  readonly policyStore: PolicyStore;
  readonly notes: ChatDependencies["notes"];
  readonly recordTurn: ChatDependencies["recordTurn"];
  readonly stores: Stores;
  readonly given: GivenParts;
  readonly profiles: Profiles;
  readonly budget: Budget;
  readonly now: Clock;
  /** Told of every judgement that was paid for. */
  readonly onJudged: (judged: Judged) => void;
}

/** The path of a question, with its model, rules and data files. */
export async function composeChat(
  config: Config,
  { stores, given, profiles, budget, policyStore, notes, now, onJudged, recordTurn }: ChatParts,
  onFailure: OnFailure,
): Promise<ComposedChat> {
  const { history, answers, passages, embedder, flights } = stores;
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
  const prices = await loadPrices(config.pricesFile, now);
  const { judge, judgeAnswers } = await composeJudges(
    config,
    { model: given.judgeModel, prompts },
    { answers, budget, prices, recordTurn, onJudged, onFailure, now },
  );
  const failOpen = createFailOpen({ deadlineMs: config.chat.timeoutMs, onFailure });
  return {
    history,
    profiles,
    budget,
    recordTurn,
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
    prices,
    judge,
    judgeAnswers,
    notes,
    failOpen,
    policies,
    policy: (tenant) => policies.of(tenant).policy,
    async close() {
      policies.close();
      await judge?.close();
    },
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
  const { resolveModel } = chat;
  const asked =
    resolveModel === undefined ? chatParts : await openModel(chat, "RESOLVE_MODEL", resolveModel);
  const parts = { ...shared, ...asked };
  return {
    resolveQuestion: createResolveQuestion(parts),
    recallQuestion: createResolveQuestion({ ...parts, onlyRemembered: true }),
  };
}

/** Nobody judges, questions or answers, unless a model is named for it. */
async function composeJudges(
  { chat }: Config,
  { model: given, prompts }: { model: ChatModel | undefined; prompts: Prompts },
  parts: Omit<JudgeParts, "ask" | "model">,
): Promise<{ judge: Judge | undefined; judgeAnswers: JudgeAnswers | undefined }> {
  const name = given?.id ?? chat.judgeModel;
  if (name === undefined) return { judge: undefined, judgeAnswers: undefined };
  const counter = createTokenCounter(readModelName(name).name);
  const { model } =
    given === undefined ? await openModel(chat, "JUDGE_MODEL", name) : { model: given };
  const partsOf = (prompt: PromptFile) => ({
    ...parts,
    model: model.id,
    ask: createAskJudge({ model, prompt, counter }),
  });
  return {
    judge: createJudge(partsOf(prompts.judge)),
    judgeAnswers: createJudgeAnswers(partsOf(prompts.judgeAnswers)),
  };
}

/** A model beside the chat model, with its counter. */
async function openModel(
  chat: Config["chat"],
  variable: "RESOLVE_MODEL" | "JUDGE_MODEL",
  name: string,
): Promise<{ model: ChatModel; counter: TokenCounter }> {
  const counter = createTokenCounter(readModelName(name).name);
  return { counter, model: await createChatModel({ ...chat, model: name, variable }, counter) };
}
