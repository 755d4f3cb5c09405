import type { AnswerEntry } from "../cache/types.ts";
import type { Candidate, Thresholds } from "../cache/verdict.ts";
import type { CacheOutcome } from "../chat/types.ts";
import { priceRequest } from "../usage/request-cost.ts";
import type { TokenUsage } from "../usage/types.ts";
import { answerInShadow, type ShadowAnswer, type ShadowParts } from "./answer-in-shadow.ts";
import type { Found } from "./look-up.ts";
import type { RetrievedEvidence, Search } from "./search.ts";
import type { Asked } from "./asking.ts";

/** One lookup for the log, and possibly for a shadow run. */
export interface LookupNote {
  /** Id of the message. */
  readonly id: string;
  readonly tenant: string;
  readonly conversationId: string | null;
  /** Milliseconds since the epoch. */
  readonly askedAt: number;
  readonly scope: string;
  readonly outcome: CacheOutcome;
  readonly thresholds: Thresholds;
  /** Nearest first. */
  readonly candidates: readonly Candidate[];
  readonly served: AnswerEntry | undefined;
  /** Undefined if it was not checked. */
  readonly retrieval: Promise<RetrievedEvidence | undefined> | undefined;
  readonly embedderId: string;
  /** The stored answer to a miss. */
  readonly stored: AnswerEntry | undefined;
  /** Answers the question of a hit again; undefined for a miss, and for an exact hit, which depends on no threshold. */
  readonly hit:
    | {
        readonly served: AnswerEntry;
        readonly answerAnew: (run: { id: string; signal: AbortSignal }) => Promise<ShadowAnswer>;
      }
    | undefined;
  /** Savings of serving an answer that used these tokens, at current prices. */
  readonly priceOf: (usage: TokenUsage) => { nanoUsd: bigint; priced: boolean };
}

/** Dependencies of a note. */
export interface NoteParts extends ShadowParts {
  /** Accepts a lookup for the log; returns immediately and never throws. */
  readonly notes: (note: LookupNote) => void;
}

/** Notes the result once, however often it is called. Nothing waits for it. */
export type NoteFound = (found: Found, stored?: AnswerEntry) => void;

export function createNote(asked: Asked, search: Search, parts: NoteParts): NoteFound {
  let isNoted = false;
  return (found, stored) => {
    // A bypassed cache has nothing to note.
    if (isNoted || found.candidates === undefined) return;
    isNoted = true;
    const served = found.kind === "hit" ? found.entry : undefined;
    const isExact = found.outcome.tier === "exact";
    parts.notes({
      id: asked.id,
      tenant: asked.request.tenant,
      conversationId: asked.request.conversationId,
      askedAt: asked.askedAt,
      scope: asked.scope,
      outcome: found.outcome,
      thresholds: asked.thresholds,
      candidates: found.candidates,
      served,
      retrieval: search.begunEvidence(),
      embedderId: parts.embedder.id,
      stored,
      hit:
        served === undefined || isExact
          ? undefined
          : {
              served,
              answerAnew: (run) => answerInShadow({ asked, search, served }, run, parts),
            },
      priceOf: (spared) => priceSpared(spared, parts),
    });
  };
}

function priceSpared(spared: TokenUsage, { embedder, prices }: NoteParts) {
  const bill = { calls: [], embedding: { model: embedder.model, tokens: 0 }, spared };
  const { savedNanoUsd, priced } = priceRequest(bill, prices);
  return { nanoUsd: savedNanoUsd, priced };
}
