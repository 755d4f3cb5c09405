import type { IncomingMessage, Server } from "node:http";
import type { Duplex } from "node:stream";
import { WebSocketServer, type WebSocket } from "ws";
import { findForeign, isOwnOrigin, credentialsOf } from "./request-context.ts";
import { createSocketSession } from "./socket-session.ts";
import type { HttpDependencies, Principal } from "./types.ts";

const PATH = "/v1/ws";
const PROTOCOL = "reprise.v1";
const MAX_MESSAGE_BYTES = 1024 * 1024;
/** A socket that does not answer a ping within this time is closed, in milliseconds. */
const KEEPALIVE_MS = 30_000;
/** Time until a rejected connection is destroyed, in milliseconds. */
const REFUSED_MS = 1_000;
/** Sockets without a key share one limit. */
const NOBODY = { tenant: "", name: "" };

/** Chat over WebSocket at `/v1/ws`, subprotocol `reprise.v1`. */
export function attachWebSocket(server: Server, dependencies: HttpDependencies): { close(): void } {
  const sockets = new WebSocketServer({
    noServer: true,
    maxPayload: MAX_MESSAGE_BYTES,
    handleProtocols: (offered) => (offered.has(PROTOCOL) ? PROTOCOL : false),
  });

  async function upgrade(request: IncomingMessage, duplex: Duplex, head: Buffer): Promise<void> {
    const path = (request.url ?? "").split("?")[0];
    if (path !== PATH) return refuse(duplex, "404 Not Found");
    if (!mayConnect(request, dependencies)) return refuse(duplex, "403 Forbidden");
    const principal = await readPrincipal(request, dependencies);
    if (principal === "unknown") refuse(duplex, "401 Unauthorized");
    else if (!duplex.destroyed) accept({ request, duplex, head }, principal);
  }

  function accept(
    { request, duplex, head }: { request: IncomingMessage; duplex: Duplex; head: Buffer },
    principal: Principal | undefined,
  ): void {
    const verdict = dependencies.socketSlots.take(principal ?? NOBODY);
    if (verdict.kind === "refused") {
      refuse(duplex, verdict.by === "key" ? "429 Too Many Requests" : "503 Service Unavailable", {
        "Retry-After": "1",
      });
      return;
    }
    const { slot } = verdict;
    // A failed or aborted handshake never creates a socket, so the slot is released here.
    duplex.once("close", () => slot.release());
    sockets.handleUpgrade(request, duplex, head, (socket) => {
      keepAlive(socket);
      createSocketSession(socket, { principal, slot }, dependencies);
    });
  }

  const onUpgrade = (...given: Parameters<typeof upgrade>) => void upgrade(...given);
  server.on("upgrade", onUpgrade);
  return {
    close() {
      server.off("upgrade", onUpgrade);
      for (const socket of sockets.clients) socket.close(1001, "shutting down");
      sockets.close();
    },
  };
}

/** Rejects pages of other hosts. A WebSocket can write, although its request is a GET. */
function mayConnect({ headers }: IncomingMessage, { apiKeys }: HttpDependencies): boolean {
  const { host, origin } = headers;
  if (apiKeys.isConfigured) return isOwnOrigin({ host, origin });
  return findForeign({ method: "POST", host, origin }) === undefined;
}

/** Rejects the handshake, and destroys the connection if the client does not close it soon. */
function refuse(duplex: Duplex, status: string, headers: Record<string, string> = {}): void {
  const lines = Object.entries({ ...headers, Connection: "close", "Content-Length": "0" }).map(
    ([name, value]) => `${name}: ${value}`,
  );
  const timer = setTimeout(() => duplex.destroy(), REFUSED_MS);
  duplex.once("close", () => clearTimeout(timer));
  // Remaining input is discarded.
  duplex.resume().end([`HTTP/1.1 ${status}`, ...lines, "", ""].join("\r\n"));
}

/**
 * A key in the header counts immediately, even an invalid one. Without one, the first message must contain it.
 */
async function readPrincipal(
  { headers }: IncomingMessage,
  { apiKeys }: HttpDependencies,
): Promise<Principal | "unknown" | undefined> {
  const credentials = credentialsOf((name) => headers[name]?.toString());
  try {
    return await apiKeys.identify(credentials);
  } catch {
    const isEmpty = credentials.bearer === undefined && credentials.userToken === undefined;
    return isEmpty ? undefined : "unknown";
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
