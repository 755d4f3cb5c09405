import type { ApiKey } from "../config.ts";
import type { AnswerEntry, AnswerStore } from "../cache/types.ts";
import type { CuratedAnswer, GivenAnswer } from "../chat/curate-answers.ts";
import type { AnswerEdit } from "../chat/edit-answer.ts";
import type { QuestionExplanation } from "../chat/explain-question.ts";
import type { ChatRequest, LiveAnswers } from "../chat/types.ts";
import type { GiveFeedback } from "../feedback/give-feedback.ts";
import type { ChatHistory } from "../history/types.ts";
import type { Ingest } from "../knowledge/ingest.ts";
import type { DocumentStore, RetrievedPassage } from "../knowledge/types.ts";
import type { Readiness } from "../operations/health.ts";
import type { Logger } from "../operations/logger.ts";
import type { Metrics } from "../operations/metrics.ts";
import type { RateLimiter } from "../operations/types.ts";
import type { IdempotencyStore } from "../idempotency/types.ts";
import type { Profiles } from "../profiles/types.ts";
import type { TurnRecorder, Transcripts } from "../transcripts/types.ts";
import type { CallOptions } from "../models/types.ts";
import type { LogEvaluation, LogQuestion } from "../tuning/evaluate-lookups.ts";
import type { LookupSelection, LookupStore } from "../tuning/lookup-types.ts";
import type { LabelledPair } from "../tuning/observe-pairs.ts";
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
  readonly recorder: Pick<TurnRecorder, "settle">;
  readonly transcripts: Transcripts;
  readonly ledger: Ledger;
  readonly profiles: Profiles;
  readonly idempotency: IdempotencyStore;
  readonly ingest: Ingest;
  readonly documents: DocumentStore;
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
  readonly rankings: QuestionRankings;
  /** None: everybody is tenant `default` with all scopes. */
  readonly apiKeys: readonly ApiKey[];
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

/** Who asks. */
export interface Principal {
  readonly tenant: string;
  /** The key's name; `anonymous` when no keys are configured. */
  readonly name: string;
  readonly scopes: ReadonlySet<"chat" | "admin">;
}
