import { connect, createServer, type AddressInfo, type Socket } from "node:net";
import { once } from "node:events";
import { expect, it } from "vitest";
import { databaseUnavailable } from "../../src/records/database-unavailable.ts";
import { testDatabases } from "../support/databases.ts";
import { startService } from "../support/start-service.ts";

const failed = (message: string, code?: string) => Object.assign(new Error(message), { code });

it.each([
  failed("", "ECONNREFUSED"),
  failed("read", "ECONNRESET"),
  failed("terminating connection", "57P01"),
  failed("the database system is starting up", "57P03"),
  failed("Connection terminated unexpectedly"),
  failed("timeout exceeded when trying to connect"),
  failed("database is locked", "SQLITE_BUSY"),
  failed("disk I/O error", "SQLITE_IOERR_WRITE"),
  failed("database or disk is full", "SQLITE_FULL"),
  failed("could not extend file: No space left on device", "53100"),
  failed("no space left on device, write", "ENOSPC"),
  failed("attempt to write a readonly database", "SQLITE_READONLY_DBMOVED"),
  failed("cannot execute INSERT in a read-only transaction", "25006"),
  failed("canceling statement due to lock timeout", "55P03"),
  failed("deadlock detected", "40P01"),
])("%s is told as a database that is away", (error) => {
  const told = databaseUnavailable(error);
  expect(told).toMatchObject({ code: "not_ready", retryAfterSeconds: 1, cause: error });
});

it.each([
  failed("syntax error", "42601"),
  failed("duplicate key", "23505"),
  failed("UNIQUE constraint failed", "SQLITE_CONSTRAINT_UNIQUE"),
  new TypeError("x is undefined"),
  "text",
])("%s is not", (error) => expect(databaseUnavailable(error)).toBeUndefined());

/** A way to the database that can be cut. */
async function openWay(target: URL) {
  const sockets = new Set<Socket>();
  const server = createServer((near) => {
    const far = connect(Number(target.port), target.hostname);
    for (const [one, other] of [
      [near, far],
      [far, near],
    ] as const) {
      sockets.add(one);
      one.on("error", () => other.destroy());
      one.on("close", () => other.destroy());
      one.pipe(other);
    }
  });
  const listen = async (port: number) => {
    server.listen(port, "127.0.0.1");
    await once(server, "listening");
    return (server.address() as AddressInfo).port;
  };
  const port = await listen(0);
  return {
    port,
    open: () => listen(port),
    async cut() {
      const closed = once(server, "close");
      server.close();
      for (const socket of sockets) socket.destroy();
      await closed;
    },
  };
}

const postgres = testDatabases.find(({ name }) => name === "PostgreSQL");

it.skipIf(postgres === undefined)(
  "while PostgreSQL is away what needs it is 503, and when it is back all is well",
  async () => {
    const place = new URL(await (postgres ?? expect.fail("skipped")).makePlace());
    const way = await openWay(new URL(place));
    place.hostname = "127.0.0.1";
    place.port = String(way.port);
    const server = await startService({ DATABASE_URL: place.href });
    const database = async () => (await server.call("GET", "/readyz")).json.parts.database;
    try {
      expect(await database()).toBe("ok");
      await way.cut();
      const document = { title: "Help", text: "Refunds are paid within 30 days." };
      for (const [method, path, body] of [
        ["GET", "/v1/conversations", undefined],
        ["GET", "/v1/reports/costs", undefined],
        ["GET", "/v1/users/ada/profile", undefined],
        ["POST", "/v1/documents", document],
        ["DELETE", "/v1/conversations/one", undefined],
      ] as const) {
        const { status, json, headers } = await server.call(method, path, body);
        expect({ path, status, code: json.error.code }).toEqual({
          path,
          status: 503,
          code: "not_ready",
        });
        expect(json.error.message).toMatch(/^The database is unavailable \(/);
        expect(headers.get("retry-after")).toBe("1");
      }
      const key = { "idempotency-key": "one" };
      const chat = await server.call("POST", "/v1/chat", { message: "When?" }, key);
      expect(chat.status).toBe(503);
      expect(await database()).toBe("away");
      expect((await server.call("GET", "/readyz")).status).toBe(200);
      await way.open();
      await expect.poll(database).toBe("ok");
      expect((await server.call("GET", "/v1/conversations")).status).toBe(200);
    } finally {
      await server.close();
      await way.cut();
    }
  },
);
