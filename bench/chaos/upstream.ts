import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import { text } from "node:stream/consumers";
import { setTimeout as sleep } from "node:timers/promises";

/** The behaviour of the model server. */
export type UpstreamMode = "well" | "429" | "500" | "cut" | "HTML" | "never";

/** A model server that can fail, and counts its complete answers. */
export interface Upstream {
  readonly url: string;
  mode: UpstreamMode;
  readonly seen: { calls: number; whole: number };
  close(): void;
}

const ANSWER_MS = 25;
/** The usage that each complete answer reports. */
export const USAGE = { prompt_tokens: 120, completion_tokens: 12, total_tokens: 132 };

/** The answer to a question; clients can detect a wrong one. */
export function answerTo(question: string): string {
  const numbers = [...question.matchAll(/Nimbus (\d+)/g)];
  return `A refund of the Nimbus ${numbers.at(-1)?.[1] ?? "unknown"} takes three days [1].`;
}

export async function startUpstream(): Promise<Upstream> {
  const state: Pick<Upstream, "mode" | "seen"> = { mode: "well", seen: { calls: 0, whole: 0 } };
  const server = createServer((request, response) => {
    response.on("error", () => {});
    reply(request, response, state).catch(() => response.destroy());
  });
  server.keepAliveTimeout = 60_000;
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const address = server.address();
  const port = typeof address === "object" && address !== null ? address.port : 0;
  return Object.assign(state, {
    url: `http://127.0.0.1:${port}/v1`,
    close() {
      server.closeAllConnections();
      server.close();
    },
  });
}

async function reply(
  request: IncomingMessage,
  response: ServerResponse,
  state: Pick<Upstream, "mode" | "seen">,
): Promise<void> {
  const body = await text(request);
  state.seen.calls += 1;
  await sleep(ANSWER_MS);
  switch (state.mode) {
    case "429":
      response.writeHead(429, { "content-type": "application/json", "retry-after": "1" });
      response.end(JSON.stringify({ error: { message: "too many requests", type: "requests" } }));
      return;
    case "500":
      response.writeHead(500, { "content-type": "application/json" });
      response.end(JSON.stringify({ error: { message: "out of order", type: "server_error" } }));
      return;
    case "HTML":
      response.writeHead(200, { "content-type": "text/html" });
      response.end("<html><body>Sign in to the network</body></html>");
      return;
    case "never":
      return;
    case "cut":
    case "well":
      stream(body, response, state);
  }
}

function stream(
  body: string,
  response: ServerResponse,
  { mode, seen }: Pick<Upstream, "mode" | "seen">,
): void {
  const base = { id: "chatcmpl-1", object: "chat.completion.chunk", created: 0, model: "m" };
  const send = (part: object) =>
    response.write(`data: ${JSON.stringify({ ...base, ...part })}\n\n`);
  response.setHeader("content-type", "text/event-stream");
  const content = answerTo(body);
  send({ choices: [{ index: 0, delta: { content: content.slice(0, 6) }, finish_reason: null }] });
  if (mode === "cut") {
    setTimeout(() => response.destroy(), 10);
    return;
  }
  send({ choices: [{ index: 0, delta: { content: content.slice(6) }, finish_reason: null }] });
  send({ choices: [{ index: 0, delta: {}, finish_reason: "stop" }] });
  send({ choices: [], usage: USAGE });
  seen.whole += 1;
  response.end("data: [DONE]\n\n");
}
