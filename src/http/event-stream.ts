import type { Response } from "express";

/** Time between heartbeats, in milliseconds. */
const HEARTBEAT_MS = 10_000;

/** A server-sent event stream on a response. */
export interface EventStream {
  /** Resolves when the client can take more. */
  send(text: string): Promise<void>;
  /** Sends a comment: clients skip it, and proxies see that the connection is in use. */
  comment(): void;
  end(): void;
}

/** Sends the headers and starts the heartbeat, which ends with the response. */
export function openEventStream(response: Response, headers: Record<string, string>): EventStream {
  response.status(200).set({
    "Content-Type": "text/event-stream; charset=utf-8",
    "Cache-Control": "no-cache",
    "X-Accel-Buffering": "no",
    ...headers,
  });
  response.flushHeaders();
  const comment = () => void response.write(": heartbeat\n\n");
  const heartbeat = setInterval(comment, HEARTBEAT_MS);
  response.once("close", () => clearInterval(heartbeat));
  return {
    comment,
    async send(text) {
      if (response.writableEnded || response.destroyed || response.write(text)) return;
      await new Promise<void>((resolve) => {
        const go = () => {
          response.off("drain", go).off("close", go);
          resolve();
        };
        response.once("drain", go).once("close", go);
      });
    },
    end() {
      clearInterval(heartbeat);
      response.end();
    },
  };
}

/** How long a stream's headers wait for the cache verdict, in milliseconds. */
const OPENING_MS = 300;

/**
 * Yields the events, and `undefined` once if more are to come after `OPENING_MS`: the stream then opens without
 * waiting longer.
 */
export async function* untilOpening<Event>(
  events: AsyncIterable<Event>,
  openingMs = OPENING_MS,
): AsyncGenerator<Event | undefined> {
  const iterator = events[Symbol.asyncIterator]();
  let timer: NodeJS.Timeout | undefined;
  const isOver = new Promise<"over">((resolve) => {
    timer = setTimeout(() => resolve("over"), openingMs);
  });
  let isOpen = false;
  try {
    while (true) {
      const next = iterator.next();
      if (!isOpen && (await Promise.race([next, isOver])) === "over") {
        isOpen = true;
        yield undefined;
      }
      const result = await next;
      if (result.done === true) return;
      yield result.value;
    }
  } finally {
    clearTimeout(timer);
    // Not awaited: the iterator may be waiting for an event that is no longer needed.
    void iterator.return?.();
  }
}

/** Encodes one server-sent event. Data is JSON, so it contains no line break. */
export function encodeEvent({
  event,
  id,
  data,
}: {
  event?: string;
  id?: number;
  data: object | string;
}): string {
  const name = event === undefined ? "" : `event: ${event}\n`;
  const number = id === undefined ? "" : `id: ${id}\n`;
  return `${name}${number}data: ${typeof data === "string" ? data : JSON.stringify(data)}\n\n`;
}
