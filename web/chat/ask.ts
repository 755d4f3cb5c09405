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

/** Waits before each try to take up an answer that was cut, in milliseconds; then it is given up. */
const RESUME_AFTER_MS = [250, 1_000, 3_000];

/** How far an answer has come. */
interface Progress {
  messageId: string | undefined;
  seq: number;
}

type Events = AsyncIterable<NumberedAnswerEvent>;

/**
 * Asks, over the socket or, where there is none, by server-sent events, and yields what comes up to
 * `answer-end` or `answer-error`. The server finishes an answer whether or not anyone listens, so a
 * cut one is taken up where it was lost; `connection-lost` and `connection-back` tell of it.
 *
 * @throws ServerError when the server refuses, or the answer is lost for good
 */
export async function* ask(body: ChatBody, signal: AbortSignal): AsyncGenerator<FollowedEvent> {
  yield* follow({ messageId: undefined, seq: 0 }, await send(body, signal), signal);
}

/**
 * The same from the beginning of an answer that was asked for before the page was loaded anew.
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
    for await (const { seq, event } of untilCut(events, signal)) {
      if (tries > 0) yield { type: "connection-back" };
      tries = 0;
      takeNote(progress, seq, event);
      yield event;
      if (isLast(event)) return;
    }
    if (signal.aborted) return;
    if (tries === 0) yield { type: "connection-lost" };
    events = await takeUp(progress, tries, signal);
  }
}

async function send(body: ChatBody, signal: AbortSignal): Promise<Events> {
  const socket = await openSocket().catch(() => undefined);
  if (socket !== undefined) return askOver(socket, body);
  const json = { ...body, stream: true };
  return readEvents(await request("/v1/chat", { method: "POST", json, signal }));
}

function takeNote(progress: Progress, seq: number, event: AnswerEvent): void {
  progress.seq = seq;
  if (event.type === "answer-start") progress.messageId = event.id;
}

/** A stream that breaks is like one that just ends before its time: what matters is the last event. */
async function* untilCut(
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
    // Taken up by the caller.
  }
}

/** The rest of an answer, after a while; undefined when the server cannot be reached just now. */
async function takeUp(
  progress: Progress,
  tries: number,
  signal: AbortSignal,
): Promise<Events | undefined> {
  const { messageId } = progress;
  const waitMs = RESUME_AFTER_MS[tries];
  if (messageId === undefined || waitMs === undefined || signal.aborted) throw lost();
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
    if (response.status === 204) throw lost();
    return readEvents(response);
  } catch (thrown) {
    const error = toServerError(thrown);
    if (error.code !== "unreachable") throw error;
    return undefined;
  }
}

function lost(): ServerError {
  const message = "The connection was lost before the answer was whole. Try again.";
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
