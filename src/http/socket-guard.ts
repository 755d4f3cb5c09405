import type { RawData, WebSocket } from "ws";
import type { Logger } from "../operations/logger.ts";

/** Sending waits while more than this many bytes are unread by the client. */
const UNREAD_BYTES = 256 * 1024;
/** Maximum invalid messages in a row: the client does not speak the protocol. */
const MAX_BAD_MESSAGES = 10;
/** Time limit for the client's close frame, in milliseconds. */
const CLOSING_MS = 2_000;

const POLICY_VIOLATION = 1008;
const INTERNAL_ERROR = 1011;
const TRY_AGAIN_LATER = 1013;

/** A WebSocket with limits on incoming frames and unread output. */
export interface GuardedSocket {
  /** Sends after the client has read enough of the earlier output. Never rejects. */
  send(message: object): Promise<void>;
  /** Sends a close frame with the reason. Terminates the connection if the client does not respond. */
  close(code: number, reason: string): void;
}

/** Result of a message: `bad` if it is invalid. */
export type MessageVerdict = "good" | "bad";

/**
 * Passes messages on. Closes the socket of a client that sends too many frames (including pings), sends only
 * invalid messages, or does not read.
 *
 * @param limits `framesPerSecond` on average; `unreadMs` maximum time without reading
 */
export function guardSocket(
  socket: WebSocket,
  {
    limits,
    logger,
    receive,
  }: {
    limits: { framesPerSecond: number; unreadMs: number };
    logger: Logger;
    receive: (text: string) => Promise<MessageVerdict>;
  },
): GuardedSocket {
  const mayCome = createFrameRate(limits.framesPerSecond, () => performance.now());
  let badInARow = 0;

  function close(code: number, reason: string): void {
    socket.removeAllListeners("message").removeAllListeners("ping");
    socket.close(code, reason);
    const timer = setTimeout(() => socket.terminate(), CLOSING_MS);
    socket.once("close", () => clearTimeout(timer));
  }

  async function take(data: RawData): Promise<void> {
    try {
      badInARow = (await receive(toText(data))) === "bad" ? badInARow + 1 : 0;
      if (badInARow >= MAX_BAD_MESSAGES) close(POLICY_VIOLATION, "too many invalid messages");
    } catch (err) {
      logger.error({ err }, "A socket message failed. The socket is closed.");
      close(INTERNAL_ERROR, "the message could not be handled");
    }
  }

  function ifAllowed<Argument>(next: (argument: Argument) => void) {
    return (argument: Argument) => {
      if (mayCome()) next(argument);
      else close(POLICY_VIOLATION, "too many messages");
    };
  }

  socket.on(
    "message",
    ifAllowed((data: RawData) => void take(data)),
  );
  socket.on(
    "ping",
    ifAllowed(() => undefined),
  );
  socket.on("error", (err) => logger.debug({ err }, "A socket failed."));
  return {
    close,
    async send(message) {
      if (socket.readyState !== socket.OPEN) return;
      const isRead = new Promise<void>((resolve) => {
        socket.send(JSON.stringify(message), () => resolve());
      });
      if (socket.bufferedAmount <= UNREAD_BYTES) return;
      if (await settlesWithin(isRead, limits.unreadMs)) return;
      close(TRY_AGAIN_LATER, "sent data is not read");
    },
  };
}

async function settlesWithin(work: Promise<void>, milliseconds: number): Promise<boolean> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<boolean>((resolve) => {
    timer = setTimeout(() => resolve(false), milliseconds);
  });
  const isDone = await Promise.race([work.then(() => true), late]);
  clearTimeout(timer);
  return isDone;
}

function toText(data: RawData): string {
  if (Array.isArray(data)) return Buffer.concat(data).toString("utf8");
  return Buffer.from(data instanceof ArrayBuffer ? new Uint8Array(data) : data).toString("utf8");
}

/** Burst size, in seconds of the average rate. */
const BURST_SECONDS = 10;

/**
 * A token bucket for the frames of a connection: `perSecond` on average, ten times as many in a burst. Returns
 * a function that takes one token, and is false if none is left.
 *
 * @param now milliseconds
 */
export function createFrameRate(perSecond: number, now: () => number): () => boolean {
  const most = perSecond * BURST_SECONDS;
  let left = most;
  let filledAt = now();
  return () => {
    const time = now();
    left = Math.min(most, left + ((time - filledAt) / 1000) * perSecond);
    filledAt = time;
    if (left < 1) return false;
    left -= 1;
    return true;
  };
}
