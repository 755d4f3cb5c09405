import type { IncomingMessage, Server, ServerResponse } from "node:http";
import type { Socket } from "node:net";
import type { Duplex } from "node:stream";
import { z } from "zod";
import type { Logger } from "../operations/logger.ts";

/** Errors that a client causes by disconnecting or by not speaking HTTP. */
const CLIENT_FAULTS =
  /^(?:ECONNRESET|EPIPE|ECONNABORTED|ETIMEDOUT|HPE_\w+|ERR_STREAM_PREMATURE_CLOSE|ERR_STREAM_DESTROYED|ERR_HTTP_REQUEST_TIMEOUT)$/;

/**
 * Handles the errors of every socket, request and reply of a server: without a listener Node exits. An upgraded
 * socket keeps its connection's listener. The server emits an error if it cannot accept (no file descriptors
 * left), and accepts again when it can.
 */
export function ownErrors(server: Server, logger: Logger): void {
  const own = (what: string) => (err: Error & { code?: unknown }) => {
    if (CLIENT_FAULTS.test(String(err.code)))
      logger.debug({ err }, `The client of a ${what} disconnected.`);
    else logger.error({ err }, `A ${what} failed and was closed. The service continues.`);
  };
  const onConnection = own("connection");
  const onRequest = own("request");
  const onReply = own("reply");
  server.on("error", own("server"));
  server.on("connection", (socket: Socket) => socket.on("error", onConnection));
  server.on("request", (request: IncomingMessage, response: ServerResponse) => {
    request.on("error", onRequest);
    response.on("error", onReply);
  });
}

interface OpenBody {
  readonly response: ServerResponse;
  /** `bytesRead` of the connection at the last check. */
  bytesRead: number;
  /** Time of the last increase, in milliseconds since the process started. */
  movedAt: number;
}

/**
 * Ends requests with a stalled body: 408, and the connection is closed. Node's own timeout covers the whole
 * body, which may take long on a slow connection.
 *
 * @param idleMs maximum time without a byte, in milliseconds
 */
export function closeIdleBodies(server: Server, idleMs: number): void {
  const open = new Map<IncomingMessage, OpenBody>();

  function look(): void {
    const now = performance.now();
    for (const [request, body] of open) {
      const { bytesRead } = request.socket;
      if (request.complete || request.destroyed) open.delete(request);
      else if (bytesRead !== body.bytesRead) Object.assign(body, { bytesRead, movedAt: now });
      else if (now - body.movedAt >= idleMs) {
        open.delete(request);
        refuseBody(request, body.response);
      }
    }
  }

  server.on("request", (request: IncomingMessage, response: ServerResponse) => {
    if (!hasBody(request)) return;
    const { bytesRead } = request.socket;
    open.set(request, { response, bytesRead, movedAt: performance.now() });
    request.once("close", () => open.delete(request));
  });
  const timer = setInterval(look, Math.ceil(idleMs / 4)).unref();
  server.on("close", () => clearInterval(timer));
}

function hasBody({ headers }: IncomingMessage): boolean {
  return headers["transfer-encoding"] !== undefined || Number(headers["content-length"] ?? 0) > 0;
}

/** Destroying the request makes the body's reader fail. */
function refuseBody(request: IncomingMessage, response: ServerResponse): void {
  const { socket } = request;
  if (!response.headersSent && socket.writable) {
    socket.write("HTTP/1.1 408 Request Timeout\r\nConnection: close\r\nContent-Length: 0\r\n\r\n");
  }
  socket.destroySoon();
  request.destroy();
}

interface Progress {
  /** Write queue at the last check. */
  waiting: string;
  /** Time of the last change, in milliseconds since the process started. */
  movedAt: number;
}

/**
 * Closes connections whose client stops reading a reply: streams, exports, files. WebSockets are excluded:
 * `guardSocket` closes them with a reason.
 *
 * @param unreadMs maximum time, in milliseconds
 */
export function closeUnread(server: Server, unreadMs: number): void {
  const open = new Map<Duplex, Progress>();

  function look(): void {
    const now = performance.now();
    for (const [socket, progress] of open) {
      const waiting = whatWaits(socket);
      if (socket.writableLength === 0 || waiting !== progress.waiting) {
        Object.assign(progress, { waiting, movedAt: now });
      } else if (now - progress.movedAt >= unreadMs) socket.destroy();
    }
  }

  server.on("connection", (socket: Socket) => {
    open.set(socket, { waiting: "", movedAt: performance.now() });
    socket.once("close", () => open.delete(socket));
  });
  server.on("upgrade", (_request: IncomingMessage, socket: Duplex) => open.delete(socket));
  const timer = setInterval(look, Math.ceil(unreadMs / 4)).unref();
  server.on("close", () => clearInterval(timer));
}

/** Progress as `net.Socket` measures it: only the handle knows how much of a large write is left. */
const queueSchema = z.object({
  bytesWritten: z.number(),
  _handle: z.object({ writeQueueSize: z.number() }),
});

function whatWaits(socket: Duplex): string {
  const queue = queueSchema.safeParse(socket).data;
  return `${socket.writableLength} ${queue?.bytesWritten} ${queue?._handle.writeQueueSize}`;
}
