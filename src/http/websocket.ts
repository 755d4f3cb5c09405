import type { IncomingMessage, Server } from "node:http";
import type { Duplex } from "node:stream";
import { WebSocketServer, type WebSocket } from "ws";
import { findForeign, isOwnOrigin } from "./foreign-page.ts";
import { credentialsOf } from "./middleware/authenticate.ts";
import { createSocketSession } from "./socket-session.ts";
import type { HttpDependencies, Principal } from "./types.ts";

const PATH = "/v1/ws";
const PROTOCOL = "reprise.v1";
const MAX_MESSAGE_BYTES = 1024 * 1024;
/** Sockets that have not answered a ping for this long are closed, in milliseconds. */
const KEEPALIVE_MS = 30_000;
/** Time to close a connection that was refused, in milliseconds. */
const REFUSED_MS = 1_000;
/** Sockets whose key has not come yet share a limit. */
const NOBODY = { tenant: "", name: "" };

/** Chats over WebSocket at `/v1/ws`, subprotocol `reprise.v1`. */
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
    // A handshake that is wrong, or that the client leaves, never comes to be a socket.
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

/**
 * Pages of other hosts may not use a visitor's socket. It is a way to write, although its request is
 * a GET.
 */
function mayConnect({ headers }: IncomingMessage, { apiKeys }: HttpDependencies): boolean {
  const { host, origin } = headers;
  if (apiKeys.isConfigured) return isOwnOrigin({ host, origin });
  return findForeign({ method: "POST", host, origin }) === undefined;
}

/** Whoever does not close the connection then is not waited for long. */
function refuse(duplex: Duplex, status: string, headers: Record<string, string> = {}): void {
  const lines = Object.entries({ ...headers, Connection: "close", "Content-Length": "0" }).map(
    ([name, value]) => `${name}: ${value}`,
  );
  const timer = setTimeout(() => duplex.destroy(), REFUSED_MS);
  duplex.once("close", () => clearTimeout(timer));
  // What the client has sent on is not read by anybody.
  duplex.resume().end([`HTTP/1.1 ${status}`, ...lines, "", ""].join("\r\n"));
}

/** A key in the header counts at once, a wrong one too; without one the first message must bring it. */
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
