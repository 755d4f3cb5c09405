import { embedAsks } from "../cache/ask/embed-asks.ts";
import { asWhole } from "../cache/ask/separate-ask.ts";
import { curateAnswers } from "../curation/curate-answers.ts";
import { editAnswer } from "../curation/edit-answer.ts";
import { createEmbedForClient } from "../chat/embed-for-client.ts";
import { explainQuestion } from "../answer/explain-question.ts";
import type { ComposedChat } from "./chat.ts";
import { createReplayCache } from "./replay.ts";
import type { RecordStores } from "./records.ts";
import type { Config } from "../config.ts";
import { createGiveFeedback } from "../feedback/give-feedback.ts";
import { createReviewQueue } from "../feedback/review-queue.ts";
import type { HttpDependencies } from "../http/types.ts";
import { createAuthenticator, limitToReadable } from "../identity/authenticator.ts";
import type { Authenticator } from "../identity/types.ts";
import { createUserTokens } from "../identity/user-tokens.ts";
import { retrieveFor, type RetrieveForParts } from "../knowledge/reader-groups.ts";
import type { Embedder } from "../models/types.ts";
import { createSlots } from "../operations/concurrency.ts";
import { createWorkQueue } from "../operations/work-queue.ts";
import type { Stores } from "./stores.ts";
import { evaluateLookups, readDocuments, readLookups } from "../tuning/evaluate-lookups.ts";
import { createLabelByFeedback } from "../tuning/label-lookups.ts";
import { observePairs } from "../tuning/observe-labelled.ts";
import { replayLog } from "../tuning/replay-log.ts";

const VERSION = "0.1.0";

type HttpParts = Pick<
  HttpDependencies,
  | "arrivals"
  | "answers"
  | "profiles"
  | "owners"
  | "reader"
  | "jobs"
  | "readiness"
  | "metrics"
  | "logger"
  | "newId"
  | "settleLookups"
> & {
  readonly chat: ComposedChat;
  readonly records: RecordStores;
  readonly stores: Stores;
};

/** The dependencies of the HTTP layer. */
export function composeHttp(
  config: Config,
  { chat, records, stores, ...own }: HttpParts,
): HttpDependencies {
  return {
    ...own,
    ...pickRecords(records),
    ...pickStores(stores),
    search: createSearch(stores.embedder, chat),
    entries: stores.answers,
    editEntry: createEditEntry(chat, stores),
    giveFeedback: createGiveFeedback({
      ...stores,
      feedback: records.feedback,
      labelLookup: createLabelByFeedback(records.lookups, own.settleLookups),
    }),
    feedback: records.feedback,
    reviews: composeReviews({ chat, records, stores, ...own }),
    curate: createCurate(chat, stores),
    explain: (request) => explainQuestion(request, chat),
    observePairs: createObservePairs(chat),
    evaluateLog: createEvaluateLog(records, chat.embedder.id),
    replayLog: createReplayLog(records, chat),
    embedderId: chat.embedder.id,
    embedder: chat.embedder,
    embedForClient: createEmbedForClient({
      ...chat,
      newId: own.newId,
      onFailure: (err) => own.logger.warn({ err }, "usage of client embeddings was not recorded"),
    }),
    policies: chat.policies,
    hasJudge: chat.judgeAnswers !== undefined,
    policy: chat.policy,
    ...pickSettings(config),
    apiKeys: composeAuthenticator(config, records),
    models: [chat.model.id],
    modelTakes: (field) => chat.model.takes?.(field) ?? true,
  };
}

function composeAuthenticator(config: Config, { documents }: RecordStores): Authenticator {
  const tokens = config.jwt === undefined ? undefined : createUserTokens(config.jwt);
  const hasGroups = async (tenant: string) => (await documents.restricted(tenant)).size > 0;
  return limitToReadable(createAuthenticator(config, tokens), hasGroups);
}

type ComposedParts = Pick<HttpParts, "chat" | "records" | "stores" | "settleLookups">;

function composeReviews({ chat, records, stores, settleLookups }: ComposedParts) {
  return createReviewQueue({
    feedback: records.feedback,
    lookups: records.lookups,
    entries: stores.answers,
    editEntry: createEditEntry(chat, stores),
    curate: createCurate(chat, stores),
    settleLookups,
    now: chat.now,
  });
}

const createEditEntry =
  (chat: ComposedChat, { answers }: Stores): HttpDependencies["editEntry"] =>
  (edit) =>
    editAnswer(edit, { ...chat, answers });

const createCurate =
  (chat: ComposedChat, stores: Stores): HttpDependencies["curate"] =>
  (given) =>
    curateAnswers(given, { ...chat, ...pickCurated(stores) });

/** Settings of the HTTP layer. */
function pickSettings(config: Config) {
  const { limits } = config;
  return {
    webFolder: config.webDir,
    historyMaxMessages: config.history.maxMessages,
    limits,
    offeredTools: config.offeredTools,
    answerSlots: createSlots({ total: limits.answers, perKey: limits.answersPerKey }),
    tuningLine: createWorkQueue({ atOnce: 2, waiting: 5 }),
    socketSlots: createSlots({ total: limits.sockets, perKey: limits.socketsPerKey }),
    version: VERSION,
  };
}

/** Database stores that the HTTP layer uses directly. */
function pickRecords(records: RecordStores) {
  const { documents, transcripts, ledger, idempotency, responses, lookups, shadowRuns } = records;
  return { documents, transcripts, ledger, idempotency, responses, lookups, shadowRuns };
}

/** Other stores that the HTTP layer uses directly. */
function pickStores(stores: Stores) {
  const { history, answeredRequests, recorder, ingest, rankings, rateLimiter } = stores;
  return { history, answeredRequests, recorder, ingest, rankings, rateLimiter };
}

function pickCurated({ answers, passages }: Stores) {
  return { answers, passages };
}

function createObservePairs(chat: ComposedChat): HttpDependencies["observePairs"] {
  return (pairs, options) =>
    observePairs(pairs, { ...chat, guards: chat.policy(options.tenant).guards }, options);
}

function createEvaluateLog(
  { lookups, documents }: RecordStores,
  embedderId: string,
): HttpDependencies["evaluateLog"] {
  return async (range, question) => {
    const [logged, known] = await Promise.all([
      readLookups(lookups, range),
      readDocuments(documents, range.tenant),
    ]);
    return evaluateLookups(logged, { ...question, embedderId, documents: known });
  };
}

function createReplayLog(
  { lookups }: RecordStores,
  { embedder, retrieve, compareQuestions, compareWords, separateAsk = asWhole }: ComposedChat,
): HttpDependencies["replayLog"] {
  const comparing = { compareQuestions, compareWords, separateAsk };
  const openCache = (questions: number) =>
    createReplayCache(embedder.dimensions, comparing, questions);
  const parts = { lookups, embedder: embedAsks(embedder, separateAsk), retrieve, openCache };
  return (range, settings, options) => replayLog(range, settings, parts, options);
}

/** Maximum wait for the embedding of a search query, in milliseconds. */
const SEARCH_EMBED_MS = 5_000;

function createSearch(embedder: Embedder, parts: RetrieveForParts): HttpDependencies["search"] {
  return async ({ tenant, reader, query, limit }) => {
    // Without the embedder, the search uses text only.
    const waiting = { tenant, waitMs: SEARCH_EMBED_MS };
    const embedded = await embedder.embed([query], waiting).catch(() => null);
    const vector = embedded?.vectors[0];
    const { passages } = await retrieveFor({ tenant, reader, text: query, vector, limit }, parts);
    return passages;
  };
}
