import { once } from "node:events";
import { connect } from "node:net";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { WebSocket } from "ws";
import { startService } from "../support/start-service.ts";

let server: Awaited<ReturnType<typeof startService>>;
let unhandled: unknown[];
const note = (error: unknown) => unhandled.push(error);

beforeAll(async () => {
  server = await startService({ MAX_SOCKETS_PER_KEY: "1", MAX_SOCKETS: "1" });
  unhandled = [];
  process.on("uncaughtExceptionMonitor", note);
});
afterAll(async () => {
  process.off("uncaughtExceptionMonitor", note);
  await server.close();
});

/** Sends the request and resets the connection at once, so that the reply meets a closed socket. */
async function resetWhileAsking(path: string, header: string): Promise<void> {
  const { host, port } = new URL(server.url);
  const socket = connect(Number(port), "127.0.0.1");
  socket.on("error", () => undefined);
  await once(socket, "connect");
  const lines = [
    `GET ${path} HTTP/1.1`,
    `Host: ${host}`,
    "Connection: Upgrade",
    "Upgrade: websocket",
    "Sec-WebSocket-Version: 13",
    "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==",
  ];
  socket.write([...lines, ...(header === "" ? [] : [header]), "", ""].join("\r\n"));
  const closed = once(socket, "close");
  socket.resetAndDestroy();
  await closed;
}

describe("a client that resets its connection while it asks for a WebSocket", () => {
  it.each([
    ["for a path without one", "/x", ""],
    ["from a page of another host", "/v1/ws", "Origin: http://elsewhere.example"],
    ["with a wrong handshake", "/v1/ws", "Sec-WebSocket-Version: 1"],
    ["and is accepted", "/v1/ws", ""],
  ])("%s ends nothing but its connection", async (_what, path, header) => {
    for (let time = 0; time < 60; time += 1) await resetWhileAsking(path, header);
    expect((await server.call("GET", "/livez")).status).toBe(200);
    expect(unhandled).toEqual([]);
  });

  it("when there is no room ends nothing but its connection", async () => {
    const held = new WebSocket(`${server.url.replace("http", "ws")}/v1/ws`, "reprise.v1");
    await once(held, "open");
    for (let time = 0; time < 60; time += 1) await resetWhileAsking("/v1/ws", "");
    expect((await server.call("GET", "/livez")).status).toBe(200);
    expect(unhandled).toEqual([]);
    held.close();
  });
});

it("a WebSocket beyond the limit is refused with 429 and told when to come again", async () => {
  const url = `${server.url.replace("http", "ws")}/v1/ws`;
  let held: WebSocket | undefined;
  // The sockets that were reset are noticed one after the other.
  await expect
    .poll(async () => {
      const socket = new WebSocket(url, "reprise.v1");
      const opened = await Promise.race([
        once(socket, "open").then(() => true),
        once(socket, "error").then(() => false),
      ]);
      if (opened) held = socket;
      return opened;
    })
    .toBe(true);
  const refused = new WebSocket(url, "reprise.v1");
  refused.on("error", () => undefined);
  const [, reply] = await once(refused, "unexpected-response");
  expect([reply.statusCode, reply.headers["retry-after"]]).toEqual([429, "1"]);
  held?.close();
});
