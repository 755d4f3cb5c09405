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
import type { TurnRecorder, TurnStore } from "../transcripts/types.ts";

/** How long a start waits for Redis before the service begins without it, in milliseconds. */
const START_WAIT_MS = 2_000;

/** What the stores lean on. */
interface RedisStoresOptions {
  readonly redis: NonNullable<Config["redis"]>;
  readonly documents: DocumentStore;
  readonly turns: TurnStore;
  readonly embedder: Embedder;
  readonly reader: DocumentReader;
  readonly now: Clock;
  readonly logger: Logger;
  readonly metrics: Metrics;
  readonly health: Health;
}

/** Everything beside the record in Redis, shared by all replicas; the service goes on while it is away. */
export function composeRedisStores(config: Config, options: RedisStoresOptions): Stores {
  const { documents, reader, now, redis } = options;
  const connection = connectRedis({
    url: redis.url,
    deadlineMs: redis.timeoutMs,
    onTrouble: (err) => options.logger.warn({ err }, "Redis is away; answers go on without it"),
  });
  const dataSet = createDataSet(connection);
  const { kind } = config.embeddings;
  // The built-in model is faster than a round trip.
  const embedder = createMemoisedEmbedder(
    kind === "builtin" ? options.embedder : createRedisEmbedder(options.embedder, { connection }),
  );
  const history = createRedisHistory({ connection, limits: config.history, now });
  // Made last and asked for later: what it brings in line reports losses to it.
  const later: { recovery?: Recovery } = {};
  const watch = watchOver(later, dataSet, redis.timeoutMs);
  const { redisAnswers, answers } = composeAnswers(options, connection, embedder, watch);
  const { index, passages } = composePassages(options, connection, embedder, watch);
  const removeAnswersOf = (key: DocumentKey) => redisAnswers.removeByDocument(key);
  const ingest = createIngest({ documents, passages, embedder, reader, removeAnswersOf, now });
  const cleanup = createIndexCleanup(connection, vectorSpaceOf(embedder));
  const prepare = async () => {
    // A full Redis refuses the lease, and is still of use.
    await cleanup.hold().catch(() => undefined);
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
  { turns, logger, now }: RedisStoresOptions,
  connection: RedisConnection,
  history: RedisHistory,
): TurnRecorder {
  const name = randomUUID();
  const stream = createTurnStream(connection, name);
  const aside = createTurnStream(connection, name, redisKeys.usageAside);
  const spilled = dataDir === undefined ? undefined : createSpilledTurns(dataDir);
  return createRedisRecorder({ history, stream, aside, store: turns, logger, now, spilled });
}

/** What the stores tell and ask of the one that keeps Redis in line with the record. */
interface Watch {
  readonly dataSet: DataSet;
  readonly onLost: () => void;
  /** Throws RedisUnavailable. */
  readonly checkInLine: () => void;
  /** The same after it has waited a moment; rejects. */
  readonly untilInLine: () => Promise<void>;
}

function watchOver(
  later: { readonly recovery?: Recovery },
  dataSet: DataSet,
  timeoutMs: number,
): Watch {
  const checkInLine = () => {
    if (later.recovery?.isInLine === true) return;
    throw new RedisUnavailable("it is not in line with the record", { mayHaveHappened: false });
  };
  return {
    dataSet,
    onLost: () => later.recovery?.reportLoss(),
    checkInLine,
    async untilInLine() {
      // It mostly takes a moment: a stored answer is worth waiting for as long as a call may take.
      if (later.recovery?.isInLine !== true) await later.recovery?.settle(timeoutMs);
      checkInLine();
    },
  };
}

function composeAnswers(
  { now }: RedisStoresOptions,
  connection: RedisConnection,
  embedder: Embedder,
  { onLost, untilInLine }: Watch,
) {
  const embeddings = toLangChainEmbeddings(embedder);
  const space = vectorSpaceOf(embedder);
  const redisAnswers = createRedisAnswers({ connection, space, embeddings, now, onLost });
  return { redisAnswers, answers: createGatedAnswers(redisAnswers, untilInLine) };
}

function composePassages(
  { documents, reader, now, metrics }: RedisStoresOptions,
  connection: RedisConnection,
  embedder: Embedder,
  { dataSet, onLost, checkInLine }: Watch,
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
      const ingest = ingestAside({ documents, embedder, reader, now }, standby);
      await fillTenant(tenant, ingest, documents);
      return standby;
    },
    checkMain: checkInLine,
    isAway: (error) => error instanceof RedisUnavailable,
    onStandby: () => metrics.countDegraded("retrieval"),
    now,
  });
  return { index, passages };
}

/** Writes the record and an index of its own; Redis hears of it when it is back. */
function ingestAside(
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
  const tellOf = (isUp: boolean) => {
    metrics.setRedisUp(isUp);
    health.setHelper("redis", isUp ? "not in line with the record yet" : "away");
  };
  tellOf(connection.isUp);
  connection.onChange(tellOf);
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
        logger.warn({ err: end.error }, "Redis could not be brought in line; trying again");
        return;
      }
      passages.release();
      health.setHelper("redis", "ok");
      logger.info({ filled: end.filled }, "Redis is in line with the record");
      parts.cleanup
        .clear()
        .catch((err: unknown) => logger.debug({ err }, "old indexes are still there"));
    },
  });
}

/** With Redis away the documents come into the record alone, and into Redis when it is back. */
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
    if (recovery.isInLine) return await sync(ingest);
  } catch (error) {
    if (!(error instanceof RedisUnavailable)) throw error;
    logger.warn({ err: error }, "Redis went away while the documents were loaded");
  }
  const aside = createMemoryPassages({ dimensions: embedder.dimensions });
  const report = await sync(ingestAside({ documents, embedder, reader, now }, aside));
  recovery.reportLoss();
  return report;
}

/** @throws ConfigError where Redis can never serve: it knows no searches */
async function checkSearch(connection: RedisConnection): Promise<void> {
  try {
    await connection.run((client) => client.ft._list());
  } catch (error) {
    if (!/unknown command/i.test(String(error))) return;
    throw new ConfigError([
      "REDIS_URL: this Redis has no search; Redis 8, Redis Stack or a managed Redis with search is needed",
    ]);
  }
}
