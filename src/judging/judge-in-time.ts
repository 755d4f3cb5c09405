import { setMaxListeners } from "node:events";
import { LRUCache } from "lru-cache";
import type { AnswerEntry } from "../cache/types.ts";
import { LateError, withDeadline } from "../operations/with-deadline.ts";
import { callJudge, type JudgeCall, type PaidVerdict } from "./call-judge.ts";
import { toJudgedPair, toJudgeCall, type JudgedPair, type JudgedQuestion } from "./judged-pair.ts";
import { keepJudgement, toJudged, type JudgeParts } from "./judge.ts";
import type { Asked } from "../answer/asking.ts";

/** Calls under way at once; a question that comes beyond them is not judged before its reply. */
const MAX_UNDER_WAY = 32;
/** Judgements that are remembered for lookups that were under way when they were kept. */
const MAX_RECENT = 1_000;
const RECENT_MS = 5_000;
/** After so many late or failed calls in a row nobody waits for the judge for `REST_MS`. */
const MAX_TROUBLES = 5;
const REST_MS = 10_000;

/**
 * What the judge said in time. `skipped`: it was not asked, as there was no budget, there were too many
 * calls, a question was too long, or it is resting.
 */
export type JudgeDecision = "same" | "different" | "skipped";

/** Asks a judge before the reply. */
export interface JudgeInTime {
  /**
   * Whether the entry's answer is the question's; what a call costs that ends in time is the request's.
   *
   * @throws LateError after the deadline, or what the judge throws
   */
  decide(asked: WaitingQuestion, entry: AnswerEntry): Promise<JudgeDecision>;
  /** Tells what was said of the question, now or when it is: its lookup is noted. Never throws. */
  settle(asked: JudgedQuestion): void;
  /** Gives up what is under way. */
  close(): Promise<void>;
}

/** A question that waits for the judge, and pays for it. */
export type WaitingQuestion = JudgedQuestion & { readonly meter: Pick<Asked["meter"], "addCall"> };

/** What asking in time leans on. */
export interface JudgeInTimeParts extends JudgeParts {
  /** Longest wait of a reply, in milliseconds. */
  readonly deadlineMs: number;
  /** Told of what became of each question that a reply waited for. */
  readonly onDecision?: ((decision: JudgeDecision | "late" | "failed") => void) | undefined;
}

interface Call {
  readonly pair: JudgedPair;
  readonly verdict: Promise<PaidVerdict | undefined>;
  /** Resolves when what was said is kept with the entry, or nothing is to be kept. */
  readonly kept: Promise<void>;
  readonly waiting: Set<WaitingQuestion>;
}

/**
 * Asks about each pair once at a time: who comes meanwhile waits for the same call. A call that is late
 * goes on, and what it says is kept with the entry for the next who asks; then it is a row of its own in
 * the ledger, as a judgement after the reply is.
 */
export function createJudgeInTime(parts: JudgeInTimeParts): JudgeInTime {
  const closing = new AbortController();
  setMaxListeners(MAX_UNDER_WAY, closing.signal);
  const calls = createCalls(parts, closing.signal);
  const callOf = new WeakMap<JudgedQuestion, Call>();
  const rest = createRest(parts.now);

  async function decide(asked: WaitingQuestion, entry: AnswerEntry): Promise<JudgeDecision> {
    const pair = toJudgedPair(asked, entry);
    if (pair === undefined || closing.signal.aborted || rest.isResting()) return "skipped";
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
        if (decision !== "skipped") rest.note(false);
        parts.onDecision?.(decision);
        return decision;
      } catch (error) {
        rest.note(true);
        parts.onDecision?.(error instanceof LateError ? "late" : "failed");
        throw error;
      }
    },
    settle(asked) {
      const call = callOf.get(asked);
      if (call === undefined) return;
      call.verdict
        .then((paid) => paid && parts.onJudged?.(toJudged({ ...call.pair, asked }, paid)))
        // Whoever waited was told.
        .catch(() => undefined);
    },
    async close() {
      closing.abort(new Error("shutting down"));
      await calls.settle();
    },
  };
}

/** The calls under way, one for a pair, and for a while those that have ended. */
function createCalls(parts: JudgeInTimeParts, signal: AbortSignal) {
  const calls = new Map<string, Call>();
  const recent = new LRUCache<string, Call>({ max: MAX_RECENT, ttl: RECENT_MS });

  function begin(pair: JudgedPair): Call {
    const waiting = new Set<WaitingQuestion>();
    const verdict = ask(pair, waiting, signal, parts);
    // Off the reply's way; who asks before its word is kept takes it from here.
    const kept = keep(pair, verdict, parts).then((isKept) => {
      calls.delete(pair.name);
      if (isKept) recent.set(pair.name, call);
    });
    const call = { pair, verdict, kept, waiting };
    calls.set(pair.name, call);
    return call;
  }

  return {
    /** Undefined: there are too many. */
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
 * True when something was said. Never rejects: a call that failed was told to those who waited, or was late
 * to them.
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

/** Spares replies the wait for a judge that is out of order. */
function createRest(now: () => number) {
  let troubles = 0;
  let until = 0;
  return {
    isResting: () => now() < until,
    note(isTrouble: boolean) {
      troubles = isTrouble ? troubles + 1 : 0;
      if (troubles < MAX_TROUBLES) return;
      troubles = 0;
      until = now() + REST_MS;
    },
  };
}
