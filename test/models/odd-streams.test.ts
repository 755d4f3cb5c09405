import { createServer as createTcpServer } from "node:net";
import { gzipSync } from "node:zlib";
import { describe, expect, it } from "vitest";
import { tidyChunks } from "../../src/models/openai-chunks.ts";
import { finish, say, whole } from "../support/model-server.ts";
import {
  USED,
  askAt,
  askOnce,
  completion,
  event,
  events,
  inPackets,
  listen,
  sends,
  serve,
  type Handle,
} from "../support/odd-server.ts";

const TEXT = "Rückgaben werden in 30 Tagen erstattet – 30 € [1]. 💶";
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

  it.each([
    ["length", "stop", "length"],
    ["content_filter", "stop", "content_filter"],
    ["stop", "length", "length"],
    ["stop", "stop", "stop"],
    ["mystery", "stop", "stop"],
    ["stop", "mystery", "stop"],
  ])("that ends by %s and then by %s ends by %s", async (first, second, finishReason) => {
    const { url } = await serve(sends(events([say(TEXT), finish(first), finish(second), USED])));
    expect(await askOnce(url)).toMatchObject({ text: TEXT, finishReason });
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
    ["usage after [DONE]", sends(`${events(chunks)}${event(USED)}`)],
    ["usage before the last words", sends(events([say(half), USED, say(rest), finish("stop")]))],
    ["the type application/json", sends(events(chunks), { "content-type": "application/json" })],
    ["the type text/plain", sends(events(chunks), { "content-type": "text/plain" })],
    ["the type text/html", sends(events(chunks), { "content-type": "text/html" })],
    ["no type", sends(events(chunks), { "content-type": "" })],
    [
      "one JSON text in its place",
      sends(JSON.stringify(completion(TEXT), null, 2), { "content-type": "application/json" }),
    ],
    ["a list of chunks in its place", sends(JSON.stringify(chunks))],
    ["a list of one JSON text in its place", sends(JSON.stringify([completion(TEXT)]))],
    ["errors of nothing", sends(events(chunks.map((chunk) => ({ ...chunk, error: {} }))))],
    ["half a [DONE]", sends(events(chunks).slice(0, -5))],
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

  it("is no stop where one JSON text does not say why it ended", async () => {
    const [choice] = completion(TEXT).choices;
    const { url } = await serve(
      sends(JSON.stringify({ choices: [{ ...choice, finish_reason: null }] })),
    );
    expect(await askOnce(url)).toMatchObject({
      text: TEXT,
      finishReason: "unknown",
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
    ["an error of words in the middle", 'data: {"error":"out of memory"}\n\n'],
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

it("a stream whose server leaves it open after the end is over all the same", async () => {
  const never = new Promise<never>(() => {});
  const chunk = { id: "1", object: "chat.completion.chunk" as const, created: 1, model: "m" };
  const word = { index: 0, delta: { content: TEXT }, finish_reason: null };
  async function* source() {
    yield { ...chunk, choices: [word] };
    yield { ...chunk, choices: [{ index: 0, delta: {}, finish_reason: "stop" as const }] };
    yield { ...chunk, choices: [], usage: USED.usage };
    await never;
  }
  const read = [];
  const reading = { signal: undefined, answers: 1, usageWaitMs: 1 };
  for await (const { usage } of tidyChunks(source(), reading)) read.push(usage ?? null);
  expect(read).toMatchObject([null, null, USED.usage]);
});
