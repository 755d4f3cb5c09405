import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, inject, it, onTestFinished } from "vitest";
import { findPostgres } from "../../scripts/postgres/find-postgres.ts";
import { launchPostgres } from "../../scripts/postgres/launch-postgres.ts";
import { signalPostgres } from "../../scripts/postgres/signal-postgres.ts";
import { startService } from "../support/start-service.ts";

/** A server of the test's own, which it may freeze. */
async function ownPostgres() {
  const programs = await findPostgres();
  if (programs === undefined) return undefined;
  const folder = await mkdtemp(join(tmpdir(), "reprise-frozen-"));
  const postgres = await launchPostgres(programs, { folder });
  const signal = (name: "SIGSTOP" | "SIGCONT") => signalPostgres(postgres.process, name);
  onTestFinished(async () => {
    await signal("SIGCONT");
    await postgres.stop("SIGINT");
    await rm(folder, { recursive: true, force: true });
  });
  return { url: postgres.url, signal };
}

const READS = [
  "/v1/conversations",
  "/v1/conversations/c1",
  "/v1/conversations/c1/usage",
  "/v1/conversations/c1/export",
  "/v1/users/ada/profile",
  "/v1/documents",
  "/v1/documents/d1",
  "/v1/reports/costs",
  "/v1/reports/costs?group_by=conversation",
  "/v1/reports/usage.ndjson",
  "/v1/cache/lookups",
  "/v1/cache/policy/versions",
  "/v1/cache/shadow",
] as const;

// The servers that all tests share say whether this machine has a PostgreSQL.
it.skipIf(inject("postgresUrls").length === 0)(
  "detects a frozen PostgreSQL, answers reads with 503, and recovers when it resumes",
  async () => {
    const postgres = (await ownPostgres()) ?? expect.fail("no PostgreSQL");
    const server = await startService({ DATABASE_URL: postgres.url });
    const database = async () => (await server.call("GET", "/readyz")).json.parts.database;
    try {
      await server.call("POST", "/v1/chat", { message: "When?", conversation_id: "c1" });
      const transcript = async () =>
        (await server.call("GET", "/v1/conversations/c1")).json.transcript;
      await expect.poll(transcript).toHaveLength(2);
      await postgres.signal("SIGSTOP");
      const atOnce = READS.map((path) => server.call("GET", path));
      await expect.poll(database).toBe("away");
      for (const [index, { status, json, headers }] of (await Promise.all(atOnce)).entries()) {
        const seen = { path: READS[index], status, code: json.error.code };
        expect(seen).toEqual({ path: READS[index], status: 503, code: "not_ready" });
        expect(headers.get("retry-after")).toBe("1");
      }
      // From now on nothing waits.
      expect((await server.call("GET", "/v1/conversations")).status).toBe(503);
      const answered = await server.call("POST", "/v1/chat", { message: "Why?" });
      expect(answered.status).toBe(200);
      await postgres.signal("SIGCONT");
      await expect.poll(database).toBe("ok");
      const readable = async () => (await server.call("GET", "/v1/conversations")).status;
      await expect.poll(readable).toBe(200);
      await expect
        .poll(async () => (await server.call("GET", "/v1/reports/usage.ndjson")).text.split("\n"))
        .toHaveLength(3);
    } finally {
      await server.close();
    }
  },
);
