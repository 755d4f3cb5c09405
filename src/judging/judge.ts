import { LRUCache } from "lru-cache";
import type { AnswerEntry, AnswerStore } from "../cache/types.ts";
import type { LedgerEntry } from "../usage/types.ts";
import { callJudge, type JudgeCallParts, type PaidVerdict } from "./call-judge.ts";
import { toJudgedPair, toJudgeCall, type JudgedPair, type JudgedQuestion } from "./judged-pair.ts";

/** Maximum concurrent judgements; more are queued. */
const MAX_UNDER_WAY = 2;
/** Maximum queued pairs; further pairs are dropped until they occur again. */
const MAX_WAITING = 100;
/** Time before a pair is judged again after a failure, in milliseconds. */
const RETRY_MS = 10 * 60 * 1000;
const REMEMBERED_PAIRS = 10_000;

/** Judges near misses after their reply. */
export interface Judge {
  /** Queues the question's near miss, if it has one. Returns at once and never throws. */
  consider(asked: JudgedQuestion & { readonly doubtful: AnswerEntry | undefined }): void;
  /** Drops the queue and aborts the calls in progress. */
  close(): Promise<void>;
}

/** A judgement and its cost. */
export interface Judged {
  /** Its ledger row. */
  readonly accounted: LedgerEntry;
  /** Id of the message with the question. */
  readonly messageId: string;
  /** Id of the similar cache entry. */
  readonly entryId: string;
  readonly isSame: boolean;
}

/** Dependencies of judging. */
export interface JudgeParts extends JudgeCallParts {
  readonly answers: Pick<AnswerStore, "addJudgement">;
  readonly onJudged?: ((judged: Judged) => void) | undefined;
}

/**
 * Judges each pair once. A failed or late call yields no verdict, and no answer is served for it.
 * Each call is a ledger row of its own and counts towards the daily budget; there is no call when
 * the budget is used up.
 */
export function createJudge(parts: JudgeParts): Judge {
  const known = new LRUCache<string, true>({ max: REMEMBERED_PAIRS, ttl: RETRY_MS });
  const waiting: JudgedPair[] = [];
  const inProgress = new Set<Promise<void>>();
  const closing = new AbortController();

  function begin(pair: JudgedPair): void {
    const work = judgePair(pair, closing.signal, parts)
      .then((isDone) => void (isDone || known.delete(pair.name)))
      .catch((error: unknown) => {
        if (!closing.signal.aborted) parts.onFailure("judge", error);
      })
      .finally(() => {
        inProgress.delete(work);
        const next = waiting.shift();
        if (next !== undefined) begin(next);
      });
    inProgress.add(work);
  }

  return {
    consider(asked) {
      const pair = toJudgedPair(asked, asked.doubtful);
      if (pair === undefined || closing.signal.aborted || known.has(pair.name)) return;
      if (inProgress.size >= MAX_UNDER_WAY && waiting.length >= MAX_WAITING) return;
      known.set(pair.name, true);
      if (inProgress.size < MAX_UNDER_WAY) begin(pair);
      else waiting.push(pair);
    },
    async close() {
      closing.abort(new Error("shutting down"));
      waiting.length = 0;
      await Promise.all(inProgress);
    },
  };
}

/** Returns false if the budget is used up: the pair may be judged later. */
async function judgePair(
  pair: JudgedPair,
  signal: AbortSignal,
  parts: JudgeParts,
): Promise<boolean> {
  const paid = await callJudge(toJudgeCall(pair, signal), parts);
  if (paid === undefined) return false;
  parts.onJudged?.(toJudged(pair, paid));
  await keepJudgement(pair, paid, parts.answers);
  return true;
}

/** Only a clear yes counts as the same. */
export function toJudged({ asked, entry }: JudgedPair, { accounted, isSame }: PaidVerdict): Judged {
  return { accounted, messageId: asked.id, entryId: entry.id, isSame: isSame === true };
}

/** Stores the verdict in the cache entry. */
export async function keepJudgement(
  { entry, questionId }: JudgedPair,
  { isSame }: PaidVerdict,
  answers: JudgeParts["answers"],
): Promise<void> {
  const { scope, id, createdAt } = entry;
  const judgement = { questionId, isSame: isSame === true };
  await answers.addJudgement({ scope, id, createdAt, judgement });
}
