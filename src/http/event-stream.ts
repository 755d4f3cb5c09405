import type { Response } from "express";

/** Time between heartbeats, in milliseconds. */
const HEARTBEAT_MS = 10_000;

/** A server-sent event stream on a response. */
export interface EventStream {
  /** Resolves when the client has room for more. */
  send(text: string): Promise<void>;
  end(): void;
}

/** Sends the headers and begins the heartbeat, which ends with the response. */
export function openEventStream(response: Response, headers: Record<string, string>): EventStream {
  response.status(200).set({
    "Content-Type": "text/event-stream; charset=utf-8",
    "Cache-Control": "no-cache",
    "X-Accel-Buffering": "no",
    ...headers,
  });
  response.flushHeaders();
  const heartbeat = setInterval(() => response.write(": heartbeat\n\n"), HEARTBEAT_MS);
  response.once("close", () => clearInterval(heartbeat));
  return {
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

/** Aborted when the client has gone before the reply was whole. */
export function clientSignal(response: Response): AbortSignal {
  const gone = new AbortController();
  response.once("close", () => {
    if (!response.writableFinished) gone.abort(new Error("the client has gone"));
  });
  return gone.signal;
}
