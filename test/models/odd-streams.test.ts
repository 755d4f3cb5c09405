import { createServer, Server as HttpServer, type ServerResponse } from "node:http";
import { createServer as createTcpServer, type Server } from "node:net";
import { gzipSync } from "node:zlib";
import { HumanMessage } from "@langchain/core/messages";
import { describe, expect, it, onTestFinished } from "vitest";
import { streamModel } from "../../src/chat/call-model.ts";
import { createChatModel } from "../../src/models/chat-model.ts";
import { createTokenCounter } from "../../src/models/count-tokens.ts";
import { createOpenAiEmbedder } from "../../src/models/openai-embeddings.ts";
import { defer } from "../support/defer.ts";
import { ANSWER, finish, say, usage, whole } from "../support/model-server.ts";

const counter = createTokenCounter("any");
const TEXT = "Rückgaben werden in 30 Tagen erstattet – 30 € [1]. 💶";

type Handle = (response: ServerResponse, body: string) => void;

/** A server that answers each request so. */
async function serve(handle: Handle) {
  const bodies: string[] = [];
  const server = createServer((request, response) => {
    let body = "";
    request.on("data", (part) => (body += String(part)));
    request.on("end", () => {
      bodies.push(body);
      handle(response, body);
    });
  });
  return { url: await listen(server), bodies };
}

async function listen(server: Server): Promise<string> {
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  onTestFinished(() => {
    server.close();
    if (server instanceof HttpServer) server.closeAllConnections();
  });
  const address = server.address();
  return `http://127.0.0.1:${typeof address === "object" ? address?.port : 0}/v1`;
}

async function askAt(url: string, timeoutMs = 10_000) {
  const model = await createChatModel({ model: "any", openAiBaseUrl: url, timeoutMs }, counter);
  const ask = async () => {
    const runnable = await model.withSampling({});
    const messages = [new HumanMessage("When?")];
    const stopSignal = new AbortController().signal;
    const parts = streamModel({ model, runnable, messages, counter, timeoutMs, stopSignal });
    let next = await parts.next();
    while (next.done !== true) next = await parts.next();
    return next.value;
  };
  return ask;
}

const askOnce = async (url: string, timeoutMs?: number) => (await askAt(url, timeoutMs))();
const event = (value: object, end = "\n") => `data: ${JSON.stringify(value)}${end}${end}`;
const events = (values: readonly object[], end = "\n") =>
  values.map((value) => event(value, end)).join("") + `data: [DONE]${end}${end}`;
const USED = usage({ prompt_tokens: 900, completion_tokens: 12, total_tokens: 912 });
const refusal = (message: string) => JSON.stringify({ error: { message } });
const completion = (text: string, more: object = {}) => ({
  id: "c",
  object: "chat.completion",
  choices: [{ index: 0, message: { role: "assistant", content: text }, finish_reason: "stop" }],
  ...more,
});

/** Sends a text, each `length` bytes in a packet of their own. */
function inPackets(text: string | Buffer, length: number, type = "text/event-stream"): Handle {
  const bytes = Buffer.from(text);
  return (response) => {
    response.socket?.setNoDelay(true);
    response.writeHead(200, { "content-type": type });
    const write = (at: number): void => {
      if (at >= bytes.length) return void response.end();
      response.write(bytes.subarray(at, at + length), () => setImmediate(write, at + length));
    };
    write(0);
  };
}
const sends =
  (text: string | Buffer, headers: Record<string, string> = {}): Handle =>
  (response) => {
    response.writeHead(200, { "content-type": "text/event-stream", ...headers }).end(text);
  };

const half = TEXT.slice(0, 20);
const rest = TEXT.slice(20);
const STRAY = [
  "event: ping\n\n",
  "event: ping\ndata: {}\n\n",
  'event: ping\ndata: {"type": "ping"}\n\n',
  "data:\n\n",
  "data: \n\n",
  "data: ping\n\n",
  ": comment\n\n",
  ":\n",
  "id: 7\nretry: 100\n\n",
  'data: {"choices":null}\n\n',
  "data: {}\n\n",
  "data: []\n\n",
  "data: null\n\n",
  'data: "ping"\n\n',
  'data: {"choices":[null]}\n\n',
  'data: {"choices":[{}]}\n\n',
  "data: 1\n\n",
];

describe("a stream of a model server", () => {
  it.each(STRAY)("is read past %j, wherever that stands", async (stray) => {
    const text = [say(half), say(rest), finish("stop"), USED]
      .map((chunk) => stray + event(chunk))
      .join("");
    const { url } = await serve(sends(`${text}${stray}data: [DONE]\n\n${stray}`));
    expect(await askOnce(url)).toMatchObject({ text: TEXT, failure: undefined, estimated: false });
  });

  it.each(STRAY)("that has nothing but %j is no answer", async (stray) => {
    const { url } = await serve(sends(`${stray.repeat(3)}data: [DONE]\n\n`));
    expect(await askOnce(url)).toMatchObject({ text: "", failure: { code: "model_failed" } });
  });

  const chunks = whole(TEXT);
  it.each<readonly [string, Handle]>([
    ["a byte in a packet", inPackets(events(chunks), 1)],
    ["seven bytes in a packet", inPackets(events(chunks), 7)],
    ["CRLF, a byte in a packet", inPackets(events(chunks, "\r\n"), 1)],
    ["CR, five bytes in a packet", inPackets(events(chunks, "\r"), 5)],
    ["a byte order mark", inPackets(`\uFEFF${events(chunks)}`, 2)],
    ["gzip", sends(gzipSync(events(chunks)), { "content-encoding": "gzip" })],
    ["no [DONE]", sends(chunks.map((chunk) => event(chunk)).join(""))],
    [
      "no empty line at the end",
      sends(
        chunks
          .map((chunk) => event(chunk))
          .join("")
          .trimEnd(),
      ),
    ],
    ["no empty lines", sends(chunks.map((chunk) => `data: ${JSON.stringify(chunk)}\n`).join(""))],
    ["no space after data:", sends(events(chunks).replaceAll("data: ", "data:"))],
    [
      "two objects in a line",
      sends(`data: ${chunks.map((chunk) => JSON.stringify(chunk)).join("")}\n\ndata: [DONE]\n\n`),
    ],
    [
      "objects of many lines",
      sends(
        chunks
          .map((chunk) => JSON.stringify(chunk, null, 1).replaceAll(/^/gm, "data: ") + "\n\n")
          .join(""),
      ),
    ],
    [
      "objects on lines of their own",
      sends(chunks.map((chunk) => JSON.stringify(chunk)).join("\n"), {
        "content-type": "application/x-ndjson",
      }),
    ],
    [
      "names of events",
      sends(events(chunks).replaceAll("data: {", "event: message\nid: 1\ndata: {")),
    ],
    ["usage before the last words", sends(events([say(half), USED, say(rest), finish("stop")]))],
    ["the type application/json", sends(events(chunks), { "content-type": "application/json" })],
    ["the type text/plain", sends(events(chunks), { "content-type": "text/plain" })],
    ["the type text/html", sends(events(chunks), { "content-type": "text/html" })],
    ["no type", sends(events(chunks), { "content-type": "" })],
    [
      "one JSON text in its place",
      sends(JSON.stringify(completion(TEXT), null, 2), { "content-type": "application/json" }),
    ],
    ["one JSON text that is called a stream", sends(JSON.stringify(completion(TEXT)))],
    [
      "one JSON text after a byte order mark, in packets",
      inPackets(`\uFEFF\n ${JSON.stringify(completion(TEXT))}`, 9),
    ],
  ])("is understood with %s", async (_name, handle) => {
    const { url } = await serve(handle);
    expect(await askOnce(url)).toMatchObject({
      text: TEXT,
      finishReason: "stop",
      failure: undefined,
    });
  });

  it("is over with its [DONE], though the server does not end its reply", async () => {
    const { url } = await serve((response) => {
      response.writeHead(200, { "content-type": "text/event-stream" }).write(events(chunks));
    });
    expect(await askOnce(url)).toMatchObject({ text: TEXT, failure: undefined });
  });

  it("of HTTP/1.0, without a length, ends with its connection", async () => {
    const server = createTcpServer((socket) => {
      socket.once("data", () => {
        socket.end(`HTTP/1.0 200 OK\r\ncontent-type: text/event-stream\r\n\r\n${events(chunks)}`);
      });
    });
    expect(await askOnce(await listen(server))).toMatchObject({ text: TEXT });
  });

  it("is asked for again where its connection was closed meanwhile", async () => {
    let asked = 0;
    const { url } = await serve((response) => {
      asked += 1;
      if (asked === 2) response.socket?.destroy();
      else sends(events(chunks))(response, "");
    });
    const ask = await askAt(url);
    for (let times = 0; times < 2; times += 1) expect(await ask()).toMatchObject({ text: TEXT });
    expect(asked).toBe(3);
  });

  it.each<readonly [string, string]>([
    ["an event: error", `event: error\ndata: {"message":"out of memory"}\n\n`],
    ["an event: error of words", "event: error\ndata: out of memory\n\n"],
    ["an error as it is", '{"error":{"message":"out of memory"}}\n'],
    ["an error in the last line", 'data: {"error":"out of memory"}'],
    ["half a chunk", 'data: {"choices":[{"delta":{"content":"and'],
  ])("fails with %s, and the part is kept", async (_name, failure) => {
    const { url } = await serve(sends(event(say("Refunds ")) + failure));
    expect(await askOnce(url)).toMatchObject({
      text: "Refunds ",
      finishReason: "stopped",
      failure: { code: "model_failed" },
    });
  });
});

describe("a server that refuses streams", () => {
  it.each([
    [400, "Streaming is not supported by this deployment"],
    [400, "stream=True is not supported"],
    [422, "stream: unsupported value, set to false"],
    [501, "`stream` is not implemented"],
  ])("with %i, %s, is asked once more without, and from then on", async (status, message) => {
    const { url, bodies } = await serve((response, body) => {
      response.setHeader("content-type", "application/json");
      if (JSON.parse(body).stream === true) response.writeHead(status).end(refusal(message));
      else response.end(JSON.stringify(completion(ANSWER, { usage: USED.usage })));
    });
    const ask = await askAt(url);
    const whole = { text: ANSWER, finishReason: "stop", failure: undefined, estimated: false };
    expect(await ask()).toMatchObject(whole);
    expect(await ask()).toMatchObject(whole);
    const sent = bodies.map((body) => JSON.parse(body));
    expect(sent.map(({ stream }) => stream === true)).toEqual([true, false, false]);
    expect(sent.at(-1)).not.toHaveProperty("stream_options");
  });

  it("is not seen in a server whose stream broke", async () => {
    const { url, bodies } = await serve((response) => {
      response.writeHead(500).end(refusal("upstream closed the stream: unexpected end"));
    });
    expect(await askOnce(url)).toMatchObject({ failure: { code: "model_failed" } });
    expect(bodies).toHaveLength(3);
  });
});

describe("a server that sends requests elsewhere", () => {
  it.each([301, 302, 303, 307, 308])(
    "with %i is not followed, and that is told",
    async (status) => {
      const other = await serve(sends(events(whole())));
      const { url } = await serve((response) => {
        response.writeHead(status, { location: `${other.url}/chat/completions` }).end();
      });
      const { failure, tokens } = await askOnce(url);
      expect(failure).toMatchObject({ code: "model_refused_request" });
      expect(failure?.message).toMatch(/redirects.*OPENAI_BASE_URL/);
      expect(tokens).toBeUndefined();
      const embedder = createOpenAiEmbedder({ model: "bge", baseUrl: url, timeoutMs: 5_000 });
      await expect(embedder).rejects.toThrow(/redirects.*OPENAI_BASE_URL/);
      expect(other.bodies).toEqual([]);
    },
  );
});

describe("a refusal", () => {
  it("that comes byte by byte is told once its beginning is there", async () => {
    let timer: NodeJS.Timeout | undefined;
    const { url } = await serve((response) => {
      response.writeHead(404, { "content-type": "text/html" }).write("<h1>Not");
      timer = setInterval(() => response.write(" "), 50);
    });
    onTestFinished(() => clearInterval(timer));
    expect(await askOnce(url, 60_000)).toMatchObject({
      failure: { code: "model_refused_request" },
    });
  });

  it("is waited for no longer than an answer", async () => {
    const { url } = await serve((response) => {
      response.writeHead(404, { "content-type": "text/html" }).write("<h1>Not");
    });
    expect(await askOnce(url, 100)).toMatchObject({ failure: { code: "model_timed_out" } });
  });

  it("that does not end is read no further than its words are needed", async () => {
    const closed = defer<number>();
    const { url } = await serve((response) => {
      let written = 0;
      response.on("close", () => closed.resolve(written));
      response.writeHead(400, { "content-type": "text/plain" });
      const more = (): void => {
        if (response.destroyed) return;
        written += 1;
        response.write("no ".repeat(10_000), more);
      };
      more();
    });
    expect(await askOnce(url)).toMatchObject({ failure: { code: "model_refused_request" } });
    expect(await closed.promise).toBeLessThan(1_000);
  });
});
