import { createServer, Server as HttpServer, type ServerResponse } from "node:http";
import type { Server } from "node:net";
import { HumanMessage } from "@langchain/core/messages";
import { onTestFinished } from "vitest";
import { streamModel } from "../../src/chat/call-model.ts";
import { createChatModel } from "../../src/models/chat-model.ts";
import { createTokenCounter } from "../../src/models/count-tokens.ts";

const counter = createTokenCounter("any");

/** Handles a request with this body. */
export type Handle = (response: ServerResponse, body: string) => void;

/** A server with a custom handler for every request. */
export async function serve(handle: Handle) {
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

export async function listen(server: Server): Promise<string> {
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  onTestFinished(() => {
    server.close();
    if (server instanceof HttpServer) server.closeAllConnections();
  });
  const address = server.address();
  return `http://127.0.0.1:${typeof address === "object" ? address?.port : 0}/v1`;
}

/** Calls a server's model, with a new model each time. */
export async function askAt(url: string, timeoutMs = 10_000) {
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

export const askOnce = async (url: string, timeoutMs?: number) => (await askAt(url, timeoutMs))();
export const event = (value: object, end = "\n") => `data: ${JSON.stringify(value)}${end}${end}`;
export const events = (values: readonly object[], end = "\n") =>
  values.map((value) => event(value, end)).join("") + `data: [DONE]${end}${end}`;
export const USED = {
  choices: [],
  usage: { prompt_tokens: 900, completion_tokens: 12, total_tokens: 912 },
};
export const refusal = (message: string) => JSON.stringify({ error: { message } });
export const completion = (text: string, more: object = {}) => ({
  id: "c",
  object: "chat.completion",
  choices: [{ index: 0, message: { role: "assistant", content: text }, finish_reason: "stop" }],
  ...more,
});

/** Sends a text in packets of `length` bytes. */
export function inPackets(
  text: string | Buffer,
  length: number,
  type = "text/event-stream",
): Handle {
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
export const sends =
  (text: string | Buffer, headers: Record<string, string> = {}): Handle =>
  (response) => {
    response.writeHead(200, { "content-type": "text/event-stream", ...headers }).end(text);
  };
