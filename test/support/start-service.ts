import { mkdtemp } from "node:fs/promises";
import { createServer } from "node:http";
import type { Socket } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createApp } from "../../src/app.ts";
import type { GivenParts } from "../../src/compose-chat.ts";
import { composeService } from "../../src/compose.ts";
import { readConfig } from "../../src/config.ts";
import { attachWebSocket } from "../../src/http/websocket.ts";
import { createLogger, type Logger } from "../../src/operations/logger.ts";

/** The whole service on a free port of this machine, with an empty knowledge folder. */
export async function startService(
  environment: Record<string, string> = {},
  given: GivenParts = {},
  logger?: Logger,
) {
  const folder = await mkdtemp(join(tmpdir(), "reprise-test-"));
  const config = readConfig({
    DATA_DIR: ":memory:",
    KNOWLEDGE_DIR: folder,
    LOG_LEVEL: "silent",
    ...environment,
  });
  const service = await composeService(config, logger ?? createLogger(config.logLevel), given);
  const app = createApp(service.http);
  const server = createServer(app);
  const sockets = attachWebSocket(server, service.http);
  const connections = new Set<Socket>();
  server.on("connection", (connection) => {
    connections.add(connection);
    connection.once("close", () => connections.delete(connection));
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  await service.start();
  const address = server.address();
  const port = typeof address === "object" && address !== null ? address.port : 0;
  const url = `http://127.0.0.1:${port}`;
  return {
    url,
    app,
    service,
    async call(method: string, path: string, body?: unknown, headers: Record<string, string> = {}) {
      const response = await fetch(url + path, {
        method,
        headers: { ...(body !== undefined && { "content-type": "application/json" }), ...headers },
        ...(body !== undefined && { body: typeof body === "string" ? body : JSON.stringify(body) }),
      });
      const text = await response.text();
      return { status: response.status, headers: response.headers, text, json: parse(text) };
    },
    /** Breaks every connection, WebSockets too; the service goes on. */
    dropConnections() {
      for (const connection of connections) connection.destroy();
    },
    async close() {
      sockets.close();
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
      await service.close();
    },
  };
}

/** Tests read replies freely. */
function parse(text: string): any {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
