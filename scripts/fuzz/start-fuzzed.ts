import { createHash, randomBytes } from "node:crypto";
import { mkdtemp, rm } from "node:fs/promises";
import { createServer, type Server } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createApp } from "../../src/app.ts";
import { composeService } from "../../src/compose/service.ts";
import { readConfig } from "../../src/config.ts";
import { ROUTES } from "../../src/http/routes.ts";
import { createLogger } from "../../src/operations/logger.ts";

const TENANT = "fuzzed";
const KINDS = ["chat", "chat:all", "chat+admin"];

/** A service with data, and a key of each kind. */
export async function startFuzzed() {
  const folder = await mkdtemp(join(tmpdir(), "reprise-fuzz-"));
  const keys = KINDS.map((scopes, index) => ({
    scopes,
    name: `key-${index}`,
    key: randomBytes(24).toString("base64url"),
  }));
  const config = readConfig({
    DATA_DIR: folder,
    KNOWLEDGE_DIR: folder,
    LOG_LEVEL: "error",
    API_KEYS: keys
      .map(({ name, scopes, key }) => [name, TENANT, scopes, hash(key)].join(":"))
      .join(","),
  });
  const service = await composeService(config, createLogger(config.logLevel));
  const server = createServer(createApp(service.http));
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  await service.start();
  const url = `http://127.0.0.1:${portOf(server)}`;
  const callers = keys.map(({ scopes, key }) => ({
    scopes,
    headers: { Authorization: `Bearer ${key}` },
  }));
  await fill(url, callers.at(-1)?.headers ?? {});
  return {
    url,
    callers,
    operations: ROUTES.length,
    async close() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
      await service.close();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

/** Creates a document, a conversation and a profile, so that not every request is an error. */
async function fill(url: string, headers: Readonly<Record<string, string>>): Promise<void> {
  const put = async (method: string, path: string, body: object) => {
    const response = await fetch(url + path, {
      method,
      headers: { ...headers, "content-type": "application/json" },
      body: JSON.stringify(body),
    });
    if (!response.ok) throw new Error(`${method} ${path}: ${await response.text()}`);
  };
  const text = "Refunds are paid within 30 days of purchase.";
  await put("PUT", "/v1/documents/0", { title: "Help", text });
  await put("POST", "/v1/chat", { message: "When are refunds paid?", conversation_id: "0" });
  await put("PUT", "/v1/users/0/profile", { plan: "gold" });
}

function hash(key: string): string {
  return createHash("sha256").update(key).digest("hex");
}

function portOf(server: Server): number {
  const address = server.address();
  return typeof address === "object" && address !== null ? address.port : 0;
}
