import { LRUCache } from "lru-cache";
import { RepriseError } from "../errors.ts";
import type { ConversationKey } from "../history/types.ts";
import { decideAccess, toOwnership } from "../identity/decide-access.ts";
import type { Caller, Ownership } from "../identity/types.ts";
import type { Turnstile } from "../operations/concurrency.ts";
import { waitAtMost } from "../operations/with-deadline.ts";
import type { Clock } from "../operations/types.ts";
import { toErrorReport } from "./error-report.ts";
import { hideQuestions } from "./hide-questions.ts";
import type { ChatEvent, ChatRequest, LiveAnswers, NumberedEvent } from "./types.ts";

/** How long the events of a finished answer can be resumed, in milliseconds. */
const KEPT_MS = 60_000;
/** Maximum finished answers in memory. */
const KEPT_ANSWERS = 1_000;

/** Time for stopped answers to record their partial output, in milliseconds. */
const STOP_MS = 1_000;
/** Time for the answers of a deleted conversation to end, in milliseconds. */
const FORGET_MS = 5_000;

interface LiveAnswer {
  readonly tenant: string;
  readonly conversationId: string | null;
  /** User who asked. */
  readonly ownership: Ownership;
  /** True if the user may not read the questions of others. */
  readonly hidesQuestions: boolean;
  /** Milliseconds since the epoch. */
  readonly startedAt: number;
  readonly events: NumberedEvent[];
  readonly stop: AbortController;
  /** True after the last event. */
  ended: boolean;
  isForgotten: boolean;
  /** Resolves when the answer has ended. */
  readonly done: Deferred;
  /** Resolves at the next event; replaced after each. */
  changed: Deferred;
}

interface Deferred {
  readonly promise: Promise<void>;
  readonly resolve: () => void;
}

/** Dependencies of the live answers. */
export interface LiveAnswersOptions {
  /** Yields the events of one answer; never throws. */
  readonly answer: (
    request: ChatRequest,
    run: { id: string; stopSignal: AbortSignal },
  ) => AsyncIterable<ChatEvent>;
  readonly newId: (prefix: string) => string;
  /** Called with the last event of each answer; never throws. */
  readonly onEnd: (last: ChatEvent, request: ChatRequest) => void;
  /** Distributes concurrent answers over turns of the event loop. */
  readonly turnstile?: Turnstile | undefined;
  /** Whether a conversation was erased at or after this time. */
  readonly wasErased: (conversation: ConversationKey, since: number) => Promise<boolean>;
  readonly now: Clock;
}

/** Answers by message id. */
interface Held {
  readonly running: Map<string, LiveAnswer>;
  readonly finished: LRUCache<string, LiveAnswer>;
}

/** Runs answers to their end. Any number of listeners can follow an answer from the start or resume it. */
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
      const id = messageId ?? newId("msg");
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

/** Running answers are in the order of their start. */
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

/** If the check fails, only the state of this process counts. */
async function isErased(
  { tenant, conversationId, startedAt }: LiveAnswer,
  wasErased: LiveAnswersOptions["wasErased"],
): Promise<boolean> {
  if (conversationId === null) return false;
  return wasErased({ tenant, conversationId }, startedAt).catch(() => false);
}

/** The error is the last event; later listeners are refused. */
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
  // A socket's signal lives much longer than its answers: the listener is removed.
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
