import { LRUCache } from "lru-cache";
import { RepriseError } from "../errors.ts";
import type { ConversationKey } from "../history/types.ts";
import { decideAccess, toOwnership } from "../identity/decide-access.ts";
import type { Caller, Ownership } from "../identity/types.ts";
import type { Turnstile } from "../operations/turnstile.ts";
import { waitAtMost } from "../operations/with-deadline.ts";
import type { Clock } from "../operations/types.ts";
import { toErrorReport } from "./error-report.ts";
import { hideQuestions } from "./hide-questions.ts";
import type { ChatEvent, ChatRequest, LiveAnswers, NumberedEvent } from "./types.ts";

/** How long the events of a finished answer can be resumed, in milliseconds. */
const KEPT_MS = 60_000;
/** Finished answers kept at most. */
const KEPT_ANSWERS = 1_000;

/** How long stopped answers may take to record the part that came, in milliseconds. */
const STOP_MS = 1_000;
/** How long an answer that is forgotten may take to end, in milliseconds. */
const FORGET_MS = 5_000;

interface LiveAnswer {
  readonly tenant: string;
  readonly conversationId: string | null;
  /** Whose it is: the one's who asked. */
  readonly ownership: Ownership;
  /** True where the one who asked may not read what others asked. */
  readonly hidesQuestions: boolean;
  /** Milliseconds since the epoch. */
  readonly startedAt: number;
  readonly events: NumberedEvent[];
  readonly stop: AbortController;
  /** No event follows. */
  ended: boolean;
  isForgotten: boolean;
  /** Resolves when it is not under way any more. */
  readonly done: Deferred;
  /** Resolves at the next event; replaced at each. */
  changed: Deferred;
}

interface Deferred {
  readonly promise: Promise<void>;
  readonly resolve: () => void;
}

/** What running answers leans on. */
export interface LiveAnswersOptions {
  /** Produces the events of one answer; never throws. */
  readonly answer: (
    request: ChatRequest,
    run: { id: string; stopSignal: AbortSignal },
  ) => AsyncIterable<ChatEvent>;
  readonly newId: () => string;
  /** Told of the last event of each answer; never throws. */
  readonly onEnd: (last: ChatEvent, request: ChatRequest) => void;
  /** Spreads answers that begin at once over the turns of the event loop. */
  readonly turnstile?: Turnstile | undefined;
  /** Whether a conversation was erased at this time or since. */
  readonly wasErased: (conversation: ConversationKey, since: number) => Promise<boolean>;
  readonly now: Clock;
}

/** Answers by the ids of their messages. */
interface Held {
  readonly running: Map<string, LiveAnswer>;
  readonly finished: LRUCache<string, LiveAnswer>;
}

/**
 * Runs answers to their end and lets any number of listeners follow them, from the start or from
 * where they lost them.
 */
export function createLiveAnswers(options: LiveAnswersOptions): LiveAnswers {
  const { answer, newId, onEnd, wasErased, now, turnstile } = options;
  const running = new Map<string, LiveAnswer>();
  const finished = new LRUCache<string, LiveAnswer>({ max: KEPT_ANSWERS, ttl: KEPT_MS });
  const held: Held = { running, finished };
  let idle = defer();

  async function run(id: string, live: LiveAnswer, request: ChatRequest): Promise<void> {
    try {
      const turn = turnstile?.enter();
      if (turn !== undefined) await turn;
      for await (const event of answer(request, { id, stopSignal: live.stop.signal })) {
        push(live, event);
      }
    } catch (error) {
      push(live, { type: "answer-error", error: toErrorReport(error) });
    }
    live.ended = true;
    if (!live.isForgotten) finished.set(id, live);
    running.delete(id);
    live.changed.resolve();
    live.done.resolve();
    const last = live.events.at(-1);
    if (last !== undefined) onEnd(last.event, request);
    if (running.size === 0) idle.resolve();
  }

  return {
    start(request, messageId) {
      const id = messageId ?? newId();
      const live = beginLive(request, now());
      if (running.size === 0) idle = defer();
      running.set(id, live);
      void run(id, live, request);
      return id;
    },

    follow({ afterSeq, signal, ...message }) {
      const live = findLive(held, message);
      return live === undefined ? undefined : followEvents(live, afterSeq, signal);
    },

    async resume({ afterSeq, signal, ...message }) {
      const live = findLive(held, message);
      if (live === undefined || (await isErased(live, wasErased))) return undefined;
      return followEvents(live, afterSeq, signal);
    },

    underWay: (conversation) => newestUnderWay(running, conversation),

    forget: (conversation) => forgetAnswers(held, conversation),

    stop: (message) => stopLive(findLive(held, message)),

    async whenEnded(id) {
      await running.get(id)?.done.promise;
    },

    async drain(timeoutMs) {
      if (running.size > 0) await waitAtMost(idle.promise, timeoutMs);
      await stopAll(running, idle.promise);
    },
  };
}

function stopLive(live: LiveAnswer | undefined): boolean | undefined {
  if (live === undefined) return undefined;
  if (live.ended) return false;
  live.stop.abort(new Error("stopped"));
  return true;
}

async function stopAll(running: Held["running"], idle: Promise<void>): Promise<void> {
  for (const live of running.values()) live.stop.abort(new Error("shutting down"));
  if (running.size > 0) await waitAtMost(idle, STOP_MS);
}

function beginLive({ tenant, conversationId, caller }: ChatRequest, startedAt: number): LiveAnswer {
  return {
    tenant,
    conversationId,
    ownership: toOwnership(caller?.owner),
    hidesQuestions: caller?.seesTenant === false,
    startedAt,
    events: [],
    stop: new AbortController(),
    ended: false,
    isForgotten: false,
    done: defer(),
    changed: defer(),
  };
}

/** Running answers are in the order in which they began. */
function newestUnderWay(
  running: Held["running"],
  {
    tenant,
    conversationId,
    caller,
  }: { tenant: string; conversationId: string; caller?: Caller | undefined },
): string | undefined {
  let newest: string | undefined;
  for (const [id, live] of running) {
    const isMeant = live.tenant === tenant && live.conversationId === conversationId;
    if (isMeant && !live.isForgotten && decideAccess(live.ownership, caller).allowed) newest = id;
  }
  return newest;
}

function findLive(
  { running, finished }: Held,
  { tenant, id, caller }: { tenant: string; id: string; caller?: Caller | undefined },
): LiveAnswer | undefined {
  const live = running.get(id) ?? finished.get(id);
  if (live === undefined || live.tenant !== tenant || live.isForgotten) return undefined;
  return decideAccess(live.ownership, caller).allowed ? live : undefined;
}

async function forgetAnswers(
  { running, finished }: Held,
  { tenant, conversationId }: ConversationKey,
): Promise<boolean> {
  const isOf = (live: LiveAnswer) =>
    live.tenant === tenant && live.conversationId === conversationId;
  const underWay = [...running.values()].filter(isOf);
  const over = [...finished].filter(([, live]) => isOf(live));
  for (const live of underWay) forgetLive(live);
  for (const [id] of over) finished.delete(id);
  const ended = Promise.all(underWay.map(({ done }) => done.promise));
  if (underWay.length > 0) await waitAtMost(ended, FORGET_MS);
  return underWay.length + over.length > 0;
}

/** Where it cannot be told, what this process knows is all there is. */
async function isErased(
  { tenant, conversationId, startedAt }: LiveAnswer,
  wasErased: LiveAnswersOptions["wasErased"],
): Promise<boolean> {
  if (conversationId === null) return false;
  return wasErased({ tenant, conversationId }, startedAt).catch(() => false);
}

/** Nothing comes after the error, and nobody may listen any more. */
function forgetLive(live: LiveAnswer): void {
  const message = "The conversation was deleted while this was being answered.";
  const error = new RepriseError("stopped", message);
  live.isForgotten = true;
  live.stop.abort(error);
  push(live, { type: "answer-error", error: toErrorReport(error) });
  live.ended = true;
}

function push(live: LiveAnswer, event: ChatEvent): void {
  if (live.ended) return;
  live.events.push({ seq: live.events.length + 1, event });
  const { changed } = live;
  live.changed = defer();
  changed.resolve();
}

async function* followEvents(
  live: LiveAnswer,
  afterSeq: number,
  signal: AbortSignal | undefined,
): AsyncGenerator<NumberedEvent> {
  const left = defer();
  const leave = () => left.resolve();
  // A socket's signal outlives its answers by far.
  signal?.addEventListener("abort", leave, { once: true });
  let position = Math.max(0, afterSeq);
  const hasLeft = () => signal?.aborted === true;
  try {
    while (!hasLeft()) {
      const next = live.events[position];
      if (next !== undefined) {
        position += 1;
        yield live.hidesQuestions ? hideQuestions(next) : next;
      } else if (live.ended) return;
      else await Promise.race([live.changed.promise, left.promise]);
    }
  } finally {
    signal?.removeEventListener("abort", leave);
  }
}

function defer(): Deferred {
  let settle: () => void = () => {};
  const promise = new Promise<void>((resolve) => {
    settle = resolve;
  });
  return { promise, resolve: () => settle() };
}

/** Answers only while there is room to record it: before the model is called, or anything is paid for. */
export function admitAnswers(
  answer: LiveAnswersOptions["answer"],
  admit: () => Promise<void>,
): LiveAnswersOptions["answer"] {
  return async function* (request, run) {
    try {
      await admit();
    } catch (error) {
      yield { type: "answer-error", error: toErrorReport(error) };
      return;
    }
    yield* answer(request, run);
  };
}
