import { NO_GROUPS } from "../../src/knowledge/reader-groups.ts";
import { createServer, type RequestListener } from "node:http";
import { mkdtemp, rm } from "node:fs/promises";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createOwnDatabase } from "../../scripts/postgres/own-database.ts";
import { createApp } from "../../src/app.ts";
import { answerQuestion } from "../../src/answer/answer-question.ts";
import { createLiveAnswers } from "../../src/chat/live-answers.ts";
import type { AnswerParts } from "../../src/answer/answer-question.ts";
import { composeChat, type ComposedChat } from "../../src/compose/chat.ts";
import { composeHttp } from "../../src/compose/http.ts";
import { composeMemoryStores } from "../../src/compose/memory.ts";
import { composeRecords } from "../../src/compose/records.ts";
import { createIngestJobs } from "../../src/knowledge/ingest-jobs.ts";
import { inlineDocumentReader } from "../../src/knowledge/document-reader.ts";
import { composeRedisStores } from "../../src/compose/redis.ts";
import { readConfig } from "../../src/config.ts";
import { createConversationOwners } from "../../src/identity/conversation-owners.ts";
import { createBuiltinEmbeddings } from "../../src/models/builtin-embeddings.ts";
import { createHealth } from "../../src/operations/health.ts";
import { createLogger } from "../../src/operations/logger.ts";
import { createMetrics } from "../../src/operations/metrics.ts";
import { windowTurn } from "../../src/transcripts/direct-recorder.ts";
import { createLookupLog } from "../../src/tuning/lookup-log.ts";
import { QUESTION } from "./http-client.ts";
import { createArrivals, createTurnstile } from "../../src/operations/concurrency.ts";

/** Two services on the same stores, with and without recording, and one cached answer. */
export async function openRecordedService() {
  const folder = await mkdtemp(join(tmpdir(), "reprise-bench-"));
  const server = process.env["DATABASE_URL"];
  const database = server === undefined ? undefined : await createOwnDatabase(server);
  const config = readConfig({
    LOG_LEVEL: "error",
    DATA_DIR: folder,
    ...process.env,
    ...(database !== undefined && { DATABASE_URL: database.url }),
  });
  const logger = createLogger(config.logLevel);
  const now = () => Date.now();
  const [metrics, health] = [createMetrics(), createHealth(["documents"])];
  const records = await composeRecords(config, now, logger, health);
  const embedder = await createBuiltinEmbeddings({ folder: config.builtinModelDir });
  const reader = inlineDocumentReader;
  const helpers = { ...records, embedder, reader, now, logger, metrics, health };
  const stores =
    config.redis === undefined
      ? composeMemoryStores(config, helpers)
      : composeRedisStores(config, { ...helpers, redis: config.redis });
  let lost = 0;
  const log = createLookupLog({
    ...config.lookupLog,
    store: records.lookups,
    random: Math.random,
    onLost: ({ count }) => (lost += count),
  });
  const profiles = { read: async () => undefined, put: fail, patch: fail, remove: fail };
  const owners = createConversationOwners({
    notes: stores.ownerNotes,
    record: records.owners,
    onError: (err) => logger.error({ err }, "degraded"),
  });
  const chat = await composeChat(
    config,
    {
      stores,
      readers: NO_GROUPS,
      turnstile: createTurnstile(),
      given: {},
      profiles,
      owners,
      budget: records.budget,
      policyStore: records.policies,
      transcripts: records.transcripts,
      notes: (note) => log.note(note),
      onJudged: () => {},
      onPolicy: () => {},
      recordTurn: (turn) => stores.recorder.record(turn),
      now,
    },
    (part, err) => logger.error({ part, err }, "degraded"),
  );
  const without: ComposedChat = {
    ...chat,
    notes: () => {},
    async recordTurn(turn) {
      const window = windowTurn(turn);
      if (window !== undefined) await stores.history.append(window.key, window.messages);
    },
  };
  const serve = (own: ComposedChat) => {
    const newId = (prefix: string) => `${prefix}_${crypto.randomUUID()}`;
    const answers = createLiveAnswers({
      answer: (request, run) => answerQuestion(request, run, own),
      newId: () => newId("msg"),
      onEnd: (last) => {
        if (last.type === "answer-end") metrics.observeAnswer(last.reply);
      },
      wasErased: async () => false,
      now: Date.now,
    });
    const settleLookups = () => log.settle();
    const composed = { answers, chat: own, records, stores, profiles, owners };
    const jobs = createIngestJobs({
      store: records.jobs,
      ingest: stores.ingest,
      newId,
      now: Date.now,
    });
    const arrivals = createArrivals();
    const parts = { ...composed, reader, jobs, metrics, logger, newId, arrivals };
    const readiness = () => health.read();
    return listen(createApp(composeHttp(config, { ...parts, readiness, settleLookups })));
  };
  await stores.load();
  health.set("documents", "ok");
  await storeAnswer(chat);
  const [recorded, bare] = await Promise.all([serve(chat), serve(without)]);
  return {
    database: config.database.startsWith("postgres") ? "PostgreSQL" : "SQLite",
    stores: config.redis === undefined ? "memory" : "Redis",
    urls: { with: recorded.url, without: bare.url },
    /** Lookups that the log dropped. */
    lost: () => lost,
    async settle() {
      await Promise.all([log.settle(), stores.recorder.settle("default")]);
    },
    async close() {
      recorded.close();
      bare.close();
      for (const part of [chat, log, stores, records]) await part.close();
      await database?.drop();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

async function storeAnswer(dependencies: AnswerParts): Promise<void> {
  const request = {
    tenant: "default",
    message: QUESTION,
    conversationId: null,
    history: [],
    cacheMode: "default",
  } as const;
  const run = { id: "msg_bench", stopSignal: new AbortController().signal };
  for await (const event of answerQuestion(request, run, dependencies)) {
    if (event.type === "answer-error") throw new Error(event.error.message);
  }
}

async function listen(app: RequestListener) {
  const server = createServer(app);
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    close() {
      server.closeAllConnections();
      server.close();
    },
  };
}

function fail(): never {
  throw new Error("not asked for in this bench");
}
