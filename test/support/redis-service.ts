import { mkdtemp, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { onTestFinished } from "vitest";
import type { GivenParts } from "../../src/compose/chat.ts";
import { startService } from "./start-service.ts";

/** The document of the service. */
const HELP = `# Help

To reset your password open Settings, choose Security and press Reset password. A link is sent to you.

Refunds are paid within 30 days of purchase to the card that was used.
`;

/** A folder with one page, for `KNOWLEDGE_DIR`. */
export async function helpFolder(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), "reprise-help-"));
  await writeFile(join(folder, "help.md"), HELP);
  return folder;
}

/** The complete service on this Redis, with one help page. Closed after the test. */
export async function startOnRedis(
  url: string,
  environment: Record<string, string> = {},
  given: GivenParts = {},
) {
  const knowledge = environment["KNOWLEDGE_DIR"] ?? (await helpFolder());
  const service = await startService(
    // A high timeout, so that a slow reply on a busy machine does not count as an outage.
    { REDIS_URL: url, REDIS_TIMEOUT_MS: "2000", KNOWLEDGE_DIR: knowledge, ...environment },
    given,
  );
  onTestFinished(() => service.close());
  const call = (
    method: string,
    path: string,
    body?: unknown,
    headers: Record<string, string> = {},
  ) => service.call(method, path, body, headers);
  /** Returns the reply's body. Fails for a status other than 200. */
  const chat = async (message: string, more: object = {}, headers: Record<string, string> = {}) => {
    const reply = await call("POST", "/v1/chat", { message, ...more }, headers);
    if (reply.status !== 200) throw new Error(`${reply.status} ${reply.text}`);
    return reply.json;
  };
  /** Asks until the answer is a cache hit. The test's timeout limits the wait. */
  const untilHit = async (message: string, more: object = {}) => {
    for (;;) {
      const { json } = await call("POST", "/v1/chat", { message, ...more });
      if (json.cache?.status === "hit") return json;
      await new Promise((resolve) => void setTimeout(resolve, 50));
    }
  };
  return { url: service.url, call, chat, untilHit, close: () => service.close() };
}
