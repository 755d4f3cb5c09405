import type { AnswerEntry } from "../cache/types.ts";
import type { Candidate, Thresholds } from "../cache/verdict.ts";
import type { CacheOutcome } from "../chat/types.ts";
import { priceRequest } from "../usage/request-cost.ts";
import type { TokenUsage } from "../usage/types.ts";
import { answerInShadow, type ShadowAnswer, type ShadowParts } from "./answer-in-shadow.ts";
import type { Found } from "./look-up.ts";
import type { RetrievedEvidence, Search } from "./search.ts";
import type { Asked } from "./asking.ts";

/** One lookup as it was made: what is logged of it, and perhaps answered anew in the shadow. */
export interface LookupNote {
  /** The message's. */
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
  /** Undefined where it was not asked for. */
  readonly retrieval: Promise<RetrievedEvidence | undefined> | undefined;
  readonly embedderId: string;
  /** The answer to a missed question, where it was stored. */
  readonly stored: AnswerEntry | undefined;
  /** How the question of a hit is answered anew; undefined for a miss. */
  readonly hit:
    | {
        readonly served: AnswerEntry;
        readonly answerAnew: (run: { id: string; signal: AbortSignal }) => Promise<ShadowAnswer>;
      }
    | undefined;
  /** What serving an answer that used these tokens spares, at today's prices. */
  readonly priceOf: (usage: TokenUsage) => { nanoUsd: bigint; priced: boolean };
}

/** What noting needs. */
export interface NoteParts extends ShadowParts {
  /** Takes notes of lookups; returns at once and never throws. */
  readonly notes: (note: LookupNote) => void;
}

/** Notes what was found, once, however often it is called. Nothing of it is waited for. */
export type NoteFound = (found: Found, stored?: AnswerEntry) => void;

export function createNote(asked: Asked, search: Search, parts: NoteParts): NoteFound {
  let isNoted = false;
  return (found, stored) => {
    // Where the cache was not asked there is nothing to note.
    if (isNoted || found.candidates === undefined) return;
    isNoted = true;
    const served = found.kind === "hit" ? found.entry : undefined;
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
      hit: served && {
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
