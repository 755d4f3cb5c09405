import type { OfferedTools } from "../config/config-fields.ts";
import type { AnswerEntry, AnswerStore } from "../cache/types.ts";
import type { CuratedAnswer, GivenAnswer } from "../curation/curate-answers.ts";
import type { AnswerEdit } from "../curation/edit-answer.ts";
import type { EmbeddedTexts, EmbedRequest } from "../chat/embed-for-client.ts";
import type { QuestionExplanation } from "../answer/explain-question.ts";
import type { ChatRequest, LiveAnswers } from "../chat/types.ts";
import type { GiveFeedback } from "../feedback/give-feedback.ts";
import type { ServerLimits } from "../config/limits.ts";
import type { AnsweredRequests } from "../history/answered-requests.ts";
import type { ChatHistory } from "../history/types.ts";
import type { ConversationOwners } from "../identity/conversation-owners.ts";
import type { Authenticator } from "../identity/types.ts";
import type { DocumentReader } from "../knowledge/document-reader.ts";
import type { Ingest } from "../knowledge/ingest.ts";
import type { DocumentJobs } from "../knowledge/job-types.ts";
import type { DocumentStore, RetrievedPassage } from "../knowledge/types.ts";
import type { Readiness } from "../operations/health.ts";
import type { Logger } from "../operations/logger.ts";
import type { Arrivals } from "../operations/turnstile.ts";
import type { Slots } from "../operations/slots.ts";
import type { WorkLine } from "../operations/work-line.ts";
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

/** All that the HTTP and WebSocket surface leans on. */
export interface HttpDependencies {
  readonly answers: LiveAnswers;
  readonly history: ChatHistory;
  /** Of chats that their clients hold. */
  readonly answeredRequests: AnsweredRequests;
  /** Messages of a conversation that an answer takes into account. */
  readonly historyMaxMessages: number;
  readonly recorder: Pick<TurnRecorder, "settle">;
  readonly transcripts: Transcripts;
  readonly ledger: Ledger;
  readonly profiles: Profiles;
  readonly idempotency: IdempotencyStore;
  /** Of the Responses API. */
  readonly responses: ResponseStore;
  readonly ingest: Ingest;
  readonly documents: DocumentStore;
  readonly jobs: DocumentJobs;
  /** Reads what is uploaded, away from this thread where it is large. */
  readonly reader: DocumentReader;
  /** Passages for a text, best first. */
  readonly search: (query: {
    tenant: string;
    query: string;
    limit: number;
  }) => Promise<readonly RetrievedPassage[]>;
  /** Stored answers, for those who look after them. */
  readonly entries: Pick<
    AnswerStore,
    "find" | "list" | "count" | "remove" | "removeAll" | "setQuarantined"
  >;
  /** Stores answers that people give. */
  readonly curate: (answers: {
    tenant: string;
    given: readonly GivenAnswer[];
  }) => Promise<readonly CuratedAnswer[]>;
  /** Changes a stored answer in its place; undefined when it is gone. */
  readonly editEntry: (
    edit: AnswerEdit & { tenant: string; id: string },
  ) => Promise<AnswerEntry | undefined>;
  readonly giveFeedback: GiveFeedback;
  /** What the cache would do with a question; changes nothing. */
  readonly explain: (request: ChatRequest) => Promise<QuestionExplanation>;
  /** Labelled pairs as the lookups they would be. */
  readonly observePairs: (
    pairs: readonly LabelledPair[],
    options: CallOptions & { tenant: string },
  ) => Promise<readonly Observation[]>;
  /** What thresholds would have done with the logged lookups of that time. */
  readonly evaluateLog: (
    range: LookupSelection,
    question: Pick<LogQuestion, "target" | "thresholds">,
  ) => Promise<LogEvaluation>;
  /** What another setting would have done with the questions of that time. */
  readonly replayLog: (
    range: LookupSelection,
    settings: { current: ReplaySetting; asked: ReplaySetting },
    options: CallOptions,
  ) => Promise<LogReplay>;
  /** Of the vectors that are compared. */
  readonly embedderId: string;
  readonly lookups: LookupStore;
  readonly shadowRuns: Pick<ShadowStore, "list">;
  /** Resolves when the lookups of this process are in the log. */
  readonly settleLookups: () => Promise<void>;
  readonly policies: Pick<Policies, "of" | "change" | "versions" | "find">;
  /** Whether a model compares the answers of shadow runs where the rule is not sure. */
  readonly hasJudge: boolean;
  /** The policy in force for a tenant. */
  readonly policy: (tenant: string) => { threshold: number; ttlSeconds: number };
  /** Undefined: no limit. */
  readonly rateLimiter: RateLimiter | undefined;
  /** What clients may hold open. */
  readonly limits: ServerLimits;
  /** Answers that are running or being sent. */
  readonly answerSlots: Slots;
  /** Evaluations and replays: they take seconds of this process. */
  readonly tuningLine: WorkLine;
  /** New connections, before which other work steps aside. */
  readonly arrivals: Arrivals;
  /** Open WebSockets. */
  readonly socketSlots: Slots;
  readonly rankings: QuestionRankings;
  /** Whose conversations are. */
  readonly owners: Pick<ConversationOwners, "begin" | "check">;
  /** Who asks: API keys, and signed user tokens. */
  readonly apiKeys: Authenticator;
  /** The embedder as clients may ask for it. */
  readonly embedder: Pick<Embedder, "id" | "model" | "dimensions">;
  readonly embedForClient: (request: EmbedRequest) => Promise<EmbeddedTexts>;
  /** What becomes of the cache where an OpenAI client offers tools. */
  readonly offeredTools: OfferedTools;
  /** Whether the model can be given a field of OpenAI's API; `messages`: more than text. */
  readonly modelTakes: (field: string) => boolean;
  /** Ids for `GET /v1/models`. */
  readonly models: readonly string[];
  readonly readiness: () => Readiness;
  readonly metrics: Metrics;
  readonly logger: Logger;
  /** Unguessable, with a prefix: `conv_…`. */
  readonly newId: (prefix: string) => string;
  /** Folder of the built app at `/`. */
  readonly webFolder: string;
  readonly version: string;
}

export type { Principal } from "../identity/types.ts";
