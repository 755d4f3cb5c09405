import type { OfferedTools } from "../config/config-fields.ts";
import type { AnswerEntry, AnswerStore } from "../cache/types.ts";
import type { CuratedAnswer, GivenAnswer } from "../curation/curate-answers.ts";
import type { AnswerEdit } from "../curation/edit-answer.ts";
import type { EmbeddedTexts, EmbedRequest } from "../chat/embed-for-client.ts";
import type { QuestionExplanation } from "../answer/explain-question.ts";
import type { ChatRequest, LiveAnswers } from "../chat/types.ts";
import type { GiveFeedback } from "../feedback/give-feedback.ts";
import type { ReviewQueue } from "../feedback/review-queue.ts";
import type { FeedbackStore } from "../feedback/types.ts";
import type { ServerLimits } from "../config/limits.ts";
import type { AnsweredRequests } from "../history/answered-requests.ts";
import type { ChatHistory } from "../history/types.ts";
import type { ConversationOwners } from "../identity/conversation-owners.ts";
import type { Authenticator, Reader } from "../identity/types.ts";
import type { DocumentReader } from "../knowledge/document-reader.ts";
import type { Ingest } from "../knowledge/ingest.ts";
import type { DocumentJobs } from "../knowledge/job-types.ts";
import type { DocumentStore, RetrievedPassage } from "../knowledge/types.ts";
import type { Readiness } from "../operations/health.ts";
import type { Logger } from "../operations/logger.ts";
import type { Arrivals, Slots } from "../operations/concurrency.ts";
import type { WorkQueue } from "../operations/work-queue.ts";
import type { Metrics } from "../operations/metrics.ts";
import type { RateLimiter } from "../operations/types.ts";
import type { IdempotencyStore } from "../idempotency/types.ts";
import type { Profiles } from "../profiles/types.ts";
import type { ResponseStore } from "../responses/types.ts";
import type { TurnRecorder, Transcripts } from "../transcripts/types.ts";
import type { CallOptions, Embedder } from "../models/types.ts";
import type { LogEvaluation, LogQuestion } from "../tuning/evaluate-lookups.ts";
import type { LookupSelection, LookupStore } from "../tuning/lookup-types.ts";
import type { LabelledPair } from "../tuning/observe-labelled.ts";
import type { Policies } from "../tuning/policies.ts";
import type { ShadowStore } from "../tuning/shadow-types.ts";
import type { LogReplay } from "../tuning/replay-log.ts";
import type { ReplaySetting } from "../tuning/replay.ts";
import type { Observation } from "../tuning/types.ts";
import type { Ledger } from "../usage/types.ts";
import type { QuestionRankings } from "../usage/question-rankings.ts";

/** Dependencies of the HTTP and WebSocket API. */
export interface HttpDependencies {
  readonly answers: LiveAnswers;
  readonly history: ChatHistory;
  /** Answered requests of chats that clients keep. */
  readonly answeredRequests: AnsweredRequests;
  /** Maximum messages of the conversation that an answer takes into account. */
  readonly historyMaxMessages: number;
  readonly recorder: Pick<TurnRecorder, "settle">;
  readonly transcripts: Transcripts;
  readonly ledger: Ledger;
  readonly profiles: Profiles;
  readonly idempotency: IdempotencyStore;
  /** Stored responses of the Responses API. */
  readonly responses: ResponseStore;
  readonly ingest: Ingest;
  readonly documents: DocumentStore;
  readonly jobs: DocumentJobs;
  /** Reads uploads; large ones in a worker thread. */
  readonly reader: DocumentReader;
  /** Passages for a text, best first. */
  readonly search: (query: {
    tenant: string;
    /** Finds only what this reader may read. */
    reader: Reader | undefined;
    query: string;
    limit: number;
  }) => Promise<readonly RetrievedPassage[]>;
  /** Cache entries, for administration. */
  readonly entries: Pick<
    AnswerStore,
    "find" | "list" | "count" | "remove" | "removeAll" | "setQuarantined"
  >;
  /** Stores curated and imported answers. */
  readonly curate: (answers: {
    tenant: string;
    given: readonly GivenAnswer[];
  }) => Promise<readonly CuratedAnswer[]>;
  /** Edits a cache entry in place. Undefined if it no longer exists. */
  readonly editEntry: (
    edit: AnswerEdit & { tenant: string; id: string },
  ) => Promise<AnswerEntry | undefined>;
  readonly giveFeedback: GiveFeedback;
  /** Readers' ratings of messages. */
  readonly feedback: Pick<FeedbackStore, "ratingsOf">;
  readonly reviews: ReviewQueue;
  /** Explains what the cache would do with a question. Changes nothing. */
  readonly explain: (request: ChatRequest) => Promise<QuestionExplanation>;
  /** Converts labelled pairs to observed lookups. */
  readonly observePairs: (
    pairs: readonly LabelledPair[],
    options: CallOptions & { tenant: string },
  ) => Promise<readonly Observation[]>;
  /** Evaluates thresholds over the logged lookups of a time range. */
  readonly evaluateLog: (
    range: LookupSelection,
    question: Pick<LogQuestion, "target" | "thresholds">,
  ) => Promise<LogEvaluation>;
  /** Replays the logged questions of a time range with different settings. */
  readonly replayLog: (
    range: LookupSelection,
    settings: { current: ReplaySetting; asked: ReplaySetting },
    options: CallOptions,
  ) => Promise<LogReplay>;
  /** Id of the embedder of the compared vectors. */
  readonly embedderId: string;
  readonly lookups: LookupStore;
  readonly shadowRuns: Pick<ShadowStore, "list">;
  /** Resolves when all lookups of this process are in the log. */
  readonly settleLookups: () => Promise<void>;
  readonly policies: Pick<Policies, "of" | "change" | "versions" | "find">;
  /** Whether a model compares the answers of shadow runs if the rule is unsure. */
  readonly hasJudge: boolean;
  /** The active policy of a tenant. */
  readonly policy: (tenant: string) => { threshold: number; ttlSeconds: number };
  /** Undefined: no limit. */
  readonly rateLimiter: RateLimiter | undefined;
  /** Limits on what clients may hold open. */
  readonly limits: ServerLimits;
  /** Slots for answers that run or are being sent. */
  readonly answerSlots: Slots;
  /** Queue for evaluations and replays; each occupies this process for seconds. */
  readonly tuningLine: WorkQueue;
  /** New connections; other work yields to them. */
  readonly arrivals: Arrivals;
  /** Slots for open WebSockets. */
  readonly socketSlots: Slots;
  readonly rankings: QuestionRankings;
  /** Owners of conversations. */
  readonly owners: Pick<ConversationOwners, "begin" | "check">;
  /** Authenticates API keys and signed user tokens. */
  readonly apiKeys: Authenticator;
  /** The embedder of the embeddings API. */
  readonly embedder: Pick<Embedder, "id" | "model" | "dimensions">;
  readonly embedForClient: (request: EmbedRequest) => Promise<EmbeddedTexts>;
  /** How the cache treats OpenAI requests that offer tools. */
  readonly offeredTools: OfferedTools;
  /** Whether the model accepts a field of OpenAI's API. `messages`: more than text. */
  readonly modelTakes: (field: string) => boolean;
  /** Model ids for `GET /v1/models`. */
  readonly models: readonly string[];
  readonly readiness: () => Readiness;
  readonly metrics: Metrics;
  readonly logger: Logger;
  /** Creates an unguessable id with a prefix: `conv_…`. */
  readonly newId: (prefix: string) => string;
  /** Folder of the built web app, served at `/`. */
  readonly webFolder: string;
  readonly version: string;
}

export type { Principal } from "../identity/types.ts";
