import { answerWith } from "../answer/answer-question.ts";
import type { Judged } from "../judging/judge.ts";
import { createLiveAnswers } from "../chat/live-answers.ts";
import type { LiveAnswers } from "../chat/types.ts";
import { warmUp } from "../chat/warm-up.ts";
import { composeChat, type ComposedChat, type GivenParts, type OnFailure } from "./chat.ts";
import { composeHttp } from "./http.ts";
import { composeMemoryStores } from "./memory.ts";
import { asEmbeddingsProblem, createEmbedder } from "./embedder.ts";
import { composeRecords, type RecordStores } from "./records.ts";
import { composeTuning, type Tuning } from "./tuning.ts";
import type { Config } from "../config.ts";
import {
  createConversationOwners,
  type ConversationOwners,
} from "../identity/conversation-owners.ts";
import type { HttpDependencies } from "../http/types.ts";
import type { DocumentReader } from "../knowledge/document-reader.ts";
import { createIngestJobs } from "../knowledge/ingest-jobs.ts";
import type { DocumentJobs } from "../knowledge/job-types.ts";
import { createReaderGroups } from "../knowledge/reader-groups.ts";
import { createWorkerDocumentReader } from "../knowledge/worker-document-reader.ts";
import type { OnNotice } from "../models/types.ts";
import type { Embedder } from "../models/types.ts";
import { createHealth, type Health } from "../operations/health.ts";
import type { Logger } from "../operations/logger.ts";
import { waitAtMost } from "../operations/with-deadline.ts";
import { createMetrics, type Metrics } from "../operations/metrics.ts";
import type { Clock } from "../operations/types.ts";
import { createArrivals, createTurnstile, type Turnstile } from "../operations/concurrency.ts";
import { newId } from "../operations/new-id.ts";
import { createCachedProfiles } from "../profiles/cached-profiles.ts";
import type { Profiles } from "../profiles/types.ts";
import { RedisUnavailable } from "../redis/redis-unavailable.ts";
import { DEFAULT_TENANT, type Stores } from "./stores.ts";
import { readStamps } from "../knowledge/load-folder.ts";
import { syncFolder, type FolderState, type SyncReport } from "../knowledge/sync-folder.ts";
import { watchFolder } from "../knowledge/watch-folder.ts";
import type { PolicyVersion } from "../tuning/policies.ts";
import { noteAnswers } from "../answer/account.ts";

/** Default time limit for closing, in milliseconds. */
const CLOSE_MS = 15_000;

/** The service, without its sockets. */
export interface Service {
  readonly http: HttpDependencies;
  readonly answers: LiveAnswers;
  readonly health: Health;
  /** Loads the documents. The service is ready when it resolves. */
  start(): Promise<void>;
  /** @param timeoutMs time limit for all of it; default 15 seconds */
  close(timeoutMs?: number): Promise<void>;
}

/**
 * Composes the service. Together with `memory.ts` and `redis.ts`, the only place that names
 * adapters.
 */
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
  const onNotice: OnNotice = (message, details) => logger.warn(details, message);
  const reader = createWorkerDocumentReader(config);
  const parts = { embedder: await createEmbedder(config, onNotice), reader };
  const stores = await openStores(config, records, parts, helpers);
  const profiles = composeProfiles(records, stores, helpers);
  const onFailure = reportFailures(metrics, logger);
  const owners = composeOwners(records, stores, logger);
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
  const { budget, policies: policyStore, transcripts } = records;
  const listeners = { ...composeListeners(tuning, stores, metrics), onNotice };
  const { arrivals, turnstile } = composeTurns(given);
  const readers = createReaderGroups(records.documents);
  const chatParts = { stores, readers, given, profiles, owners, budget, policyStore, transcripts };
  const chat = await composeChat(config, { ...chatParts, ...listeners, now, turnstile }, onFailure);
  const onEnd = noteAnswers({ ...stores, metrics, logger, onFailure });
  const answers = composeAnswers(chat, { stores, onEnd, now, turnstile });
  const jobs = createIngestJobs({ store: records.jobs, ingest: stores.ingest, newId, now });
  return {
    answers,
    health,
    http: composeHttp(config, {
      arrivals,
      answers,
      chat,
      records,
      stores,
      profiles,
      reader,
      jobs,
      owners,
      readiness: health.read,
      metrics,
      logger,
      newId,
      settleLookups: () => tuning.settleLookups(),
    }),
    ...lifeOf(config, { logger, health }, { chat, tuning, stores, reader, jobs, records }),
  };
}

/** Listeners for events of questions. */
function composeListeners(tuning: Tuning, stores: Stores, metrics: Metrics) {
  return {
    notes: tuning.note,
    onJudged: (judged: Judged) => tuning.noteJudged(judged),
    onPolicy: (version: PolicyVersion) => tuning.notePolicy(version),
    onDecision: metrics.countJudged,
    recordTurn: stores.recorder.record,
  };
}

/** The turnstile for work in the event loop, and new connections, which have priority. */
function composeTurns({ turnstile }: Pick<GivenParts, "turnstile">) {
  const arrivals = createArrivals();
  const own = () => createTurnstile({ goesFirst: arrivals.goFirst });
  return { arrivals, turnstile: turnstile ?? own() };
}

/** Answers in progress; none starts while the turn queue is full. */
function composeAnswers(
  chat: ComposedChat,
  {
    stores,
    onEnd,
    now,
    turnstile,
  }: { stores: Stores; now: Clock; turnstile: Turnstile } & Pick<
    Parameters<typeof createLiveAnswers>[0],
    "onEnd"
  >,
): LiveAnswers {
  return createLiveAnswers({
    answer: answerWith({ ...chat, admit: stores.recorder.admit }),
    newId,
    wasErased: (conversation, since) => stores.history.wasRemoved(conversation, since),
    now,
    turnstile,
    onEnd,
  });
}

/** Starts and closes the service. What others write to is closed last. */
function lifeOf(
  config: Config,
  { logger, health }: { logger: Logger; health: Health },
  parts: {
    chat: ComposedChat;
    tuning: Tuning;
    stores: Stores;
    reader: DocumentReader;
    jobs: DocumentJobs;
    records: RecordStores;
  },
): Pick<Service, "start" | "close"> {
  const { chat, tuning, stores, reader, jobs, records } = parts;
  const { knowledgeDir: folder } = config;
  let watch: ReturnType<typeof composeWatch> | undefined;
  return {
    async start() {
      await chat.policies.begin();
      const report = await stores.load().catch((error: unknown) => {
        throw asEmbeddingsProblem(error, config);
      });
      logSync(report, folder, logger);
      health.set("documents", "ok");
      if (config.knowledgeWatch) watch = composeWatch(folder, report.state, { ...parts, logger });
      warmUp(chat).catch((err: unknown) =>
        logger.warn({ err }, "warm-up failed; first answers may be slower"),
      );
    },
    async close(timeoutMs = CLOSE_MS) {
      const deadline = Date.now() + timeoutMs;
      const left = () => Math.max(0, deadline - Date.now());
      // Each step gets part of the time, so that one that hangs does not keep pending turns from
      // being written.
      const ending = [
        Promise.resolve(watch?.close()),
        chat.close(),
        tuning.close(),
        jobs.close(),
        reader.close(),
      ];
      await waitAtMost(Promise.all(ending), left() / 4);
      await waitAtMost(stores.close(left() / 2), left());
      await waitAtMost(records.close(), left());
    },
  };
}

function logSync({ skipped, state: _state, ...sums }: SyncReport, folder: string, logger: Logger) {
  for (const { file, reason } of skipped)
    logger.warn({ folder, file, reason }, "skipped a file in KNOWLEDGE_DIR");
  logger.info({ folder, ...sums, skipped: skipped.length }, "documents loaded");
}

/** Takes changes of the knowledge folder over. */
function composeWatch(
  folder: string,
  loaded: FolderState,
  {
    stores,
    records,
    reader,
    logger,
  }: {
    stores: Stores;
    records: RecordStores;
    reader: DocumentReader;
    logger: Logger;
  },
) {
  const given = { folder, ingest: stores.ingest, documents: records.documents, reader };
  let before = loaded;
  return watchFolder({
    look: () => readStamps(folder),
    async sync() {
      const report = await syncFolder({ tenant: DEFAULT_TENANT, ...given, before });
      before = report.state;
      return report;
    },
    onSynced: (report) => logSync(report, folder, logger),
    onError: (err) =>
      logger.warn({ err, folder }, "cannot take over changes of KNOWLEDGE_DIR; retrying"),
  });
}

function reportFailures(metrics: Metrics, logger: Logger): OnFailure {
  return (part, err) => {
    metrics.countDegraded(part);
    // The connection logs each outage once.
    if (err instanceof RedisUnavailable) logger.debug({ err, part }, "Redis unavailable");
    else logger.warn({ err, part }, "answer continues without a failed dependency");
  };
}

async function openStores(
  config: Config,
  { documents, turns }: RecordStores,
  given: { embedder: Embedder; reader: DocumentReader },
  helpers: { logger: Logger; metrics: Metrics; health: Health; now: Clock },
): Promise<Stores> {
  const { logger, now, metrics } = helpers;
  const parts = { documents, turns, ...given, now, logger, onTurn: metrics.observeTurn };
  if (config.redis === undefined) return composeMemoryStores(config, parts);
  // Loaded on demand: the Redis client takes a while to import.
  const { composeRedisStores } = await import("./redis.ts");
  return composeRedisStores(config, { ...parts, ...helpers, redis: config.redis });
}

function composeOwners(
  { owners: record }: RecordStores,
  { ownerNotes: notes }: Stores,
  logger: Logger,
): ConversationOwners {
  const onError = (err: unknown) =>
    logger.debug({ err }, "cannot look up the owner of a conversation");
  return createConversationOwners({ notes, record, onError });
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
    onError: (err) => logger.debug({ err }, "profile cache unavailable; reading the database"),
  });
}
