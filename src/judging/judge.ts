import { LRUCache } from "lru-cache";
import type { AnswerEntry, AnswerStore } from "../cache/types.ts";
import type { LedgerEntry } from "../usage/types.ts";
import { callJudge, type JudgeCallParts, type PaidVerdict } from "./call-judge.ts";
import { toJudgedPair, toJudgeCall, type JudgedPair, type JudgedQuestion } from "./judged-pair.ts";

/** Judgements under way at once; more wait. */
const MAX_UNDER_WAY = 2;
/** Pairs that wait; more are left unjudged until they come again. */
const MAX_WAITING = 100;
/** A pair whose judging failed is left alone for so long, in milliseconds. */
const RETRY_MS = 10 * 60 * 1000;
const REMEMBERED_PAIRS = 10_000;

/** Asks a model about questions that were nearly served a stored answer, after their reply. */
export interface Judge {
  /** Takes the question's doubtful entry, if it has one; returns at once and never throws. */
  consider(asked: JudgedQuestion & { readonly doubtful: AnswerEntry | undefined }): void;
  /** Gives up what waits and what is under way. */
  close(): Promise<void>;
}

/** A judgement that was paid for. */
export interface Judged {
  /** Its row in the ledger. */
  readonly accounted: LedgerEntry;
  /** The message that was asked. */
  readonly messageId: string;
  /** The stored answer it came near. */
  readonly entryId: string;
  readonly isSame: boolean;
}

/** What judging leans on. */
export interface JudgeParts extends JudgeCallParts {
  readonly answers: Pick<AnswerStore, "addJudgement">;
  readonly onJudged?: ((judged: Judged) => void) | undefined;
}

/**
 * Each pair is asked about once, whatever the model says; a call that fails or is late says nothing,
 * and nothing is served for it. What a call costs is in the ledger and in the day's budget, as a row
 * of its own beside its request's, and there is no call where the budget has no room.
 */
export function createJudge(parts: JudgeParts): Judge {
  const known = new LRUCache<string, true>({ max: REMEMBERED_PAIRS, ttl: RETRY_MS });
  const waiting: JudgedPair[] = [];
  const underWay = new Set<Promise<void>>();
  const closing = new AbortController();

  function begin(pair: JudgedPair): void {
    const work = judgePair(pair, closing.signal, parts)
      .then((isDone) => void (isDone || known.delete(pair.name)))
      .catch((error: unknown) => {
        if (!closing.signal.aborted) parts.onFailure("judge", error);
      })
      .finally(() => {
        underWay.delete(work);
        const next = waiting.shift();
        if (next !== undefined) begin(next);
      });
    underWay.add(work);
  }

  return {
    consider(asked) {
      const pair = toJudgedPair(asked, asked.doubtful);
      if (pair === undefined || closing.signal.aborted || known.has(pair.name)) return;
      if (underWay.size >= MAX_UNDER_WAY && waiting.length >= MAX_WAITING) return;
      known.set(pair.name, true);
      if (underWay.size < MAX_UNDER_WAY) begin(pair);
      else waiting.push(pair);
    },
    async close() {
      closing.abort(new Error("shutting down"));
      waiting.length = 0;
      await Promise.all(underWay);
    },
  };
}

/** False where the budget had no room: the pair may come again. */
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

/** Anything but a clear yes is a no. */
export function toJudged({ asked, entry }: JudgedPair, { accounted, isSame }: PaidVerdict): Judged {
  return { accounted, messageId: asked.id, entryId: entry.id, isSame: isSame === true };
}

/** Keeps what was said with the entry. */
export async function keepJudgement(
  { entry, questionId }: JudgedPair,
  { isSame }: PaidVerdict,
  answers: JudgeParts["answers"],
): Promise<void> {
  const { scope, id, createdAt } = entry;
  const judgement = { questionId, isSame: isSame === true };
  await answers.addJudgement({ scope, id, createdAt, judgement });
}
