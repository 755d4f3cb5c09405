import { createAnswerCache, type AnswerCache } from "../cache/answer-cache.ts";
import { loadCalibration } from "../cache/calibration.ts";
import { composeComparing, type Comparing } from "./comparing.ts";
import { createInFlight } from "../cache/in-flight.ts";
import { loadLexicons } from "../chat/follow-up/lexicon.ts";
import { createReadText } from "../chat/follow-up/read-text.ts";
import type { JudgeAnswers } from "../judging/judge-answers.ts";
import type { JudgeInTimeParts } from "../judging/judge-in-time.ts";
import type { Judged } from "../judging/judge.ts";
import { loadPrompts, type PromptFile } from "../chat/prompts.ts";
import { createAnswerChains } from "../chat/answer-chain.ts";
import { createResolveQuestion, createMemoryRewritingMemo } from "../chat/resolve-question.ts";
import type { AnswerParts } from "../answer/answer-question.ts";
import type { CachePolicy } from "../cache/policy.ts";
import { composeJudges } from "./judge.ts";
import type { Config } from "../config.ts";
import type { ConversationOwners } from "../identity/conversation-owners.ts";
import type { ReaderGroups } from "../knowledge/reader-groups.ts";
import { createRetrieve, isRelevant } from "../knowledge/retrieve.ts";
import { createChatModel } from "../models/chat-model.ts";
import type { OnNotice } from "../models/types.ts";
import { loadWordMeaning } from "../models/word-meaning.ts";
import { createTokenCounter } from "../models/count-tokens.ts";
import { readModelName } from "../models/model-name.ts";
import type { ChatModel, Embedder, TokenCounter } from "../models/types.ts";
import { createFailOpen } from "../operations/with-deadline.ts";
import type { Turnstile } from "../operations/concurrency.ts";
import type { Clock } from "../operations/types.ts";
import type { Profiles } from "../profiles/types.ts";
import { windowOf } from "../history/context-window.ts";
import type { Stores } from "./stores.ts";
import { createTurnOrder } from "../transcripts/direct-recorder.ts";
import type { Transcripts } from "../transcripts/types.ts";
import {
  createPolicies,
  type Policies,
  type PolicyStore,
  type PolicyVersion,
} from "../tuning/policies.ts";
import type { Budget } from "../usage/budget.ts";
import { oncePer } from "../operations/remember.ts";
import { loadPrices } from "../usage/prices.ts";

export type OnFailure = Parameters<typeof createFailOpen>[0]["onFailure"];

/** Dependencies of answers, and those that the HTTP layer shares. */
export interface ComposedChat extends AnswerParts, Pick<Comparing, "compareQuestions"> {
  readonly cache: AnswerCache;
  readonly embedder: Embedder;
  readonly retrieve: ReturnType<typeof createRetrieve>;
  readonly readers: ReaderGroups;
  readonly policies: Policies;
  /** Undefined without a judge. */
  readonly judgeAnswers: JudgeAnswers | undefined;
  /** Stops background work. */
  close(): Promise<void>;
}

/** Parts to use instead of those made from the settings. */
export interface GivenParts {
  /** LangChain callback handlers, called for the stages of each question. */
  readonly handlers?: AnswerParts["handlers"];
  /** Spreads answers over turns of the event loop; tests that count calls disable it. */
  readonly turnstile?: Turnstile | undefined;
  readonly model?: ChatModel | undefined;
  readonly judgeModel?: ChatModel | undefined;
  /** Rewrites follow-ups; undefined: the model of RESOLVE_MODEL, or the chat model. */
  readonly resolveModel?: ChatModel | undefined;
  /** Returns milliseconds since the epoch. */
  readonly now?: Clock | undefined;
}

interface ChatParts {
  readonly readers: ReaderGroups;
  readonly policyStore: PolicyStore;
  readonly notes: AnswerParts["notes"];
  readonly recordTurn: AnswerParts["recordTurn"];
  readonly stores: Stores;
  readonly given: GivenParts;
  readonly profiles: Profiles;
  readonly owners: ConversationOwners;
  readonly budget: Budget;
  readonly transcripts: Pick<Transcripts, "read">;
  readonly now: Clock;
  /** Spreads answers in progress over turns of the event loop. */
  readonly turnstile: Turnstile;
  /** Called for each judgement, with its cost. */
  readonly onJudged: (judged: Judged) => void;
  /** Called for unusual behaviour of a model server. */
  readonly onNotice?: OnNotice | undefined;
  /** Called with the outcome of each judge call before a reply. */
  readonly onDecision?: JudgeInTimeParts["onDecision"];
  /** Called for each policy version that takes effect. */
  readonly onPolicy: (version: PolicyVersion) => void;
}

/** Composes the path of a question, with its model, rules and data files. */
export async function composeChat(
  config: Config,
  parts: ChatParts,
  onFailure: OnFailure,
): Promise<ComposedChat> {
  const { stores, given, profiles, budget, notes, now, onNotice, recordTurn } = parts;
  const { onJudged, onDecision, turnstile, owners } = parts;
  const { history, answers, passages, embedder, flights } = stores;
  const counter = createTokenCounter(readModelName(config.chat.model).name);
  const chat = { ...config.chat, builtinModelDir: config.builtinModelDir, onNotice };
  const model = given.model ?? (await createChatModel(chat, counter));
  const prompts = await loadPrompts(config.promptsDir);
  const { retrieve, cache, comparing, greyThreshold } = await composeLookup(config, parts);
  const policies = composePolicies({ ...config.cache, greyThreshold }, parts, onFailure);
  const prices = await loadPrices(config.pricesFile, now);
  const judges = await composeJudges(
    { chat },
    { model: given.judgeModel, prompts },
    { answers, budget, prices, recordTurn, onJudged, onDecision, onFailure, now },
  );
  return {
    history,
    owners,
    maxMessages: config.history.maxMessages,
    readTranscript: readLastOf(parts.transcripts, config.history.maxMessages),
    profiles,
    budget,
    recordTurn,
    nextOrder: createTurnOrder(now),
    cache,
    flights,
    inFlight: createInFlight(),
    ...comparing,
    retrieve,
    isRelevant,
    passages,
    readers: parts.readers,
    embedder,
    model,
    prompts,
    chains: createAnswerChains(prompts),
    counter,
    ...(await composeResolve(
      { ...config, chat },
      { model: given.resolveModel ?? model, counter },
      prompts.standaloneQuestion,
    )),
    prices,
    ...judges,
    notes,
    failOpen: createFailOpen({ deadlineMs: chat.timeoutMs, turnstile, onFailure }),
    handlers: given.handlers,
    policies,
    policy: (tenant) => policies.of(tenant).policy,
    close: () => closeAll(policies, judges),
    now,
    random: Math.random,
  };
}

async function closeAll(
  policies: Policies,
  { judge, judgeInTime }: Awaited<ReturnType<typeof composeJudges>>,
): Promise<void> {
  policies.close();
  await Promise.all([judge?.close(), judgeInTime?.close()]);
}

/** Lookup, retrieval and comparison, calibrated for the embedder. */
async function composeLookup(config: Config, parts: ChatParts) {
  const { answers, passages, embedder } = parts.stores;
  const { readers, now } = parts;
  const calibration = await loadCalibration(config.calibrationFile);
  const meaning = await loadWordMeaning(config.builtinModelDir);
  const retrieve = createRetrieve(passages, { ...calibration.fusionOf(embedder.id), meaning });
  const comparing = await composeComparing(config);
  return {
    retrieve,
    comparing,
    cache: createAnswerCache({ answers, passages, readers, retrieve, ...comparing, now }),
    greyThreshold: config.cache.greyThreshold ?? calibration.greyThresholdOf(embedder.id),
  };
}

type ChatSettings = Config["chat"] & { readonly onNotice: OnNotice | undefined };
/** Reads the messages that a window would hold. */
function readLastOf(
  transcripts: Pick<Transcripts, "read">,
  count: number,
): AnswerParts["readTranscript"] {
  return async (key) => windowOf(await transcripts.read(key)).slice(-count);
}

function composePolicies(
  settings: CachePolicy,
  { policyStore: store, onPolicy: onInForce, now }: ChatParts,
  onFailure: OnFailure,
): Policies {
  const onError = (err: unknown) => onFailure("cache", err);
  return createPolicies({ store, settings, now, onInForce, onError });
}

const readLexicons = oncePer(loadLexicons);

/** Follow-ups are rewritten by the chat model, or by a model of their own. */
async function composeResolve(
  { chat, followUpDir }: Pick<Config, "followUpDir"> & { chat: ChatSettings },
  chatParts: { model: ChatModel; counter: TokenCounter },
  prompt: PromptFile,
): Promise<Pick<AnswerParts, "resolveQuestion" | "recallQuestion">> {
  const readTextOf = createReadText(await readLexicons(followUpDir));
  const shared = { prompt, readTextOf, memo: createMemoryRewritingMemo() };
  const { resolveModel } = chat;
  const asked =
    resolveModel === undefined ? chatParts : await openModel(chat, "RESOLVE_MODEL", resolveModel);
  const parts = { ...shared, ...asked };
  const recallQuestion = createResolveQuestion({ ...parts, onlyRemembered: true });
  return { resolveQuestion: createResolveQuestion(parts), recallQuestion };
}

/** Opens an additional model, with its token counter. */
async function openModel(
  chat: ChatSettings,
  variable: "RESOLVE_MODEL",
  name: string,
): Promise<{ model: ChatModel; counter: TokenCounter }> {
  const counter = createTokenCounter(readModelName(name).name);
  return { counter, model: await createChatModel({ ...chat, model: name, variable }, counter) };
}
