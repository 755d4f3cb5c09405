import { LRUCache } from "lru-cache";
import { toErrorReport } from "./error-report.ts";
import type { ChatEvent, ChatRequest, LiveAnswers, NumberedEvent } from "./types.ts";

/** How long the events of a finished answer can be resumed, in milliseconds. */
const KEPT_MS = 60_000;
/** Finished answers kept at most. */
const KEPT_ANSWERS = 1_000;

interface LiveAnswer {
  readonly tenant: string;
  readonly events: NumberedEvent[];
  readonly stop: AbortController;
  ended: boolean;
  /** Resolves at the next event; replaced at each. */
  changed: Deferred;
}

interface Deferred {
  readonly promise: Promise<void>;
  readonly resolve: () => void;
}

/**
 * Runs answers to their end and lets any number of listeners follow them, from the start or from
 * where they lost them.
 *
 * @param answer produces the events of one answer; never throws
 * @param onEnd told of the last event of each answer
 */
export function createLiveAnswers({
  answer,
  newId,
  onEnd,
}: {
  answer: (
    request: ChatRequest,
    run: { id: string; stopSignal: AbortSignal },
  ) => AsyncIterable<ChatEvent>;
  newId: () => string;
  onEnd: (last: ChatEvent, request: ChatRequest) => void;
}): LiveAnswers {
  const running = new Map<string, LiveAnswer>();
  const finished = new LRUCache<string, LiveAnswer>({ max: KEPT_ANSWERS, ttl: KEPT_MS });
  let idle = defer();

  async function run(id: string, live: LiveAnswer, request: ChatRequest): Promise<void> {
    let last: ChatEvent | undefined;
    try {
      for await (const event of answer(request, { id, stopSignal: live.stop.signal })) {
        push(live, event);
        last = event;
      }
    } catch (error) {
      last = { type: "answer-error", error: toErrorReport(error) };
      push(live, last);
    }
    live.ended = true;
    finished.set(id, live);
    running.delete(id);
    live.changed.resolve();
    if (last !== undefined) onEnd(last, request);
    if (running.size === 0) idle.resolve();
  }

  return {
    start(request, messageId) {
      const id = messageId ?? newId();
      const live = beginLive(request.tenant);
      if (running.size === 0) idle = defer();
      running.set(id, live);
      void run(id, live, request);
      return id;
    },

    follow({ tenant, id, afterSeq, signal }) {
      const live = running.get(id) ?? finished.get(id);
      if (live === undefined || live.tenant !== tenant) return undefined;
      return followEvents(live, afterSeq, signal);
    },

    stop({ tenant, id }) {
      const live = running.get(id);
      if (live === undefined || live.tenant !== tenant) return false;
      live.stop.abort(new Error("stopped"));
      return true;
    },

    async drain(timeoutMs) {
      if (running.size > 0) await orAfter(idle.promise, timeoutMs);
      for (const live of running.values()) live.stop.abort(new Error("shutting down"));
    },
  };
}

function beginLive(tenant: string): LiveAnswer {
  return { tenant, events: [], stop: new AbortController(), ended: false, changed: defer() };
}

async function orAfter(work: Promise<void>, timeoutMs: number): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<void>((resolve) => {
    timer = setTimeout(resolve, timeoutMs);
  });
  await Promise.race([work, late]);
  clearTimeout(timer);
}

function push(live: LiveAnswer, event: ChatEvent): void {
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
  const left = new Promise<void>((resolve) => {
    signal?.addEventListener("abort", () => resolve(), { once: true });
  });
  let position = Math.max(0, afterSeq);
  const hasLeft = () => signal?.aborted === true;
  while (!hasLeft()) {
    const next = live.events[position];
    if (next !== undefined) {
      position += 1;
      yield next;
    } else if (live.ended) return;
    else await Promise.race([live.changed.promise, left]);
  }
}

function defer(): Deferred {
  let settle: () => void = () => {};
  const promise = new Promise<void>((resolve) => {
    settle = resolve;
  });
  return { promise, resolve: () => settle() };
}
