import { on, once } from "node:events";
import { createConnection } from "node:net";
import OpenAI from "openai";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { WebSocket } from "ws";
import { defer } from "../support/defer.ts";
import { scriptedModel, type Script } from "../support/scripted-model.ts";
import { startService } from "../support/start-service.ts";

const WORDS = "The first half [1] and the second half. [1]";

let server: Awaited<ReturnType<typeof startService>>;
let script: Script;
let calls: { begun: () => Promise<void>; stopped: () => Promise<unknown>; release: () => void };

beforeAll(async () => {
  const model = scriptedModel(() => script, { id: "gpt-4o-mini" });
  server = await startService({}, { model });
  const text = "The report has two halves.";
  await server.call("POST", "/v1/documents", { id: "halves", title: "Halves", text });
});
afterAll(() => server.close());

/** A model that says two words and then waits to be let go on. */
beforeEach(() => {
  const begun = defer();
  const released = defer();
  const stopped = defer<unknown>();
  script = {
    text: WORDS,
    onSignal: (signal) =>
      signal?.addEventListener("abort", () => {
        stopped.resolve(signal.reason);
        released.resolve();
      }),
    beforeWord: async (place) => {
      if (place < 2) return;
      begun.resolve();
      await released.promise;
    },
  };
  calls = {
    begun: () => begun.promise,
    stopped: () => stopped.promise,
    release: () => released.resolve(),
  };
});

const whole = async (message: string) => {
  script = { text: "Another answer. [1]" };
  return (await server.call("POST", "/v1/chat", { message })).json;
};

/** Resolves with the window of a conversation once it has a turn. */
async function windowOf(conversationId: string) {
  return expect
    .poll(async () => {
      const { json } = await server.call("GET", `/v1/conversations/${conversationId}`);
      return json.window?.at(-1)?.content;
    })
    .toBe(WORDS);
}

function post(body: object, signal: AbortSignal) {
  return fetch(`${server.url}/v1/chat`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify(body),
    signal,
  });
}

describe("a client that goes away in the middle of an answer", () => {
  it("over JSON: the turn is kept, the answer is whole and stored", async () => {
    const message = "What do the halves of JSON say?";
    const client = new AbortController();
    const reply = post({ message, conversation_id: "left-json" }, client.signal);
    await calls.begun();
    client.abort();
    await expect(reply).rejects.toThrow();
    calls.release();
    await windowOf("left-json");
    expect(await whole(message)).toMatchObject({ cache: { status: "hit" }, answer: WORDS });
  });

  it("over SSE: the turn is kept, and the rest can be fetched", async () => {
    const client = new AbortController();
    const message = "What do the halves of SSE say?";
    const reply = await post({ message, conversation_id: "left-sse", stream: true }, client.signal);
    const reader = reply.body?.pipeThrough(new TextDecoderStream()).getReader();
    let seen = "";
    while (!seen.includes("id: 2\n")) seen += (await reader?.read())?.value ?? "";
    const id = /"id":"(msg_[\w-]+)"/.exec(seen)?.[1] ?? "";
    await calls.begun();
    client.abort();
    calls.release();
    const path = `/v1/messages/${id}/stream`;
    const rest = await server.call("GET", path, undefined, { "last-event-id": "2" });
    expect(rest.text).toMatch(/^event: answer-delta\nid: 3\n/);
    expect(rest.text).toContain("event: answer-end");
    await windowOf("left-sse");
  });

  it("over a WebSocket: the turn is kept, and another socket takes it up", async () => {
    const open = async () => {
      const socket = new WebSocket(`${server.url.replace("http", "ws")}/v1/ws`, "reprise.v1");
      await once(socket, "open");
      return socket;
    };
    const read = async (socket: WebSocket, type: string) => {
      for await (const [data] of on(socket, "message")) {
        const message = JSON.parse(String(data));
        if (message.type === type) return message;
      }
    };
    const first = await open();
    const started = read(first, "answer-start");
    const body = { message: "What do the halves of sockets say?", conversation_id: "left-ws" };
    first.send(JSON.stringify({ type: "chat", request_id: "one", ...body }));
    const { id, seq } = await started;
    await calls.begun();
    first.terminate();
    const second = await open();
    const ended = read(second, "answer-end");
    second.send(JSON.stringify({ type: "resume", request_id: "two", id, after: seq }));
    calls.release();
    expect(await ended).toMatchObject({ request_id: "two", id, answer: WORDS });
    second.close();
    await windowOf("left-ws");
  });

  it("over OpenAI's format: the model is stopped, and nothing is stored", async () => {
    const client = new OpenAI({ apiKey: "none", baseURL: `${server.url}/v1`, maxRetries: 0 });
    const content = "What do the halves of completions say?";
    const stream = await client.chat.completions.create({
      model: "m",
      messages: [{ role: "user", content }],
      stream: true,
    });
    await calls.begun();
    stream.controller.abort();
    expect(await calls.stopped()).toBeInstanceOf(Error);
    expect(await whole(content)).toMatchObject({ cache: { status: "miss" } });
  });

  it("while it sends a document: nothing of it is there", async () => {
    const socket = createConnection(Number(new URL(server.url).port), "127.0.0.1");
    const head = ["PUT /v1/documents/cut HTTP/1.1", "Host: x", "Content-Type: application/json"];
    const body = '{"title":"Cut","text":"We open at nine';
    socket.write([...head, "Content-Length: 900", "", body].join("\r\n"));
    await once(socket, "connect");
    socket.destroy();
    await once(socket, "close");
    const { status } = await server.call("GET", "/v1/documents/cut");
    expect(status).toBe(404);
  });
});

describe("before the documents are loaded", () => {
  it("no question is answered, in any form, and all are told to come back", async () => {
    const { health } = server.service;
    health.set("documents", "starting");
    const messages = [{ role: "user", content: "hi" }];
    for (const [path, body] of [
      ["/v1/chat", { message: "hi" }],
      ["/v1/chat", { message: "hi", stream: true }],
      ["/v1/chat/completions", { messages }],
      ["/v1/search", { query: "hi" }],
    ] as const) {
      const reply = await server.call("POST", path, body);
      expect([reply.status, reply.json.error.code], path).toEqual([503, "not_ready"]);
      expect(reply.headers.get("retry-after")).toBe("1");
    }
    const socket = new WebSocket(`${server.url.replace("http", "ws")}/v1/ws`, "reprise.v1");
    await once(socket, "open");
    socket.send(JSON.stringify({ type: "chat", request_id: "early", message: "hi" }));
    const [data] = await once(socket, "message");
    expect(JSON.parse(String(data))).toMatchObject({
      type: "answer-error",
      request_id: "early",
      error: { code: "not_ready" },
    });
    socket.close();
    health.set("documents", "ok");
  });
});
