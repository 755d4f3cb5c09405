import type { IncomingMessage, Server, ServerResponse } from "node:http";
import type { Socket } from "node:net";
import type { Duplex } from "node:stream";
import { z } from "zod";
import type { Logger } from "../operations/logger.ts";

/** Errors that a client causes by disconnecting or by not speaking HTTP. */
const CLIENT_FAULTS =
  /^(?:ECONNRESET|EPIPE|ECONNABORTED|ETIMEDOUT|HPE_\w+|ERR_STREAM_PREMATURE_CLOSE|ERR_STREAM_DESTROYED|ERR_HTTP_REQUEST_TIMEOUT)$/;

/**
 * Listens for the errors of every socket, request and reply of a server: without a listener Node exits.
 * An upgraded socket keeps the listener of its connection. The server itself emits an error when it cannot
 * accept (no file descriptors left), and accepts again once it can.
 */
export function ownErrors(server: Server, logger: Logger): void {
  const own = (what: string) => (err: Error & { code?: unknown }) => {
    if (CLIENT_FAULTS.test(String(err.code)))
      logger.debug({ err }, `The client of a ${what} left.`);
    else logger.error({ err }, `A ${what} failed; it ends, the service goes on.`);
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
  /** Of its connection, at the last check. */
  bytesRead: number;
  /** When they last grew, in milliseconds of the process. */
  movedAt: number;
}

/**
 * Ends requests whose body stalls: 408, and the connection is closed. Node's own time limit counts for the
 * whole body, which may take long on a slow line.
 *
 * @param idleMs longest time without a byte, in milliseconds
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

/** Destroying the request tells the reader of the body that it was cut. */
function refuseBody(request: IncomingMessage, response: ServerResponse): void {
  const { socket } = request;
  if (!response.headersSent && socket.writable) {
    socket.write("HTTP/1.1 408 Request Timeout\r\nConnection: close\r\nContent-Length: 0\r\n\r\n");
  }
  socket.destroySoon();
  request.destroy();
}

interface Progress {
  /** The write queue at the last check. */
  waiting: string;
  /** When it last changed, in milliseconds of the process. */
  movedAt: number;
}

/**
 * Closes connections whose client reads nothing of a reply: streams, exports, files. WebSockets are left
 * out: their guard closes them with a reason.
 *
 * @param unreadMs longest time, in milliseconds
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

/** Progress as `net.Socket` itself measures it: only the handle knows how much of a large write is left. */
const queueSchema = z.object({
  bytesWritten: z.number(),
  _handle: z.object({ writeQueueSize: z.number() }),
});

function whatWaits(socket: Duplex): string {
  const queue = queueSchema.safeParse(socket).data;
  return `${socket.writableLength} ${queue?.bytesWritten} ${queue?._handle.writeQueueSize}`;
}
