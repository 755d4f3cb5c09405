import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import { defer } from "./defer.ts";

/** The next answer. */
export interface StubAnswer {
  words: readonly string[];
  /** A tool call after the words, in two pieces. */
  call?: { id: string; name: string; input: readonly [string, string] };
  stopReason?: string;
  /** Error status instead of an answer. */
  status?: number;
  /** Awaited before the second word. */
  hold?: Promise<void>;
}

/** A stub of Anthropic's Messages API with text streams, on a free local port. */
export async function startAnthropicStub() {
  const seen: Record<string, unknown>[] = [];
  const left = defer();
  let answer: StubAnswer = { words: [] };
  async function reply(request: IncomingMessage, response: ServerResponse): Promise<void> {
    let body = "";
    for await (const chunk of request) body += String(chunk);
    seen.push({ path: request.url, key: request.headers["x-api-key"], ...JSON.parse(body) });
    response.on("close", () => {
      if (!response.writableFinished) left.resolve();
    });
    if (answer.status === undefined) await stream(response, answer);
    else {
      const error = { type: "authentication_error", message: "invalid x-api-key secret-key" };
      response.writeHead(answer.status, { "content-type": "application/json" });
      response.end(JSON.stringify({ type: "error", error }));
    }
  }
  const server = createServer((request, response) => void reply(request, response));
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const address = server.address();
  const port = typeof address === "object" && address !== null ? address.port : 0;
  return {
    url: `http://127.0.0.1:${port}`,
    /** Request bodies, with path and key. */
    seen,
    /** Resolves when a client aborts a call. */
    left: left.promise,
    say: (next: StubAnswer) => void (answer = next),
    close: () => new Promise((resolve) => server.close(resolve).closeAllConnections()),
  };
}

async function stream(response: ServerResponse, { words, call, hold, stopReason }: StubAnswer) {
  response.writeHead(200, { "content-type": "text/event-stream" });
  const send = (type: string, data: object) =>
    response.write(`event: ${type}\ndata: ${JSON.stringify({ type, ...data })}\n\n`);
  const usage = {
    input_tokens: 700,
    cache_read_input_tokens: 200,
    cache_creation_input_tokens: 100,
    output_tokens: 1,
  };
  const message = { id: "msg_1", type: "message", role: "assistant", content: [], usage };
  send("message_start", { message: { ...message, model: "claude", stop_reason: null } });
  send("content_block_start", { index: 0, content_block: { type: "text", text: "" } });
  for (const [index, text] of words.entries()) {
    if (index > 0) await hold;
    send("content_block_delta", { index: 0, delta: { type: "text_delta", text } });
  }
  send("content_block_stop", { index: 0 });
  if (call !== undefined) {
    const { id, name, input } = call;
    const block = { type: "tool_use", id, name, input: {} };
    send("content_block_start", { index: 1, content_block: block });
    for (const partial_json of input) {
      send("content_block_delta", { index: 1, delta: { type: "input_json_delta", partial_json } });
    }
    send("content_block_stop", { index: 1 });
  }
  const delta = { stop_reason: stopReason ?? "end_turn", stop_sequence: null };
  send("message_delta", { delta, usage: { output_tokens: 50 } });
  send("message_stop", {});
  response.end();
}
