import { readEvents } from "./event-stream.js";
import { request, ServerError } from "./server.js";

/** Waits before each try to take up an answer that was cut, in milliseconds; then it is given up. */
const RESUME_AFTER_MS = [250, 1_000, 3_000];

/**
 * Asks, and yields the answer's events as they come, up to `answer-end` or `answer-error`. The server
 * finishes an answer whether or not anyone listens, so a cut stream is taken up where it was lost;
 * `connection-lost` and `connection-back` tell of it.
 *
 * @throws ServerError when the server refuses, or the answer is lost for good
 */
export async function* ask(body, signal) {
  const progress = { messageId: undefined, lastEventId: "0", isWhole: false };
  let response = await send(body, signal);
  for (let tries = 0; ; tries += 1) {
    for await (const item of untilCut(response)) {
      if (tries > 0) yield { event: "connection-back" };
      tries = 0;
      takeNote(progress, item);
      yield item;
      if (progress.isWhole) return;
    }
    if (tries === 0) yield { event: "connection-lost" };
    response = await takeUp(progress, tries, signal);
  }
}

async function send(body, signal) {
  const headers = { "Content-Type": "application/json" };
  const text = JSON.stringify({ ...body, stream: true });
  return request("/v1/chat", { method: "POST", headers, body: text, signal });
}

function takeNote(progress, { event, id, data }) {
  progress.lastEventId = id;
  if (event === "answer-start") progress.messageId = data.id;
  if (event === "answer-end" || event === "answer-error") progress.isWhole = true;
}

/** A stream that breaks is like one that just ends before its time: what matters is the last event. */
async function* untilCut(response) {
  if (response === undefined) return;
  try {
    yield* readEvents(response);
  } catch {
    // Taken up by the caller.
  }
}

/** The rest of an answer; undefined when the server cannot be reached just now. */
async function takeUp({ messageId, lastEventId }, tries, signal) {
  const waitMs = RESUME_AFTER_MS[tries];
  if (messageId === undefined || waitMs === undefined || signal.aborted) throw lost();
  await delay(waitMs, signal);
  const path = `/v1/messages/${encodeURIComponent(messageId)}/stream`;
  const headers = { "Last-Event-ID": lastEventId };
  const response = await request(path, { headers, signal }).catch((error) => {
    if (error.status !== 0) throw error;
    return undefined;
  });
  if (response?.status === 204) throw lost();
  return response;
}

function lost() {
  return new ServerError("The connection was lost before the answer was whole.", 0);
}

function delay(milliseconds, signal) {
  return new Promise((resolve) => {
    const timer = setTimeout(resolve, milliseconds);
    signal.addEventListener(
      "abort",
      () => {
        clearTimeout(timer);
        resolve();
      },
      { once: true },
    );
  });
}
