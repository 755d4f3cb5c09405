import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import { wordEmbedder } from "./word-embedder.ts";

/** A request body, as received. */
export type SeenBody = Record<string, any>;

/** Behaviour of the server. Default: OpenAI's protocol. */
export interface ServerPlan {
  /** Chunks of the stream: objects, or raw text. */
  chunks?: readonly (object | string)[];
  /** Chunks by request. */
  say?: (body: SeenBody) => readonly object[];
  /** End of the stream: `[DONE]`, no end marker, a broken connection, or none. */
  end?: "done" | "cut" | "broken" | "never";
  /** Reply instead of a stream. */
  reply?: {
    status: number;
    body: object | string;
    type?: string;
    headers?: Record<string, string>;
  };
  /** Error for a request, if any. */
  refuse?: (body: SeenBody) => { status: number; body: object | string } | undefined;
  /** Reply instead of embeddings. */
  embed?: (body: SeenBody) => ServerPlan["reply"];
}

export const ANSWER = "Refunds are paid within 30 days [1].";

export const delta = (fields: object, finish: string | null = null) => ({
  choices: [{ index: 0, delta: fields, finish_reason: finish }],
});
export const say = (content: string) => delta({ content });
export const finish = (word: string) => delta({}, word);
export const usage = (fields: object) => ({ choices: [], usage: fields });
export const USAGE = usage({ prompt_tokens: 900, completion_tokens: 12, total_tokens: 912 });

/** The stream of an answer, as OpenAI's API sends it. */
export const whole = (text = ANSWER) => [
  delta({ role: "assistant", content: "" }),
  ...text.split(/(?<= )/).map(say),
  finish("stop"),
  USAGE,
];

/** A stub of OpenAI's API on a free local port. Its configurable deviations are those of real servers. */
export async function startModelServer() {
  const seen: SeenBody[] = [];
  const embedded: SeenBody[] = [];
  const vectors = wordEmbedder();
  let plan: ServerPlan = {};

  async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    let text = "";
    for await (const chunk of request) text += String(chunk);
    const body: SeenBody = JSON.parse(text);
    if (request.url?.endsWith("/embeddings") === true) {
      embedded.push(body);
      const refusal = plan.embed?.(body);
      if (refusal !== undefined) send(response, refusal);
      else send(response, { status: 200, body: await embeddings(body) });
      return;
    }
    seen.push(body);
    const refusal = plan.refuse?.(body) ?? plan.reply;
    const { say: sayTo } = plan;
    if (refusal === undefined) stream(response, sayTo ? { ...plan, chunks: sayTo(body) } : plan);
    else send(response, refusal);
  }

  async function embeddings(body: SeenBody): Promise<object> {
    const made = await vectors.embed([body["input"]].flat());
    const data = made.vectors.map((vector, index) => ({ index, embedding: [...vector] }));
    return { data, usage: { prompt_tokens: 5, total_tokens: 5 } };
  }

  const server = createServer((request, response) => void answer(request, response));
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const address = server.address();
  return {
    url: `http://127.0.0.1:${typeof address === "object" ? address?.port : ""}/v1`,
    /** Bodies of the chat calls. */
    seen,
    /** Bodies of the embedding calls. */
    embedded,
    behave: (next: ServerPlan) => void (plan = next),
    close: () => new Promise((resolve) => server.close(resolve).closeAllConnections()),
  };
}

function send(
  response: ServerResponse,
  { status, body, type, headers }: NonNullable<ServerPlan["reply"]>,
): void {
  const isText = typeof body === "string";
  response.writeHead(status, {
    "content-type": type ?? (isText ? "text/html" : "application/json"),
    ...headers,
  });
  response.end(isText ? body : JSON.stringify(body));
}

function stream(response: ServerResponse, { chunks = whole(), end = "done" }: ServerPlan): void {
  response.writeHead(200, { "content-type": "text/event-stream" });
  const base = { id: "chatcmpl-1", object: "chat.completion.chunk", created: 1, model: "m" };
  for (const chunk of chunks) {
    response.write(
      typeof chunk === "string" ? chunk : `data: ${JSON.stringify({ ...base, ...chunk })}\n\n`,
    );
  }
  if (end === "never") return;
  if (end === "broken") response.write("", () => response.destroy());
  else response.end(end === "done" ? "data: [DONE]\n\n" : "");
}
