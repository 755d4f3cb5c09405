import { on, once } from "node:events";
import { connect, type Socket } from "node:net";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { WebSocket } from "ws";
import { defer } from "../support/defer.ts";
import { scriptedModel } from "../support/scripted-model.ts";
import { startService } from "../support/start-service.ts";

let server: Awaited<ReturnType<typeof startService>>;
let calls: readonly unknown[];
let release: () => void;
let waiting: Promise<void>;

beforeAll(async () => {
  const script = () => ({ text: "Yes. [1]", beforeWord: () => waiting });
  const model = scriptedModel(script, { id: "gpt-4o-mini" });
  calls = model.calls;
  server = await startService(
    {
      MAX_ANSWERS: "3",
      MAX_ANSWERS_PER_KEY: "2",
      MAX_ANSWERS_PER_SOCKET: "1",
      SOCKET_FRAMES_PER_SECOND: "2",
    },
    { model },
  );
  const text = "The report says yes.";
  await server.call("POST", "/v1/documents", { id: "report", title: "Report", text });
});
afterAll(() => server.close());
beforeEach(() => {
  const released = defer();
  waiting = released.promise;
  release = () => released.resolve();
});
afterEach(() => release());

const sockets: WebSocket[] = [];
afterEach(() => {
  for (const socket of sockets.splice(0)) socket.terminate();
});

async function openSocket() {
  const socket = new WebSocket(`${server.url.replace("http", "ws")}/v1/ws`, "reprise.v1");
  socket.on("error", () => undefined);
  sockets.push(socket);
  await once(socket, "open");
  return socket;
}

/** The close code; the reader reads on meanwhile. */
async function closeCode(socket: WebSocket): Promise<number> {
  const [code] = await once(socket, "close");
  return code;
}

async function nextMessage(socket: WebSocket, type: string) {
  for await (const [data] of on(socket, "message")) {
    const message = JSON.parse(String(data));
    if (message.type === type) return message;
  }
}

let asked = 0;
const ask = (extra: object = {}) => {
  asked += 1;
  return server.call("POST", "/v1/chat", { message: `What says report ${asked}?`, ...extra });
};

/** Begins two answers, as many as one key may have, and waits until the model has both questions. */
async function fillKey<T>(begin: readonly [() => Promise<T>, () => Promise<T>]) {
  const before = calls.length;
  const open = begin.map((one) => one());
  await expect.poll(() => calls.length).toBe(before + 2);
  return open;
}

describe("answers that are open at once", () => {
  it("of one key are limited: 429, and when to come again; another is taken when one has ended", async () => {
    const open = await fillKey([() => ask(), () => ask({ stream: true })]);
    for (const path of ["/v1/chat", "/v1/chat/completions", "/v1/messages/msg_x/stream"]) {
      const method = path.endsWith("stream") ? "GET" : "POST";
      const refused = await server.call(method, path, method === "POST" ? {} : undefined);
      expect([refused.status, refused.json.error.code], path).toEqual([429, "rate_limited"]);
      expect(refused.headers.get("retry-after")).toBe("1");
    }
    release();
    expect((await Promise.all(open)).map(({ status }) => status)).toEqual([200, 200]);
    await expect.poll(async () => (await ask()).status).toBe(200);
  });

  it("count while they run, also when their client has gone", async () => {
    const gone = new AbortController();
    const post = () =>
      fetch(`${server.url}/v1/chat`, {
        method: "POST",
        headers: { "content-type": "application/json" },
        body: JSON.stringify({ message: `Gone from report ${(asked += 1)}?` }),
        signal: gone.signal,
      }).catch(() => "gone");
    const open = await fillKey([post, post]);
    gone.abort();
    expect(await Promise.all(open)).toEqual(["gone", "gone"]);
    expect((await ask()).status).toBe(429);
    release();
    await expect.poll(async () => (await ask()).status).toBe(200);
  });

  it("on one socket are limited, and the socket stays open", async () => {
    const socket = await openSocket();
    const chat = (id: string) =>
      socket.send(JSON.stringify({ type: "chat", request_id: id, message: `Report of ${id}?` }));
    const refused = nextMessage(socket, "answer-error");
    chat("one");
    chat("two");
    expect(await refused).toMatchObject({ request_id: "two", error: { code: "rate_limited" } });
    const ended = nextMessage(socket, "answer-end");
    release();
    expect(await ended).toMatchObject({ request_id: "one" });
  });
});

describe("a WebSocket is closed with 1008", () => {
  it("for more frames than it may send", async () => {
    const socket = await openSocket();
    const closed = closeCode(socket);
    for (let sent = 0; sent < 30; sent += 1) socket.send('{"type":"ping"}');
    expect(await closed).toBe(1008);
  });

  it("for more pings than it may send", async () => {
    const socket = await openSocket();
    const closed = closeCode(socket);
    for (let sent = 0; sent < 30; sent += 1) socket.ping();
    expect(await closed).toBe(1008);
  });

  it("for messages in a row that are none, but not for a few", async () => {
    const socket = await openSocket();
    const closed = closeCode(socket);
    for (let sent = 0; sent < 9; sent += 1) socket.send("{");
    const pong = nextMessage(socket, "pong");
    socket.send('{"type":"ping"}');
    await pong;
    for (let sent = 0; sent < 10; sent += 1) socket.send("{");
    expect(await closed).toBe(1008);
  });
});

describe("a connection that stands still", () => {
  // Apart from the other tests, whose requests would be too slow for it on a busy machine.
  let impatient: Awaited<ReturnType<typeof startService>>;
  beforeAll(async () => {
    impatient = await startService({
      BODY_IDLE_TIMEOUT_MS: "1000",
      HEADERS_TIMEOUT_MS: "500",
      MAX_HEADER_BYTES: "2048",
    });
  });
  afterAll(() => impatient.close());

  const open = async () => {
    const socket = connect(Number(new URL(impatient.url).port), "127.0.0.1");
    await once(socket, "connect");
    return socket;
  };
  async function read(socket: Socket): Promise<string> {
    let text = "";
    for await (const data of socket) text += String(data);
    return text;
  }
  const head = (length: number) =>
    `POST /v1/chat HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/json\r\nContent-Length: ${length}\r\n\r\n`;

  it("in the middle of a body is told 408 and closed", async () => {
    const socket = await open();
    socket.write(`${head(100)}{"message":`);
    expect(await read(socket)).toMatch(/^HTTP\/1\.1 408 /);
  });

  it("in the middle of its headers is told 408 and closed", async () => {
    const socket = await open();
    socket.write("GET /livez HTTP/1.1\r\nHost: 127");
    expect(await read(socket)).toMatch(/^HTTP\/1\.1 408 /);
  });

  it("and never asks for anything is closed", async () => {
    expect(await read(await open())).toMatch(/^(?:HTTP\/1\.1 408 |$)/);
  });

  it("is not one that sends its body slowly", async () => {
    const socket = await open();
    const body = JSON.stringify({ message: "Is the report slow?" });
    const reading = read(socket);
    socket.write(head(body.length));
    for (const letter of body) {
      socket.write(letter);
      await new Promise((resolve) => setTimeout(resolve, 30));
    }
    socket.end();
    expect(await reading).toMatch(/^HTTP\/1\.1 200 /);
  });

  it("with headers that are too large is told 431", async () => {
    const socket = await open();
    socket.write(`GET /livez HTTP/1.1\r\nHost: a\r\nX-Large: ${"x".repeat(3_000)}\r\n\r\n`);
    expect(await read(socket)).toMatch(/^HTTP\/1\.1 431 /);
  });
});
