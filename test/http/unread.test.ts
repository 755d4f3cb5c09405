import { on, once } from "node:events";
import { createServer, get } from "node:http";
import type { AddressInfo } from "node:net";
import { expect, it, onTestFinished } from "vitest";
import { WebSocket, WebSocketServer } from "ws";
import { closeUnread } from "../../src/http/connections.ts";
import { guardSocket } from "../../src/http/socket-guard.ts";
import { createLogger } from "../../src/operations/logger.ts";

const UNREAD_MS = 600;
const text = "x".repeat(1024 * 1024);

async function listen() {
  const server = createServer();
  onTestFinished(() => void server.close());
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  return { server, port: (server.address() as AddressInfo).port };
}

it("a WebSocket whose client does not read is closed with 1013, and what is sent waits for nobody", async () => {
  const { server, port } = await listen();
  const client = new WebSocket(`ws://127.0.0.1:${port}`);
  const opened = once(client, "open");
  const [served] = await once(new WebSocketServer({ server }), "connection");
  await opened;
  const guarded = guardSocket(served, {
    limits: { framesPerSecond: 1, unreadMs: UNREAD_MS },
    logger: createLogger("silent"),
    receive: async () => "good",
  });
  client.pause();
  for (let sent = 0; sent < 30; sent += 1) await guarded.send({ text });
  expect(served.readyState).not.toBe(WebSocket.OPEN);
  const closed = once(client, "close");
  client.resume();
  const [code] = await closed;
  expect(code).toBe(1013);
});

it("a WebSocket whose client reads is sent everything, in order", async () => {
  const { server, port } = await listen();
  const client = new WebSocket(`ws://127.0.0.1:${port}`);
  const opened = once(client, "open");
  const [served] = await once(new WebSocketServer({ server }), "connection");
  await opened;
  const guarded = guardSocket(served, {
    limits: { framesPerSecond: 1, unreadMs: 10_000 },
    logger: createLogger("silent"),
    receive: async () => "good",
  });
  const messages = on(client, "message");
  const sending = (async () => {
    for (let index = 0; index < 10; index += 1) await guarded.send({ index, text });
  })();
  for (let index = 0; index < 10; index += 1) {
    const { value } = await messages.next();
    expect(JSON.parse(String(value[0])).index).toBe(index);
  }
  await sending;
  client.terminate();
});

it("a stream that nobody reads is closed, and one that is read is not", async () => {
  const { server, port } = await listen();
  closeUnread(server, UNREAD_MS);
  server.on("request", (_request, response) => {
    for (let sent = 0; sent < 30; sent += 1) response.write(text);
    response.end();
  });
  const read = async (reply: AsyncIterable<Buffer>) => {
    let bytes = 0;
    for await (const data of reply) bytes += data.length;
    return bytes;
  };
  const ask = () => once(get({ port, agent: false }), "response");
  const served = once(server, "request");
  const [unread] = await ask();
  unread.on("error", () => undefined);
  const [, response] = await served;
  await once(response, "close");
  await expect(read(unread)).rejects.toThrow("aborted");
  const [reply] = await ask();
  expect(await read(reply)).toBe(30 * text.length);
});
