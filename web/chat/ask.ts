import { request } from "../api/client.ts";
import { ServerError, toServerError } from "../api/server-error.ts";
import type { ChatBody } from "../api/types.ts";
import {
  isLast,
  type AnswerEvent,
  type FollowedEvent,
  type NumberedAnswerEvent,
} from "./answer-events.ts";
import { askOver, openSocket } from "./answer-socket.ts";
import { readEvents } from "./event-stream.ts";

/** Delays before each try to resume an answer, in milliseconds; after the last, it fails. */
const RESUME_AFTER_MS = [250, 1_000, 3_000];

/** The position in an answer. */
interface Progress {
  messageId: string | undefined;
  seq: number;
}

type Events = AsyncIterable<NumberedAnswerEvent>;

/**
 * Asks over the socket, or by server-sent events without one, and yields events up to `answer-end` or
 * `answer-error`. The server completes an answer whether or not a client listens, so it is resumed after
 * a disconnect. `connection-lost` and `connection-back` report this.
 *
 * @throws ServerError when the server refuses, or the answer cannot be resumed
 */
export async function* ask(body: ChatBody, signal: AbortSignal): AsyncGenerator<FollowedEvent> {
  yield* follow({ messageId: undefined, seq: 0 }, await send(body, signal), signal);
}

/**
 * Follows an answer from its beginning, after a reload of the page.
 *
 * @throws ServerError when the server no longer has it
 */
export async function* resume(
  messageId: string,
  signal: AbortSignal,
): AsyncGenerator<FollowedEvent> {
  const progress = { messageId, seq: 0 };
  yield* follow(progress, await readRest(messageId, progress, signal), signal);
}

async function* follow(
  progress: Progress,
  first: Events | undefined,
  signal: AbortSignal,
): AsyncGenerator<FollowedEvent> {
  let events = first;
  for (let tries = 0; ; tries += 1) {
    for await (const { seq, event } of untilDisconnect(events, signal)) {
      if (tries > 0) yield { type: "connection-back" };
      tries = 0;
      trackProgress(progress, seq, event);
      yield event;
      if (isLast(event)) return;
    }
    if (signal.aborted) return;
    if (tries === 0) yield { type: "connection-lost" };
    events = await retryResume(progress, tries, signal);
  }
}

async function send(body: ChatBody, signal: AbortSignal): Promise<Events> {
  const socket = await openSocket().catch(() => undefined);
  if (socket !== undefined) return askOver(socket, body);
  const json = { ...body, stream: true };
  return readEvents(await request("/v1/chat", { method: "POST", json, signal }));
}

function trackProgress(progress: Progress, seq: number, event: AnswerEvent): void {
  progress.seq = seq;
  if (event.type === "answer-start") progress.messageId = event.id;
}

/** Treats a broken stream like one that ends early: only the last event matters. */
async function* untilDisconnect(
  events: Events | undefined,
  signal: AbortSignal,
): AsyncGenerator<NumberedAnswerEvent> {
  if (events === undefined) return;
  try {
    for await (const item of events) {
      if (signal.aborted) return;
      yield item;
    }
  } catch {
    // The caller resumes.
  }
}

/** The rest of an answer, after a delay; undefined while the server is unreachable. */
async function retryResume(
  progress: Progress,
  tries: number,
  signal: AbortSignal,
): Promise<Events | undefined> {
  const { messageId } = progress;
  const waitMs = RESUME_AFTER_MS[tries];
  if (messageId === undefined || waitMs === undefined || signal.aborted) throw connectionLost();
  await delay(waitMs, signal);
  return readRest(messageId, progress, signal);
}

async function readRest(
  messageId: string,
  { seq }: Progress,
  signal: AbortSignal,
): Promise<Events | undefined> {
  const path = `/v1/messages/${encodeURIComponent(messageId)}/stream`;
  try {
    const response = await request(path, { headers: { "Last-Event-ID": String(seq) }, signal });
    if (response.status === 204) throw connectionLost();
    return readEvents(response);
  } catch (thrown) {
    const error = toServerError(thrown);
    if (error.code !== "unreachable") throw error;
    return undefined;
  }
}

function connectionLost(): ServerError {
  const message = "The connection was lost before the answer was complete. Try again.";
  return new ServerError(message, { status: 0, code: "connection_lost" });
}

function delay(milliseconds: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const timer = setTimeout(resolve, milliseconds);
    const onAbort = () => {
      clearTimeout(timer);
      resolve();
    };
    signal.addEventListener("abort", onAbort, { once: true });
  });
}
