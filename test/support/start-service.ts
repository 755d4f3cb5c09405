import { mkdtemp } from "node:fs/promises";
import type { Socket } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { GivenParts } from "../../src/compose/chat.ts";
import { composeService } from "../../src/compose/service.ts";
import { readConfig } from "../../src/config.ts";
import { createLogger, type Logger } from "../../src/operations/logger.ts";
import { createRepriseServer } from "../../src/server.ts";
import { checkReplies } from "./check-replies.ts";

/** The complete service on a free local port, with an empty knowledge folder. */
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
  const { server, app, closeSockets } = createRepriseServer(service.http);
  const checked = checkReplies(server);
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
    /** Breaks every connection, including WebSockets. The service continues. */
    dropConnections() {
      for (const connection of connections) connection.destroy();
    },
    async close() {
      closeSockets();
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
      await service.close();
      if (checked.problems.length > 0) {
        const seen = [...new Set(checked.problems)].slice(0, 20).join("\n");
        throw new Error(`replies that /openapi.json does not describe:\n${seen}`);
      }
    },
  };
}

/** Untyped, so that tests can access any field. */
function parse(text: string): any {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
