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

/** The tenant of `KNOWLEDGE_DIR`, and of everybody where no keys are configured. */
export const DEFAULT_TENANT = "default";

/** All that is kept beside the record: in this process, or in Redis. */
export interface Stores {
  readonly passages: PassageStore;
  readonly answers: AnswerStore;
  readonly history: ChatHistory;
  readonly answeredRequests: AnsweredRequests;
  /** Whose the windows are. */
  readonly ownerNotes: OwnerNotes;
  /** Windows, transcripts and the ledger. */
  readonly recorder: TurnRecorder;
  readonly profileCache: ProfileCache;
  readonly flights: SingleFlight;
  readonly served: ServedAnswers;
  readonly rankings: QuestionRankings;
  /** Undefined: no limit. */
  readonly rateLimiter: RateLimiter | undefined;
  /** Remembers what it has embedded. */
  readonly embedder: Embedder;
  readonly ingest: Ingest;
  /**
   * Brings the index in line with the record, and the record with the knowledge folder.
   *
   * @throws Error when the folder cannot be read, ConfigError when the stores can never serve
   */
  load(): Promise<SyncReport>;
  /** @param timeoutMs longest time for turns that are not recorded yet */
  close(timeoutMs?: number): Promise<void>;
}
