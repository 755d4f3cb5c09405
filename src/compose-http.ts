import { curateAnswers } from "./chat/curate-answers.ts";
import { editAnswer } from "./chat/edit-answer.ts";
import { explainQuestion } from "./chat/explain-question.ts";
import type { ComposedChat } from "./compose-chat.ts";
import { createReplayCache } from "./compose-replay.ts";
import type { RecordStores } from "./compose-records.ts";
import type { Config } from "./config.ts";
import { createGiveFeedback } from "./feedback/give-feedback.ts";
import type { HttpDependencies } from "./http/types.ts";
import type { createRetrieve } from "./knowledge/retrieve.ts";
import type { Embedder } from "./models/types.ts";
import type { Stores } from "./stores.ts";
import { evaluateLookups } from "./tuning/evaluate-lookups.ts";
import { createLabelByFeedback } from "./tuning/label-by-feedback.ts";
import { observePairs } from "./tuning/observe-pairs.ts";
import { readDocuments, readLookups } from "./tuning/read-log.ts";
import { replayLog } from "./tuning/replay-log.ts";

const VERSION = "0.1.0";

type HttpParts = Pick<
  HttpDependencies,
  "answers" | "profiles" | "readiness" | "metrics" | "logger" | "newId" | "settleLookups"
> & {
  readonly chat: ComposedChat;
  readonly records: RecordStores;
  readonly stores: Stores;
};

/** What the surface is given of the service. */
export function composeHttp(
  config: Config,
  { chat, records, stores, ...own }: HttpParts,
): HttpDependencies {
  return {
    ...own,
    ...pickRecords(records),
    ...pickStores(stores),
    search: createSearch(stores.embedder, chat.retrieve),
    entries: stores.answers,
    editEntry: (edit) => editAnswer(edit, { ...chat, answers: stores.answers }),
    giveFeedback: createGiveFeedback({
      ...stores,
      feedback: records.feedback,
      labelLookup: createLabelByFeedback(records.lookups, own.settleLookups),
    }),
    curate: (given) => curateAnswers(given, { ...chat, ...pickCurated(stores) }),
    explain: (request) => explainQuestion(request, chat),
    observePairs: createObservePairs(chat),
    evaluateLog: createEvaluateLog(records, chat.embedder.id),
    replayLog: createReplayLog(records, chat),
    embedderId: chat.embedder.id,
    policies: chat.policies,
    hasJudge: chat.judgeAnswers !== undefined,
    policy: chat.policy,
    ...pickSettings(config),
    models: [chat.model.id],
  };
}

/** What the surface is told of the settings. */
function pickSettings({ apiKeys, webDir }: Config) {
  return { apiKeys, webFolder: webDir, version: VERSION };
}

/** What the surface reads and writes of the record itself. */
function pickRecords(records: RecordStores) {
  const { documents, transcripts, ledger, idempotency, lookups, shadowRuns } = records;
  return { documents, transcripts, ledger, idempotency, lookups, shadowRuns };
}

/** What it uses of what is kept beside the record. */
function pickStores({ history, recorder, ingest, rankings, rateLimiter }: Stores) {
  return { history, recorder, ingest, rankings, rateLimiter };
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
  { embedder, retrieve, compareQuestions }: ComposedChat,
): HttpDependencies["replayLog"] {
  const openCache = () => createReplayCache(embedder.dimensions, compareQuestions);
  const parts = { lookups, embedder, retrieve, openCache };
  return (range, settings, options) => replayLog(range, settings, parts, options);
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
