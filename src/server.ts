import { createServer, type Server } from "node:http";
import { createApp } from "./app.ts";
import { closeIdleBodies, closeUnread, ownErrors } from "./http/connections.ts";
import type { HttpDependencies } from "./http/types.ts";
import { attachWebSocket } from "./http/websocket.ts";

/** The HTTP server with all routes. It does not listen yet. */
export interface RepriseServer {
  readonly server: Server;
  readonly app: ReturnType<typeof createApp>;
  /** Closes every WebSocket with "try again later". */
  readonly closeSockets: () => void;
}

/** HTTP and WebSockets on one port, with the configured limits. */
export function createRepriseServer(dependencies: HttpDependencies): RepriseServer {
  const { limits, logger } = dependencies;
  const app = createApp(dependencies);
  const server = createServer(
    {
      maxHeaderSize: limits.headerBytes,
      headersTimeout: limits.headersTimeoutMs,
      requestTimeout: limits.requestTimeoutMs,
      connectionsCheckingInterval: Math.ceil(limits.headersTimeoutMs / 4),
    },
    app,
  );
  server.on("connection", () => dependencies.arrivals.note());
  server.maxConnections = limits.connections;
  // The header size is limited above. With a count limit, Node drops headers silently, including credentials.
  server.maxHeadersCount = 0;
  ownErrors(server, logger);
  closeIdleBodies(server, limits.bodyIdleMs);
  closeUnread(server, limits.unreadMs);
  const sockets = attachWebSocket(server, dependencies);
  return { server, app, closeSockets: () => sockets.close() };
}
