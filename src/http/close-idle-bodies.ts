import type { IncomingMessage, Server, ServerResponse } from "node:http";

interface OpenBody {
  readonly response: ServerResponse;
  /** Of its connection, when it was looked at last. */
  bytesRead: number;
  /** When they were fewer, in milliseconds of the process. */
  movedAt: number;
}

/**
 * Ends requests whose body has begun and stands still: 408, and the connection is closed. Node's own
 * time limit holds for the whole body, which may be long on a slow line.
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
        refuse(request, body.response);
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

/** Whoever reads the body is told that it was cut. */
function refuse(request: IncomingMessage, response: ServerResponse): void {
  const { socket } = request;
  if (!response.headersSent && socket.writable) {
    socket.write("HTTP/1.1 408 Request Timeout\r\nConnection: close\r\nContent-Length: 0\r\n\r\n");
  }
  socket.destroySoon();
  request.destroy();
}
