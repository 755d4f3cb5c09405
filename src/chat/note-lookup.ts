import type { AnswerEntry } from "../cache/types.ts";
import type { Candidate, Thresholds } from "../cache/verdict.ts";
import { priceRequest } from "../usage/request-cost.ts";
import type { TokenUsage } from "../usage/types.ts";
import type { RetrievedEvidence } from "./retrieve-context.ts";
import type { ChatDependencies, Turn } from "./turn.ts";
import type { CacheOutcome } from "./types.ts";

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
  /** True when the answer to a missed question was stored. */
  readonly isStored: boolean;
  /** What serving an answer that used these tokens spares, at today's prices. */
  readonly priceOf: (usage: TokenUsage) => { nanoUsd: bigint; priced: boolean };
}

/** Notes the turn's lookup, if there was one. Nothing of it is waited for. */
export function noteLookup(
  turn: Turn,
  isStored: boolean,
  { notes, prices, embedder }: ChatDependencies,
): void {
  const { lookup, request } = turn;
  if (lookup === undefined) return;
  turn.lookup = undefined;
  notes({
    id: turn.id,
    tenant: request.tenant,
    conversationId: request.conversationId,
    askedAt: turn.askedAt,
    scope: turn.scope,
    ...lookup,
    thresholds: turn.thresholds,
    retrieval: turn.retrieval,
    embedderId: embedder.id,
    isStored,
    priceOf(spared) {
      const bill = { calls: [], embedding: { model: embedder.model, tokens: 0 }, spared };
      const { savedNanoUsd, priced } = priceRequest(bill, prices);
      return { nanoUsd: savedNanoUsd, priced };
    },
  });
}
