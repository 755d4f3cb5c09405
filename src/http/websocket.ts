import type { IncomingMessage, Server } from "node:http";
import type { Duplex } from "node:stream";
import { WebSocketServer, type WebSocket } from "ws";
import { findForeign, isOwnOrigin } from "./foreign-page.ts";
import { authenticateKey, bearerKey } from "./middleware/authenticate.ts";
import { createSocketSession } from "./socket-session.ts";
import type { HttpDependencies, Principal } from "./types.ts";

const PATH = "/v1/ws";
const PROTOCOL = "reprise.v1";
const MAX_MESSAGE_BYTES = 1024 * 1024;
/** Sockets that have not answered a ping for this long are closed, in milliseconds. */
const KEEPALIVE_MS = 30_000;

/** Chats over WebSocket at `/v1/ws`, subprotocol `reprise.v1`. */
export function attachWebSocket(server: Server, dependencies: HttpDependencies): { close(): void } {
  const sockets = new WebSocketServer({
    noServer: true,
    maxPayload: MAX_MESSAGE_BYTES,
    handleProtocols: (offered) => (offered.has(PROTOCOL) ? PROTOCOL : false),
  });

  function upgrade(request: IncomingMessage, duplex: Duplex, head: Buffer): void {
    const path = (request.url ?? "").split("?")[0];
    const principal = readPrincipal(request, dependencies);
    if (path !== PATH) refuse(duplex, "404 Not Found");
    else if (!mayConnect(request, dependencies)) refuse(duplex, "403 Forbidden");
    else if (principal === "unknown") refuse(duplex, "401 Unauthorized");
    else {
      sockets.handleUpgrade(request, duplex, head, (socket) => {
        keepAlive(socket);
        createSocketSession(socket, principal, dependencies);
      });
    }
  }

  server.on("upgrade", upgrade);
  return {
    close() {
      server.off("upgrade", upgrade);
      for (const socket of sockets.clients) socket.close(1001, "shutting down");
      sockets.close();
    },
  };
}

/**
 * Pages of other hosts may not use a visitor's socket. It is a way to write, although its request is
 * a GET.
 */
function mayConnect({ headers }: IncomingMessage, { apiKeys }: HttpDependencies): boolean {
  const { host, origin } = headers;
  if (apiKeys.length > 0) return isOwnOrigin({ host, origin });
  return findForeign({ method: "POST", host, origin }) === undefined;
}

function refuse(duplex: Duplex, status: string): void {
  duplex.end(`HTTP/1.1 ${status}\r\nConnection: close\r\nContent-Length: 0\r\n\r\n`);
}

/** A key in the header counts at once, a wrong one too; without one the first message must bring it. */
function readPrincipal(
  request: IncomingMessage,
  { apiKeys }: HttpDependencies,
): Principal | "unknown" | undefined {
  const key = bearerKey(request.headers.authorization);
  try {
    return authenticateKey(apiKeys, key);
  } catch {
    return key === undefined ? undefined : "unknown";
  }
}

function keepAlive(socket: WebSocket): void {
  let alive = true;
  socket.on("pong", () => {
    alive = true;
  });
  const timer = setInterval(() => {
    if (!alive) socket.terminate();
    alive = false;
    socket.ping();
  }, KEEPALIVE_MS);
  socket.on("close", () => clearInterval(timer));
}
