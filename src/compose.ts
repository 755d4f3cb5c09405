import { randomBytes } from "node:crypto";
import { answerQuestion } from "./chat/answer-question.ts";
import { createLiveAnswers } from "./chat/live-answers.ts";
import { loadLexicons } from "./chat/follow-up/lexicon.ts";
import { loadPrompts, type PromptFile } from "./chat/prompts.ts";
import { createResolveQuestion, type ResolveQuestion } from "./chat/resolve-question.ts";
import { createMemoryRewritingMemo } from "./chat/rewriting-memo.ts";
import type { ChatDependencies } from "./chat/turn.ts";
import type { LiveAnswers } from "./chat/types.ts";
import { createAnswerCache } from "./cache/answer-cache.ts";
import { createMemoryAnswers } from "./cache/memory-answers.ts";
import { createMemorySingleFlight } from "./cache/memory-single-flight.ts";
import type { Config } from "./config.ts";
import { createMemoryHistory } from "./history/memory-history.ts";
import type { HttpDependencies } from "./http/types.ts";
import { createIngest, type Ingest } from "./knowledge/ingest.ts";
import { createMemoryPassages } from "./knowledge/memory-passages.ts";
import { createRetrieve, isRelevant } from "./knowledge/retrieve.ts";
import { fillIndex, syncFolder } from "./knowledge/sync-folder.ts";
import type { DocumentStore } from "./knowledge/types.ts";
import { createBuiltinEmbeddings } from "./models/builtin-embeddings.ts";
import { createChatModel } from "./models/chat-model.ts";
import { createTokenCounter } from "./models/count-tokens.ts";
import { createLocalEmbedder } from "./models/local-embeddings.ts";
import { readModelName } from "./models/model-name.ts";
import { createMemoisedEmbedder } from "./models/memoised-embedder.ts";
import { createOpenAiEmbedder } from "./models/openai-embeddings.ts";
import type { ChatModel, Embedder, TokenCounter } from "./models/types.ts";
import { createFailOpen } from "./operations/fail-open.ts";
import { createHealth, type Health } from "./operations/health.ts";
import type { Logger } from "./operations/logger.ts";
import { createMemoryRateLimiter } from "./operations/memory-rate-limiter.ts";
import { createMetrics } from "./operations/metrics.ts";
import { openDatabase } from "./records/database.ts";
import { createSqlDocuments } from "./records/sql-documents.ts";
import { loadPrices } from "./usage/prices.ts";

const VERSION = "0.1.0";
/** The tenant of `KNOWLEDGE_DIR`, and of everybody where no keys are configured. */
const DEFAULT_TENANT = "default";
const now = () => Date.now();
const newId = (prefix: string) => `${prefix}_${randomBytes(16).toString("base64url")}`;

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

/** Chooses the adapters: the only place that names them. */
export async function composeService(
  config: Config,
  logger: Logger,
  given: GivenParts = {},
): Promise<Service> {
  const metrics = createMetrics();
  const health = createHealth(["documents"]);
  const embedder = createMemoisedEmbedder(await createEmbedder(config));
  const stores = await openStores(config, embedder);
  const chat = await composeChat(config, { embedder, stores, given }, (part, err) => {
    metrics.countDegraded(part);
    logger.warn({ err, part }, "an answer goes on without a part");
  });
  const answers = createLiveAnswers({
    answer: (request, run) => answerQuestion(request, run, chat),
    newId: () => newId("msg"),
    onEnd: (last) => metrics.observeAnswer(last),
  });
  const { documents, passages, history } = stores;
  const ingest = createIngest({
    documents,
    passages,
    embedder,
    removeAnswersOf: (key) => stores.answers.removeByDocument(key),
    now,
  });
  return {
    answers,
    health,
    http: {
      answers,
      history,
      ingest,
      documents,
      search: createSearch(embedder, chat.retrieve),
      policy: chat.policy,
      rateLimiter:
        config.rateLimitPerMinute === undefined
          ? undefined
          : createMemoryRateLimiter({ limit: config.rateLimitPerMinute, now }),
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
      await loadDocuments(config.knowledgeDir, { ingest, documents, health, logger });
    },
    async close() {
      const closing = [embedder, chat.flights, history, stores.answers, passages, documents];
      await Promise.all(closing.map((part) => part.close()));
    },
  };
}

/** Fills the index from the record, then brings the record in line with the folder. */
async function loadDocuments(
  folder: string,
  parts: { ingest: Ingest; documents: DocumentStore; health: Health; logger: Logger },
): Promise<void> {
  const { ingest, documents, health, logger } = parts;
  await fillIndex(ingest, documents);
  const report = await syncFolder({ tenant: DEFAULT_TENANT, folder, ingest, documents });
  logger.info({ folder, ...report }, "documents are loaded");
  health.set("documents", "ok");
}

function createSearch(
  embedder: Embedder,
  retrieve: ReturnType<typeof createRetrieve>,
): HttpDependencies["search"] {
  return async ({ tenant, query, limit }) => {
    const { vectors } = await embedder.embed([query]);
    const vector = vectors[0] ?? new Float32Array(embedder.dimensions);
    return retrieve({ tenant, text: query, vector, limit });
  };
}

type Stores = Awaited<ReturnType<typeof openStores>>;

async function openStores(config: Config, { dimensions }: Embedder) {
  return {
    documents: createSqlDocuments(await openDatabase(config.dataDir)),
    passages: createMemoryPassages({ dimensions }),
    answers: createMemoryAnswers({ dimensions, now }),
    history: createMemoryHistory({ limits: config.history, now }),
  };
}

async function composeChat(
  config: Config,
  { embedder, stores, given }: { embedder: Embedder; stores: Stores; given: GivenParts },
  onFailure: Parameters<typeof createFailOpen>[0]["onFailure"],
): Promise<ChatDependencies & { retrieve: ReturnType<typeof createRetrieve> }> {
  const { history, answers, passages } = stores;
  const counter = createTokenCounter(readModelName(config.chat.model).name);
  const model = given.model ?? (await createChatModel(config.chat, counter));
  const prompts = await loadPrompts(config.promptsDir);
  const failOpen = createFailOpen({ deadlineMs: config.chat.timeoutMs, onFailure });
  return {
    history,
    cache: createAnswerCache({ answers, passages }),
    flights: createMemorySingleFlight(),
    retrieve: createRetrieve(passages),
    isRelevant,
    countPassages: (tenant) => passages.count(tenant),
    embedder,
    model,
    prompts,
    counter,
    resolveQuestion: await composeResolve(config, { model, counter }, prompts.standaloneQuestion),
    prices: await loadPrices(config.pricesFile, now),
    failOpen,
    policy: () => config.cache,
    now,
    random: Math.random,
  };
}

/** Follow-ups are rewritten by the chat model, or by one of their own. */
async function composeResolve(
  { chat, followUpDir }: Config,
  chatParts: { model: ChatModel; counter: TokenCounter },
  prompt: PromptFile,
): Promise<ResolveQuestion> {
  const lexicons = await loadLexicons(followUpDir);
  const shared = { prompt, lexicons, memo: createMemoryRewritingMemo() };
  if (chat.resolveModel === undefined) return createResolveQuestion({ ...shared, ...chatParts });
  const counter = createTokenCounter(readModelName(chat.resolveModel).name);
  const settings = { ...chat, model: chat.resolveModel, variable: "RESOLVE_MODEL" as const };
  return createResolveQuestion({
    ...shared,
    counter,
    model: await createChatModel(settings, counter),
  });
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
