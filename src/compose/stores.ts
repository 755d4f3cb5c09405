import type { AnswerStore, SingleFlight } from "../cache/types.ts";
import type { ServedAnswers } from "../feedback/types.ts";
import type { ChatHistory } from "../history/types.ts";
import type { OwnerNotes } from "../identity/owner-notes.ts";
import type { Ingest } from "../knowledge/ingest.ts";
import type { SyncReport } from "../knowledge/sync-folder.ts";
import type { PassageStore } from "../knowledge/types.ts";
import type { Embedder } from "../models/types.ts";
import type { RateLimiter } from "../operations/types.ts";
import type { ProfileCache } from "../profiles/types.ts";
import type { TurnRecorder } from "../transcripts/types.ts";
import type { QuestionRankings } from "../usage/question-rankings.ts";
import type { AnsweredRequests } from "../history/answered-requests.ts";

/** The tenant of `KNOWLEDGE_DIR`, and of all requests if no keys are configured. */
export const DEFAULT_TENANT = "default";

/** The stores outside the database: in this process, or in Redis. */
export interface Stores {
  readonly passages: PassageStore;
  readonly answers: AnswerStore;
  readonly history: ChatHistory;
  readonly answeredRequests: AnsweredRequests;
  /** Owners of the windows. */
  readonly ownerNotes: OwnerNotes;
  /** Records windows, transcripts and the ledger. */
  readonly recorder: TurnRecorder;
  readonly profileCache: ProfileCache;
  readonly flights: SingleFlight;
  readonly served: ServedAnswers;
  readonly rankings: QuestionRankings;
  /** Undefined: no limit. */
  readonly rateLimiter: RateLimiter | undefined;
  /** Memoises embeddings. */
  readonly embedder: Embedder;
  readonly ingest: Ingest;
  /**
   * Reconciles the index with the database, and the database with the knowledge folder.
   *
   * @throws Error if the folder cannot be read, ConfigError if the stores are unusable
   */
  load(): Promise<SyncReport>;
  /** @param timeoutMs maximum time for pending turns */
  close(timeoutMs?: number): Promise<void>;
}
