import { randomBytes } from "node:crypto";
import { answerQuestion } from "./chat/answer-question.ts";
import { curateAnswers } from "./chat/curate-answers.ts";
import { explainQuestion } from "./chat/explain-question.ts";
import { createLiveAnswers } from "./chat/live-answers.ts";
import { loadLexicons } from "./chat/follow-up/lexicon.ts";
import { loadPrompts, type PromptFile } from "./chat/prompts.ts";
import { createResolveQuestion } from "./chat/resolve-question.ts";
import { createMemoryRewritingMemo } from "./chat/rewriting-memo.ts";
import type { ChatDependencies } from "./chat/turn.ts";
import type { ChatEvent, LiveAnswers } from "./chat/types.ts";
import { createAnswerCache } from "./cache/answer-cache.ts";
import { loadCalibration } from "./cache/calibration.ts";
import { createGuards } from "./cache/guards/guards.ts";
import { loadGuardLanguage } from "./cache/guards/load-guards.ts";
import { createInFlight } from "./cache/in-flight.ts";
import { composeMemoryStores } from "./compose-memory.ts";
import { composeRecords, type RecordStores } from "./compose-records.ts";
import { composeRedisStores } from "./compose-redis.ts";
import type { Config } from "./config.ts";
import { createGiveFeedback } from "./feedback/give-feedback.ts";
import { servedAnswer } from "./feedback/served-answer.ts";
import type { HttpDependencies } from "./http/types.ts";
import { createRetrieve, isRelevant } from "./knowledge/retrieve.ts";
import { createBuiltinEmbeddings } from "./models/builtin-embeddings.ts";
import { createChatModel } from "./models/chat-model.ts";
import { createTokenCounter } from "./models/count-tokens.ts";
import { createLocalEmbedder } from "./models/local-embeddings.ts";
import { readModelName } from "./models/model-name.ts";
import { createOpenAiEmbedder } from "./models/openai-embeddings.ts";
import type { ChatModel, Embedder, TokenCounter } from "./models/types.ts";
import { createFailOpen } from "./operations/fail-open.ts";
import { createHealth, type Health } from "./operations/health.ts";
import type { Logger } from "./operations/logger.ts";
import { createMetrics, type Metrics } from "./operations/metrics.ts";
import { createCachedProfiles } from "./profiles/cached-profiles.ts";
import type { Profiles } from "./profiles/types.ts";
import { RedisUnavailable } from "./redis/connection.ts";
import type { Stores } from "./stores.ts";
import { createTurnOrder } from "./transcripts/turn-order.ts";
import { observePairs } from "./tuning/observe-pairs.ts";
import type { Budget } from "./usage/budget.ts";
import { askedQuestion } from "./usage/asked-question.ts";
import { loadPrices } from "./usage/prices.ts";

const VERSION = "0.1.0";
const now = () => Date.now();
const newId = (prefix: string) => `${prefix}_${randomBytes(16).toString("base64url")}`;

type OnFailure = Parameters<typeof createFailOpen>[0]["onFailure"];

/** The running service, without its sockets. */
export interface Service {
  readonly http: HttpDependencies;
  readonly answers: LiveAnswers;
  readonly health: Health;
  /** Loads the documents; the service is ready when it resolves. */
  start(): Promise<void>;
  close(): Promise<void>;
}

/** Parts that are given instead of being made from the settings. */
export interface GivenParts {
  readonly model?: ChatModel | undefined;
}

/** Chooses the adapters, with `compose-memory.ts` and `compose-redis.ts`: the only places that name them. */
export async function composeService(
  config: Config,
  logger: Logger,
  given: GivenParts = {},
): Promise<Service> {
  const metrics = createMetrics();
  const health = createHealth(["documents"]);
  const records = await composeRecords(config, now, logger);
  const helpers = { logger, metrics, health };
  const stores = openStores(config, records, await createEmbedder(config), helpers);
  const profiles = composeProfiles(records, stores, logger);
  const onFailure = tellFailures(metrics, logger);
  const parts = { stores, given, profiles, budget: records.budget };
  const chat = await composeChat(config, parts, onFailure);
  const answers = createLiveAnswers({
    answer: (request, run) => answerQuestion(request, run, chat),
    newId: () => newId("msg"),
    onEnd(last, { tenant }) {
      metrics.observeAnswer(last);
      for (const noted of noteAnswer(tenant, last, stores)) {
        noted.catch((err) => onFailure("cache", err));
      }
    },
  });
  return {
    answers,
    health,
    http: {
      answers,
      ...pickRecords(records),
      ...pickStores(stores),
      profiles,
      search: createSearch(stores.embedder, chat.retrieve),
      entries: stores.answers,
      giveFeedback: createGiveFeedback({ ...stores, feedback: records.feedback }),
      curate: (given) => curateAnswers(given, { ...chat, ...pickCurated(stores) }),
      explain: (request) => explainQuestion(request, chat),
      observePairs: (pairs, options) =>
        observePairs(pairs, { ...chat, guards: chat.policy().guards }, options),
      embedderId: chat.embedder.id,
      policy: chat.policy,
      apiKeys: config.apiKeys,
      models: [chat.model.id],
      readiness: () => health.read(),
      metrics,
      logger,
      newId,
      webFolder: config.webDir,
      version: VERSION,
    },
    async start() {
      // The first count reads the tokenizer's tables, which takes about a second; no question should wait for it.
      chat.counter.count("warm");
      const report = await stores.load();
      logger.info({ folder: config.knowledgeDir, ...report }, "documents are loaded");
      health.set("documents", "ok");
    },
    async close() {
      await stores.close();
      await records.close();
    },
  };
}

/** What is counted and remembered of an ended answer, off its way. */
function noteAnswer(
  tenant: string,
  last: ChatEvent,
  { rankings, served }: Stores,
): Promise<void>[] {
  const asked = askedQuestion(tenant, last);
  const answer = servedAnswer(last);
  return [
    ...(asked === undefined ? [] : [rankings.note(asked)]),
    ...(answer === undefined ? [] : [served.note(tenant, answer)]),
  ];
}

function tellFailures(metrics: Metrics, logger: Logger): OnFailure {
  return (part, err) => {
    metrics.countDegraded(part);
    // The connection tells of each outage once.
    if (err instanceof RedisUnavailable) logger.debug({ err, part }, "Redis is away");
    else logger.warn({ err, part }, "an answer goes on without a part");
  };
}

/** What the surface reads and writes of the record itself. */
function pickRecords({ documents, transcripts, ledger, idempotency }: RecordStores) {
  return { documents, transcripts, ledger, idempotency };
}

/** What it uses of what is kept beside the record. */
function pickStores({ history, recorder, ingest, rankings, rateLimiter }: Stores) {
  return { history, recorder, ingest, rankings, rateLimiter };
}

function pickCurated({ answers, passages }: Stores) {
  return { answers, passages };
}

function openStores(
  config: Config,
  { documents, turns }: RecordStores,
  embedder: Embedder,
  helpers: { logger: Logger; metrics: Metrics; health: Health },
): Stores {
  const parts = { documents, turns, embedder, now, logger: helpers.logger };
  return config.redis === undefined
    ? composeMemoryStores(config, parts)
    : composeRedisStores(config, { ...parts, ...helpers, redis: config.redis });
}

function composeProfiles(records: RecordStores, stores: Stores, logger: Logger): Profiles {
  return createCachedProfiles({
    store: records.profiles,
    cache: stores.profileCache,
    now,
    onTrouble: (err) => logger.debug({ err }, "a profile's copy cannot be reached"),
  });
}

function createSearch(
  embedder: Embedder,
  retrieve: ReturnType<typeof createRetrieve>,
): HttpDependencies["search"] {
  return async ({ tenant, query, limit }) => {
    const { vectors } = await embedder.embed([query]);
    const vector = vectors[0] ?? new Float32Array(embedder.dimensions);
    const { passages } = await retrieve({ tenant, text: query, vector, limit });
    return passages;
  };
}

interface ChatParts {
  readonly stores: Stores;
  readonly given: GivenParts;
  readonly profiles: Profiles;
  readonly budget: Budget;
}

async function composeChat(
  config: Config,
  { stores, given, profiles, budget }: ChatParts,
  onFailure: OnFailure,
): Promise<ChatDependencies & { retrieve: ReturnType<typeof createRetrieve> }> {
  const { history, recorder, answers, passages, embedder, flights } = stores;
  const counter = createTokenCounter(readModelName(config.chat.model).name);
  const model = given.model ?? (await createChatModel(config.chat, counter));
  const prompts = await loadPrompts(config.promptsDir);
  const calibration = await loadCalibration(config.calibrationFile);
  const retrieve = createRetrieve(passages, calibration.fusionOf(embedder.id));
  const compareQuestions = createGuards(await loadGuardLanguage(config.guardsFile));
  const greyThreshold = config.cache.greyThreshold ?? calibration.greyThresholdOf(embedder.id);
  const policy = { ...config.cache, greyThreshold };
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
    failOpen,
    policy: () => policy,
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

async function createEmbedder({ embeddings, chat, builtinModelDir }: Config): Promise<Embedder> {
  const { kind, model, modelsDir } = embeddings;
  switch (kind) {
    case "builtin":
      return createBuiltinEmbeddings({ folder: builtinModelDir });
    case "local":
      return createLocalEmbedder({ model, modelsDir });
    case "openai":
      return createOpenAiEmbedder({
        model: model ?? "text-embedding-3-small",
        apiKey: chat.openAiApiKey,
        baseUrl: chat.openAiBaseUrl,
        timeoutMs: chat.timeoutMs,
      });
  }
}
