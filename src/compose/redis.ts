import { randomUUID } from "node:crypto";
import { createGatedAnswers } from "../cache/gated-answers.ts";
import { createMemorySingleFlight } from "../cache/memory-single-flight.ts";
import { createRedisAnswers } from "../cache/redis-answers.ts";
import { createRedisSingleFlight } from "../cache/redis-single-flight.ts";
import type { Config } from "../config.ts";
import { ConfigError } from "../errors.ts";
import { createRedisServedAnswers } from "../feedback/redis-served-answers.ts";
import { createRedisHistory, type RedisHistory } from "../history/redis-history.ts";
import { createRedisOwnerNotes } from "../identity/redis-owner-notes.ts";
import { fillSharedIndex, type SharedIndex } from "../knowledge/fill-shared-index.ts";
import type { DocumentReader } from "../knowledge/document-reader.ts";
import { createIngest, type Ingest } from "../knowledge/ingest.ts";
import { createMemoryPassages } from "../knowledge/memory-passages.ts";
import { createRedisPassages } from "../knowledge/redis-passages.ts";
import type { DocumentKey } from "../knowledge/refresh-document.ts";
import { createStandbyPassages, type StandbyPassages } from "../knowledge/standby-passages.ts";
import { fillTenant, syncFolder } from "../knowledge/sync-folder.ts";
import type { DocumentStore, PassageStore } from "../knowledge/types.ts";
import { toLangChainEmbeddings } from "../models/langchain-embeddings.ts";
import { createMemoisedEmbedder } from "../models/memoised-embedder.ts";
import { createRedisEmbedder } from "../models/redis-embedder.ts";
import type { Embedder } from "../models/types.ts";
import type { Health } from "../operations/health.ts";
import type { Logger } from "../operations/logger.ts";
import type { Metrics } from "../operations/metrics.ts";
import { createRedisRateLimiter } from "../operations/redis-rate-limiter.ts";
import type { Clock } from "../operations/types.ts";
import { createRedisProfileCache } from "../profiles/redis-profile-cache.ts";
import { connectRedis, type RedisConnection } from "../redis/connection.ts";
import { RedisUnavailable } from "../redis/redis-unavailable.ts";
import { createDataSet, type DataSet } from "../redis/data-set.ts";
import { createRecovery, type Recovery } from "../redis/recovery.ts";
import { redisKeys } from "../redis/redis-keys.ts";
import { createIndexCleanup, type IndexCleanup } from "../redis/index-cleanup.ts";
import { vectorSpaceOf } from "../redis/vector-space.ts";
import { createRedisQuestionRankings } from "../usage/redis-question-rankings.ts";
import { createRedisAnsweredRequests } from "../history/redis-answered-requests.ts";
import { DEFAULT_TENANT, type Stores } from "./stores.ts";
import { createRedisRecorder } from "../transcripts/redis-recorder.ts";
import { createTurnStream } from "../transcripts/redis-turn-stream.ts";
import { createSpilledTurns } from "../transcripts/spilled-turns.ts";
import type { EndedTurn, TurnRecorder, TurnStore } from "../transcripts/types.ts";

/** Maximum wait for Redis at start, in milliseconds; the service then starts without it. */
const START_WAIT_MS = 2_000;

/** Dependencies of the stores. */
interface RedisStoresOptions {
  readonly redis: NonNullable<Config["redis"]>;
  readonly documents: DocumentStore;
  readonly turns: TurnStore;
  readonly embedder: Embedder;
  readonly reader: DocumentReader;
  readonly now: Clock;
  readonly logger: Logger;
  /** Called for each turn that is recorded. */
  readonly onTurn?: ((turn: EndedTurn) => void) | undefined;
  readonly metrics: Metrics;
  readonly health: Health;
}

/**
 * Composes the Redis stores, shared by all replicas. The service continues while Redis is
 * unavailable.
 */
export function composeRedisStores(config: Config, options: RedisStoresOptions): Stores {
  const { documents, reader, now, redis } = options;
  const connection = connectRedis({
    url: redis.url,
    deadlineMs: redis.timeoutMs,
    onError: (err) =>
      options.logger.warn({ err }, "Redis unavailable; answers continue without it"),
  });
  const dataSet = createDataSet(connection);
  const { kind } = config.embeddings;
  // The built-in model is faster than a round trip to Redis.
  const embedder = createMemoisedEmbedder(
    kind === "builtin" ? options.embedder : createRedisEmbedder(options.embedder, { connection }),
  );
  const history = createRedisHistory({ connection, limits: config.history, now });
  // Set at the end, because the recovery depends on stores that report losses to it.
  const later: { recovery?: Recovery } = {};
  const watch = watchOver(later, dataSet, redis.timeoutMs);
  const { redisAnswers, answers } = composeAnswers(options, connection, embedder, watch);
  const { index, passages } = composePassages(options, connection, embedder, watch);
  const removeAnswersOf = (key: DocumentKey) => redisAnswers.removeByDocument(key);
  const ingest = createIngest({ documents, passages, embedder, reader, removeAnswersOf, now });
  const cleanup = createIndexCleanup(connection, vectorSpaceOf(embedder));
  const prepare = async () => {
    // A full Redis rejects this write, but is still useful.
    await cleanup.markInUse().catch(() => undefined);
    await redisAnswers.createIndex();
  };
  const parts = { connection, dataSet, prepare, history, index, passages, ingest, cleanup };
  const recovery = composeRecovery(options, parts);
  later.recovery = recovery;
  const recorder = composeRecorder(config, options, connection, history);
  const local = createMemorySingleFlight();
  const flights = createRedisSingleFlight({ connection, local });
  const rankings = createRedisQuestionRankings({ connection });
  const limit = config.rateLimitPerMinute;
  return {
    passages,
    answers,
    history,
    answeredRequests: createRedisAnsweredRequests(connection),
    ownerNotes: createRedisOwnerNotes({ connection, windowTtlSeconds: config.history.ttlSeconds }),
    recorder,
    profileCache: createRedisProfileCache(connection),
    flights,
    rankings,
    served: createRedisServedAnswers(connection),
    rateLimiter: limit === undefined ? undefined : createRedisRateLimiter({ connection, limit }),
    embedder,
    ingest,
    load: () => load(config, options, { connection, recovery, ingest, embedder }),
    async close(timeoutMs) {
      cleanup.close();
      await recorder.close(timeoutMs);
      await recovery.close();
      const closing = [embedder, flights, history, answers, passages, rankings];
      await Promise.all(closing.map((part) => part.close()));
      await connection.close();
    },
  };
}

function composeRecorder(
  { dataDir }: Config,
  { turns, logger, now, onTurn }: RedisStoresOptions,
  connection: RedisConnection,
  history: RedisHistory,
): TurnRecorder {
  const name = randomUUID();
  const stream = createTurnStream(connection, name);
  const deferred = createTurnStream(connection, name, redisKeys.usageDeferred);
  const spilled = dataDir === undefined ? undefined : createSpilledTurns(dataDir);
  const parts = { stream, deferred, store: turns, logger, now, spilled, onTurn };
  return createRedisRecorder({ history, ...parts });
}

/** What the stores use of the recovery. */
interface Watch {
  readonly dataSet: DataSet;
  readonly onLost: () => void;
  /** Throws RedisUnavailable while Redis does not match the database. */
  readonly checkInSync: () => void;
  /** The same after a short wait; rejects. */
  readonly untilInSync: () => Promise<void>;
}

function watchOver(
  later: { readonly recovery?: Recovery },
  dataSet: DataSet,
  timeoutMs: number,
): Watch {
  const checkInSync = () => {
    if (later.recovery?.isInSync === true) return;
    throw new RedisUnavailable("it is being reconciled with the database", {
      mayHaveHappened: false,
    });
  };
  return {
    dataSet,
    onLost: () => later.recovery?.reportLoss(),
    checkInSync,
    async untilInSync() {
      // Reconciliation is mostly short, so a cached answer is worth the wait, within the deadline
      // of a call.
      if (later.recovery?.isInSync !== true) await later.recovery?.settle(timeoutMs);
      checkInSync();
    },
  };
}

function composeAnswers(
  { now }: RedisStoresOptions,
  connection: RedisConnection,
  embedder: Embedder,
  { onLost, untilInSync }: Watch,
) {
  const embeddings = toLangChainEmbeddings(embedder);
  const space = vectorSpaceOf(embedder);
  const redisAnswers = createRedisAnswers({ connection, space, embeddings, now, onLost });
  return { redisAnswers, answers: createGatedAnswers(redisAnswers, untilInSync) };
}

function composePassages(
  { documents, reader, now, metrics }: RedisStoresOptions,
  connection: RedisConnection,
  embedder: Embedder,
  { dataSet, onLost, checkInSync }: Watch,
) {
  const index = createRedisPassages({
    connection,
    space: vectorSpaceOf(embedder),
    embeddings: toLangChainEmbeddings(embedder),
    isSameData: () => dataSet.isSame(),
    onLost,
  });
  const passages = createStandbyPassages({
    main: index,
    async load(tenant) {
      const standby = createMemoryPassages({ dimensions: embedder.dimensions });
      const ingest = ingestSeparately({ documents, embedder, reader, now }, standby);
      await fillTenant(tenant, ingest, documents);
      return standby;
    },
    checkMain: checkInSync,
    isAway: (error) => error instanceof RedisUnavailable,
    onStandby: () => metrics.countDegraded("retrieval"),
    now,
  });
  return { index, passages };
}

/** Ingests into the database and a separate index; Redis is reconciled later. */
function ingestSeparately(
  parts: Pick<RedisStoresOptions, "documents" | "embedder" | "reader" | "now">,
  passages: PassageStore,
): Ingest {
  return createIngest({ ...parts, passages, removeAnswersOf: async () => 0 });
}

function composeRecovery(
  { documents, logger, metrics, health }: RedisStoresOptions,
  parts: {
    connection: RedisConnection;
    dataSet: DataSet;
    prepare: () => Promise<void>;
    history: RedisHistory;
    index: SharedIndex;
    passages: StandbyPassages;
    ingest: Ingest;
    cleanup: IndexCleanup;
  },
): Recovery {
  const { connection, dataSet, prepare, history, index, passages, ingest } = parts;
  const reportState = (isUp: boolean) => {
    metrics.setRedisUp(isUp);
    health.setHelper("redis", isUp ? "reconciling with the database" : "away");
  };
  reportState(connection.isUp);
  connection.onChange(reportState);
  return createRecovery({
    connection,
    dataSet,
    steps: {
      prepare,
      reconcileHistory: (options) => history.reconcile(options),
      fill: () => fillSharedIndex({ index, ingest, documents }),
    },
    onEnd(end) {
      if ("error" in end) {
        logger.warn({ err: end.error }, "cannot reconcile Redis with the database; retrying");
        return;
      }
      passages.release();
      health.setHelper("redis", "ok");
      logger.info({ filled: end.filled }, "Redis is reconciled with the database");
      parts.cleanup
        .dropUnused()
        .catch((err: unknown) =>
          logger.debug({ err }, "cannot drop unused indexes; retrying later"),
        );
    },
  });
}

/**
 * Loads the documents. While Redis is unavailable they are only written to the database, and to
 * Redis once it is back.
 */
async function load(
  config: Config,
  { documents, reader, now, logger }: RedisStoresOptions,
  parts: {
    connection: RedisConnection;
    recovery: Recovery;
    ingest: Ingest;
    embedder: Embedder;
  },
) {
  const { connection, recovery, ingest, embedder } = parts;
  const sync = (into: Ingest) =>
    syncFolder({
      tenant: DEFAULT_TENANT,
      folder: config.knowledgeDir,
      ingest: into,
      documents,
      reader,
    });
  if (await connection.untilUp(START_WAIT_MS)) await checkSearch(connection);
  await recovery.begin();
  try {
    if (recovery.isInSync) return await sync(ingest);
  } catch (error) {
    if (!(error instanceof RedisUnavailable)) throw error;
    logger.warn({ err: error }, "Redis became unavailable while the documents were loaded");
  }
  const temporary = createMemoryPassages({ dimensions: embedder.dimensions });
  const report = await sync(ingestSeparately({ documents, embedder, reader, now }, temporary));
  recovery.reportLoss();
  return report;
}

/** @throws ConfigError if this Redis has no search */
async function checkSearch(connection: RedisConnection): Promise<void> {
  try {
    await connection.run((client) => client.ft._list());
  } catch (error) {
    if (!/unknown command/i.test(String(error))) return;
    throw new ConfigError([
      "REDIS_URL: this Redis has no search module; use Redis 8, Redis Stack or a managed Redis with search",
    ]);
  }
}
