import { randomBytes } from "node:crypto";
import { answerQuestion } from "./chat/answer-question.ts";
import type { Judged } from "./chat/judge.ts";
import { createLiveAnswers } from "./chat/live-answers.ts";
import type { LookupNote } from "./chat/note-lookup.ts";
import type { ChatEvent, ChatRequest, ErrorReport, LiveAnswers } from "./chat/types.ts";
import { composeChat, type ComposedChat, type GivenParts, type OnFailure } from "./compose-chat.ts";
import { composeHttp } from "./compose-http.ts";
import { composeMemoryStores } from "./compose-memory.ts";
import { asEmbeddingsProblem, createEmbedder } from "./compose-embedder.ts";
import { composeRecords, type RecordStores } from "./compose-records.ts";
import { composeTuning, type Tuning } from "./compose-tuning.ts";
import { composeRedisStores } from "./compose-redis.ts";
import type { Config } from "./config.ts";
import { servedAnswer } from "./feedback/served-answer.ts";
import type { HttpDependencies } from "./http/types.ts";
import type { Embedder } from "./models/types.ts";
import { createHealth, type Health } from "./operations/health.ts";
import type { Logger } from "./operations/logger.ts";
import { createMetrics, type Metrics } from "./operations/metrics.ts";
import type { Clock } from "./operations/types.ts";
import { createCachedProfiles } from "./profiles/cached-profiles.ts";
import type { Profiles } from "./profiles/types.ts";
import { RedisUnavailable } from "./redis/connection.ts";
import type { Stores } from "./stores.ts";
import type { EndedTurn } from "./transcripts/types.ts";
import type { PolicyVersion } from "./tuning/policies.ts";
import { askedQuestion } from "./usage/asked-question.ts";

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

/** Chooses the adapters, with `compose-memory.ts` and `compose-redis.ts`: the only places that name them. */
export async function composeService(
  config: Config,
  logger: Logger,
  given: GivenParts = {},
): Promise<Service> {
  const now = given.now ?? Date.now;
  const metrics = createMetrics();
  const health = createHealth(["documents"]);
  const records = await composeRecords(config, now, logger, health);
  const helpers = { logger, metrics, health, now };
  const stores = openStores(config, records, await createEmbedder(config), helpers);
  const profiles = composeProfiles(records, stores, helpers);
  const onFailure = tellFailures(metrics, logger);
  const tuning = composeTuning(config, {
    records,
    metrics,
    logger,
    newId,
    now,
    policies: () => chat.policies,
    judgeAnswers: async (pair) => chat.judgeAnswers?.(pair),
    hasJudge: () => chat.judgeAnswers !== undefined,
  });
  const notes = (note: LookupNote) => tuning.note(note);
  const { budget, policies: policyStore } = records;
  const onJudged = (judged: Judged) => tuning.noteJudged(judged);
  const recordTurn = countingRecord(stores, metrics);
  const onPolicy = (version: PolicyVersion) => tuning.notePolicy(version);
  const told = { notes, onJudged, onPolicy, recordTurn };
  const parts = { stores, given, profiles, budget, policyStore, ...told, now };
  const chat = await composeChat(config, parts, onFailure);
  const answers = createLiveAnswers({
    answer: (request, run) => answerQuestion(request, run, chat),
    newId: () => newId("msg"),
    wasErased: (conversation, since) => stores.history.wasRemoved(conversation, since),
    now,
    onEnd: noteAnswers(stores, { metrics, logger }, onFailure),
  });
  return {
    answers,
    health,
    http: composeHttp(config, {
      answers,
      chat,
      records,
      stores,
      profiles,
      readiness: () => health.read(),
      metrics,
      logger,
      newId,
      settleLookups: () => tuning.settleLookups(),
    }),
    ...lifeOf(config, { logger, health }, { chat, tuning, stores, records }),
  };
}

/** How the service begins and ends: what others write to ends last. */
function lifeOf(
  config: Config,
  { logger, health }: { logger: Logger; health: Health },
  parts: { chat: ComposedChat; tuning: Tuning; stores: Stores; records: RecordStores },
): Pick<Service, "start" | "close"> {
  const { chat, tuning, stores, records } = parts;
  const { knowledgeDir: folder } = config;
  return {
    async start() {
      // The first count reads the tokenizer's tables, which takes about a second; no question should wait for it.
      chat.counter.count("warm");
      await chat.policies.begin();
      const report = await stores.load().catch((error: unknown) => {
        throw asEmbeddingsProblem(error, config);
      });
      logger.info({ folder, ...report }, "documents are loaded");
      health.set("documents", "ok");
    },
    async close() {
      for (const part of [chat, tuning, stores, records]) await part.close();
    },
  };
}

/** Turns on their way to the record: what each row cost is counted here, whatever became of the answer. */
function countingRecord({ recorder }: Stores, metrics: Metrics) {
  return (turn: EndedTurn): Promise<void> => {
    metrics.observeSpending(turn.entry);
    return recorder.record(turn);
  };
}

/** What is counted and remembered of an ended answer, off its way. */
function noteAnswers(
  { rankings, served }: Stores,
  { metrics, logger }: { metrics: Metrics; logger: Logger },
  onFailure: OnFailure,
) {
  return (last: ChatEvent, { tenant, requestId }: ChatRequest): void => {
    metrics.observeAnswer(last);
    if (last.type === "answer-error") tellFailedAnswer(logger, last.error, requestId);
    const asked = askedQuestion(tenant, last);
    const answer = servedAnswer(last);
    const noting = [
      ...(asked === undefined ? [] : [rankings.note(asked)]),
      ...(answer === undefined ? [] : [served.note(tenant, answer)]),
    ];
    for (const noted of noting) noted.catch((err: unknown) => onFailure("cache", err));
  };
}

/** The client is told no more than a code; why is in the log. */
function tellFailedAnswer(
  logger: Logger,
  { code, status, cause }: ErrorReport,
  requestId: string | undefined,
): void {
  if (status < 500 || cause === undefined) return;
  logger.error({ err: cause, requestId, code }, "an answer failed");
}

function tellFailures(metrics: Metrics, logger: Logger): OnFailure {
  return (part, err) => {
    metrics.countDegraded(part);
    // The connection tells of each outage once.
    if (err instanceof RedisUnavailable) logger.debug({ err, part }, "Redis is away");
    else logger.warn({ err, part }, "an answer goes on without a part");
  };
}

function openStores(
  config: Config,
  { documents, turns }: RecordStores,
  embedder: Embedder,
  helpers: { logger: Logger; metrics: Metrics; health: Health; now: Clock },
): Stores {
  const { logger, now } = helpers;
  const parts = { documents, turns, embedder, now, logger };
  return config.redis === undefined
    ? composeMemoryStores(config, parts)
    : composeRedisStores(config, { ...parts, ...helpers, redis: config.redis });
}

function composeProfiles(
  records: RecordStores,
  stores: Stores,
  { logger, now }: { logger: Logger; now: Clock },
): Profiles {
  return createCachedProfiles({
    store: records.profiles,
    cache: stores.profileCache,
    now,
    onTrouble: (err) => logger.debug({ err }, "a profile's copy cannot be reached"),
  });
}
