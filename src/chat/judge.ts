import { LRUCache } from "lru-cache";
import { answerId } from "../cache/normalise-question.ts";
import type { AnswerEntry, AnswerStore } from "../cache/types.ts";
import type { LedgerEntry } from "../usage/types.ts";
import { renderMaterial } from "./ask-judge.ts";
import { callJudge, type JudgeCallParts } from "./call-judge.ts";
import type { Turn } from "./turn.ts";

/** Judgements under way at once; more wait. */
const MAX_UNDER_WAY = 2;
/** Pairs that wait; more are left unjudged until they come again. */
const MAX_WAITING = 100;
/** Longer questions are not judged, in UTF-16 units: each is paid for. */
const MAX_QUESTION = 2_000;
/** A pair whose judging failed is left alone for so long, in milliseconds. */
const RETRY_MS = 10 * 60 * 1000;
const REMEMBERED_PAIRS = 10_000;

/** Asks a model about questions that were nearly served a stored answer, after their reply. */
export interface Judge {
  /** Takes the turn's doubtful entry, if it has one; returns at once and never throws. */
  consider(turn: JudgedTurn): void;
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

/** What of a turn is judged and accounted. */
export type JudgedTurn = Pick<Turn, "id" | "request" | "scope" | "question" | "doubtful">;

/** What judging leans on. */
export interface JudgeParts extends JudgeCallParts {
  readonly answers: Pick<AnswerStore, "addJudgement">;
  readonly onJudged?: ((judged: Judged) => void) | undefined;
}

interface Pair {
  readonly turn: JudgedTurn;
  readonly entry: AnswerEntry;
  readonly questionId: string;
  readonly name: string;
}

/**
 * Each pair is asked about once, whatever the model says; a call that fails or is late says nothing,
 * and nothing is served for it. What a call costs is in the ledger and in the day's budget, as a row
 * of its own beside its request's, and there is no call where the budget has no room.
 */
export function createJudge(parts: JudgeParts): Judge {
  const known = new LRUCache<string, true>({ max: REMEMBERED_PAIRS, ttl: RETRY_MS });
  const waiting: Pair[] = [];
  const underWay = new Set<Promise<void>>();
  const closing = new AbortController();

  function begin(pair: Pair): void {
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
    consider(turn) {
      const pair = toPair(turn);
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

function toPair(turn: JudgedTurn): Pair | undefined {
  const { doubtful: entry, scope, question } = turn;
  if (entry === undefined) return undefined;
  if (question.length > MAX_QUESTION || entry.question.length > MAX_QUESTION) return undefined;
  const questionId = answerId(scope, question);
  // A new answer to the stored question is judged anew.
  const name = [scope, entry.id, entry.createdAt, questionId].join(" ");
  return { turn, entry, questionId, name };
}

/** False where the budget had no room: the pair may come again. */
async function judgePair(pair: Pair, signal: AbortSignal, parts: JudgeParts): Promise<boolean> {
  const { turn, entry, questionId } = pair;
  const { tenant, conversationId, userId = null } = turn.request;
  const text = renderMaterial({
    "First question": entry.question,
    "Second question": turn.question,
  });
  // Of its request's conversation and user, and no request itself.
  const row = { id: `${turn.id}-judged`, tenant, conversationId, userId, status: "judged" };
  const paid = await callJudge({ text, row, signal }, parts);
  if (paid === undefined) return false;
  const { accounted } = paid;
  const isSame = paid.isSame === true;
  parts.onJudged?.({ accounted, messageId: turn.id, entryId: entry.id, isSame });
  const { scope, id, createdAt } = entry;
  const judgement = { questionId, isSame };
  await parts.answers.addJudgement({ scope, id, createdAt, judgement });
  return true;
}
