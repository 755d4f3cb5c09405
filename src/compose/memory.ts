import { createMemoryAnswers } from "../cache/memory-answers.ts";
import { createMemorySingleFlight } from "../cache/memory-single-flight.ts";
import type { Config } from "../config.ts";
import { createMemoryServedAnswers } from "../feedback/served-answers.ts";
import { createMemoryHistory } from "../history/context-window.ts";
import { createMemoryOwnerNotes } from "../identity/owner-notes.ts";
import type { DocumentReader } from "../knowledge/document-reader.ts";
import { createIngest } from "../knowledge/ingest.ts";
import { createMemoryPassages } from "../knowledge/memory-passages.ts";
import type { DocumentKey } from "../knowledge/refresh-document.ts";
import { fillIndex, syncFolder } from "../knowledge/sync-folder.ts";
import type { DocumentStore } from "../knowledge/types.ts";
import { createMemoisedEmbedder } from "../models/memoised-embedder.ts";
import type { Embedder } from "../models/types.ts";
import type { Logger } from "../operations/logger.ts";
import { createMemoryRateLimiter } from "../operations/memory-rate-limiter.ts";
import type { Clock } from "../operations/types.ts";
import { createMemoryProfileCache } from "../profiles/memory-profile-cache.ts";
import { createMemoryQuestionRankings } from "../usage/question-rankings.ts";
import { createMemoryAnsweredRequests } from "../history/answered-requests.ts";
import { DEFAULT_TENANT, type Stores } from "./stores.ts";
import { createDirectRecorder } from "../transcripts/direct-recorder.ts";
import { createSpilledTurns } from "../transcripts/spilled-turns.ts";
import type { EndedTurn, TurnStore } from "../transcripts/types.ts";

/** Dependencies of the stores. */
interface MemoryStoresOptions {
  readonly documents: DocumentStore;
  readonly turns: TurnStore;
  readonly embedder: Embedder;
  readonly reader: DocumentReader;
  readonly now: Clock;
  readonly logger: Logger;
  /** Called for each turn that is recorded. */
  readonly onTurn?: ((turn: EndedTurn) => void) | undefined;
}

/** Composes the in-process stores. All but the documents are lost when the process ends. */
export function composeMemoryStores(
  config: Config,
  { documents, turns, embedder: plain, reader, now, logger, onTurn }: MemoryStoresOptions,
): Stores {
  const { dimensions } = plain;
  const embedder = createMemoisedEmbedder(plain);
  const passages = createMemoryPassages({ dimensions });
  const answers = createMemoryAnswers({ dimensions, now });
  const history = createMemoryHistory({ limits: config.history, now });
  const spilled = config.dataDir === undefined ? undefined : createSpilledTurns(config.dataDir);
  const recorder = createDirectRecorder({ history, store: turns, logger, spilled, onTurn });
  const flights = createMemorySingleFlight();
  const served = createMemoryServedAnswers({ now });
  const rankings = createMemoryQuestionRankings({ now });
  const limit = config.rateLimitPerMinute;
  const removeAnswersOf = (key: DocumentKey) => answers.removeByDocument(key);
  const ingest = createIngest({ documents, passages, embedder, reader, removeAnswersOf, now });
  return {
    passages,
    answers,
    history,
    answeredRequests: createMemoryAnsweredRequests({ now }),
    ownerNotes: createMemoryOwnerNotes(),
    recorder,
    profileCache: createMemoryProfileCache({ now }),
    flights,
    rankings,
    served,
    rateLimiter: limit === undefined ? undefined : createMemoryRateLimiter({ limit, now }),
    embedder,
    ingest,
    async load() {
      await fillIndex(ingest, documents);
      const folder = config.knowledgeDir;
      return syncFolder({ tenant: DEFAULT_TENANT, folder, ingest, documents, reader });
    },
    async close(timeoutMs) {
      await recorder.close(timeoutMs);
      const closing = [embedder, flights, history, answers, passages, rankings];
      await Promise.all(closing.map((part) => part.close()));
    },
  };
}
