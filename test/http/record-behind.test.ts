import { sql } from "kysely";
import { expect, it, onTestFinished } from "vitest";
import { openDatabase } from "../../src/records/database.ts";
import { defer } from "../support/defer.ts";
import { testDatabases } from "../support/databases.ts";
import { startService } from "../support/start-service.ts";

const postgres = testDatabases.find(({ name }) => name === "PostgreSQL");

const READS = [
  "/v1/conversations",
  "/v1/conversations/c1",
  "/v1/conversations/c1/usage",
  "/v1/conversations/c1/export",
  "/v1/reports/costs",
  "/v1/cache/stats",
];

it.skipIf(postgres === undefined)(
  "reads say that they are not complete while a row is locked, and that they are when it is free",
  { timeout: 60_000 },
  async () => {
    const place = await (postgres ?? expect.fail("skipped")).makePlace();
    const other = await openDatabase(place);
    const server = await startService({ DATABASE_URL: place });
    onTestFinished(async () => {
      await server.close();
      await other.destroy();
    });
    const ask = (message: string) =>
      server.call("POST", "/v1/chat", { message, conversation_id: "c1" });
    const complete = async (path: string) => (await server.call("GET", path)).json.complete;
    await ask("One?");
    for (const path of READS) expect([path, await complete(path)]).toEqual([path, true]);
    const [held, released] = [defer(), defer()];
    const holding = other.transaction().execute(async (transaction) => {
      await sql`select * from conversations for update`.execute(transaction);
      held.resolve();
      await released.promise;
    });
    await held.promise;
    expect((await ask("Two?")).status).toBe(200);
    for (const path of READS) expect([path, await complete(path)]).toEqual([path, false]);
    const lines = await server.call("GET", "/v1/reports/usage.ndjson");
    expect(lines.headers.get("x-complete")).toBe("false");
    // What is not there may be on its way: it cannot be told that there is no such conversation.
    expect((await server.call("GET", "/v1/conversations/c2")).status).toBe(503);
    released.resolve();
    await holding;
    await expect.poll(() => complete("/v1/conversations/c1")).toBe(true);
    const { transcript } = (await server.call("GET", "/v1/conversations/c1")).json;
    expect(transcript).toHaveLength(4);
    expect((await server.call("GET", "/v1/conversations/c2")).status).toBe(404);
  },
);
