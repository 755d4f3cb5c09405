import { setMaxListeners } from "node:events";
import { LRUCache } from "lru-cache";
import type { AnswerEntry } from "../cache/types.ts";
import { LateError, withDeadline } from "../operations/with-deadline.ts";
import { callJudge, type JudgeCall, type PaidVerdict } from "./call-judge.ts";
import { toJudgedPair, toJudgeCall, type JudgedPair, type JudgedQuestion } from "./judged-pair.ts";
import { keepJudgement, toJudged, type JudgeParts } from "./judge.ts";
import type { Asked } from "../answer/asking.ts";

/** Maximum concurrent calls; further questions are not judged before their reply. */
const MAX_UNDER_WAY = 32;
/** Maximum finished judgements kept for lookups that were in progress when they were stored. */
const MAX_RECENT = 1_000;
const RECENT_MS = 5_000;
/** After this many consecutive late or failed calls, the judge is skipped for `REST_MS`. */
const MAX_FAILURES = 5;
const REST_MS = 10_000;

/**
 * The judge's verdict before the deadline. `skipped`: the judge was not called, because the budget
 * is used up, too many calls are in progress, a question is too long, or the judge is suspended
 * after failures.
 */
export type JudgeDecision = "same" | "different" | "skipped";

/** Calls a judge before the reply. */
export interface JudgeInTime {
  /**
   * Decides whether the cached answer fits the question. The request pays for a call that ends in
   * time.
   *
   * @throws LateError after the deadline, or the judge's error
   */
  decide(asked: WaitingQuestion, entry: AnswerEntry): Promise<JudgeDecision>;
  /**
   * Reports the verdict on the question to `onJudged`, now or when it arrives; its lookup has been
   * logged. Never throws.
   */
  settle(asked: JudgedQuestion): void;
  /** Aborts the calls in progress. */
  close(): Promise<void>;
}

/** A question that waits for the judge and pays for the call. */
export type WaitingQuestion = JudgedQuestion & { readonly meter: Pick<Asked["meter"], "addCall"> };

/** Dependencies and deadline. */
export interface JudgeInTimeParts extends JudgeParts {
  /** Maximum delay of a reply, in milliseconds. */
  readonly deadlineMs: number;
  /** Called with the outcome for each question that waited. */
  readonly onDecision?: ((decision: JudgeDecision | "late" | "failed") => void) | undefined;
}

interface Call {
  readonly pair: JudgedPair;
  readonly verdict: Promise<PaidVerdict | undefined>;
  /** Resolves when the verdict is stored in the entry, or there is none. */
  readonly kept: Promise<void>;
  readonly waiting: Set<WaitingQuestion>;
}

/**
 * Makes one call per pair at a time; concurrent questions share it. A late call continues, and its
 * verdict is stored in the entry for later lookups. It then has its own ledger row, like a
 * judgement after the reply.
 */
export function createJudgeInTime(parts: JudgeInTimeParts): JudgeInTime {
  const closing = new AbortController();
  setMaxListeners(MAX_UNDER_WAY, closing.signal);
  const calls = createCalls(parts, closing.signal);
  const callOf = new WeakMap<JudgedQuestion, Call>();
  const breaker = createCircuitBreaker(parts.now);

  async function decide(asked: WaitingQuestion, entry: AnswerEntry): Promise<JudgeDecision> {
    const pair = toJudgedPair(asked, entry);
    if (pair === undefined || closing.signal.aborted || breaker.isOpen()) return "skipped";
    const call = calls.join(pair);
    if (call === undefined) return "skipped";
    callOf.set(asked, call);
    call.waiting.add(asked);
    const paid = await withDeadline(call.verdict, parts.deadlineMs).finally(() =>
      call.waiting.delete(asked),
    );
    if (paid === undefined) return "skipped";
    return paid.isSame === true ? "same" : "different";
  }

  return {
    async decide(asked, entry) {
      try {
        const decision = await decide(asked, entry);
        if (decision !== "skipped") breaker.note(false);
        parts.onDecision?.(decision);
        return decision;
      } catch (error) {
        breaker.note(true);
        parts.onDecision?.(error instanceof LateError ? "late" : "failed");
        throw error;
      }
    },
    settle(asked) {
      const call = callOf.get(asked);
      if (call === undefined) return;
      call.verdict
        .then((paid) => paid && parts.onJudged?.(toJudged({ ...call.pair, asked }, paid)))
        // Failures were already thrown by `decide`.
        .catch(() => undefined);
    },
    async close() {
      closing.abort(new Error("shutting down"));
      await calls.settle();
    },
  };
}

/** Calls in progress, one per pair, and recently finished ones. */
function createCalls(parts: JudgeInTimeParts, signal: AbortSignal) {
  const calls = new Map<string, Call>();
  const recent = new LRUCache<string, Call>({ max: MAX_RECENT, ttl: RECENT_MS });

  function begin(pair: JudgedPair): Call {
    const waiting = new Set<WaitingQuestion>();
    const verdict = ask(pair, waiting, signal, parts);
    // Stored after the reply. Until then, `recent` serves the verdict to other lookups.
    const kept = keep(pair, verdict, parts).then((isKept) => {
      calls.delete(pair.name);
      if (isKept) recent.set(pair.name, call);
    });
    const call = { pair, verdict, kept, waiting };
    calls.set(pair.name, call);
    return call;
  }

  return {
    /** Joins or starts the call for a pair; undefined if there are too many. */
    join(pair: JudgedPair): Call | undefined {
      const known = calls.get(pair.name) ?? recent.get(pair.name);
      if (known !== undefined) return known;
      return calls.size < MAX_UNDER_WAY ? begin(pair) : undefined;
    },
    async settle(): Promise<void> {
      await Promise.all([...calls.values()].map(({ kept }) => kept));
    },
  };
}

function ask(
  pair: JudgedPair,
  waiting: ReadonlySet<WaitingQuestion>,
  signal: AbortSignal,
  parts: JudgeParts,
): Promise<PaidVerdict | undefined> {
  const isPaidByRequest: JudgeCall["isPaidByRequest"] = ({ call, estimated }) => {
    const [payer] = waiting;
    if (payer === undefined) return false;
    payer.meter.addCall(call, estimated);
    return true;
  };
  return callJudge({ ...toJudgeCall(pair, signal), isPaidByRequest }, parts);
}

/**
 * Stores the verdict in the entry. Returns true if there was one. Never rejects: `decide` reported
 * the failure or lateness to those who waited.
 */
async function keep(
  pair: JudgedPair,
  verdict: Promise<PaidVerdict | undefined>,
  { answers, onFailure }: JudgeParts,
): Promise<boolean> {
  const paid = await verdict.catch(() => undefined);
  if (paid === undefined) return false;
  await keepJudgement(pair, paid, answers).catch((error: unknown) => onFailure("judge", error));
  return true;
}

/** A circuit breaker for a judge that keeps failing. */
function createCircuitBreaker(now: () => number) {
  let failures = 0;
  let until = 0;
  return {
    isOpen: () => now() < until,
    note(isFailure: boolean) {
      failures = isFailure ? failures + 1 : 0;
      if (failures < MAX_FAILURES) return;
      failures = 0;
      until = now() + REST_MS;
    },
  };
}
