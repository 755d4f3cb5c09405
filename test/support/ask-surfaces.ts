import { on, once } from "node:events";
import { WebSocket } from "ws";
import { askResponses, askUiChat } from "./ask-ai-surfaces.ts";
import type { startService } from "./start-service.ts";

type Server = Awaited<ReturnType<typeof startService>>;

/** What a client gets for an answer, for any API. */
export interface Told {
  /** HTTP status, or the status of an error in the stream. */
  status: number;
  code: string | undefined;
  answer: string;
  /** Concatenated deltas. */
  streamed: string;
  thinking: string;
  refusal: string | undefined;
  finish: string | undefined;
  usage: { prompt_tokens: number; completion_tokens: number; estimated?: boolean } | undefined;
  retryAfter: string | null;
  citations: number;
  degraded: readonly string[];
}

export const SURFACES = [
  "JSON",
  "SSE",
  "WebSocket",
  "completions",
  "streamed completions",
  "responses",
  "streamed responses",
  "UI messages",
] as const;
export type Surface = (typeof SURFACES)[number];

const NOTHING: Told = {
  status: 200,
  code: undefined,
  answer: "",
  streamed: "",
  thinking: "",
  refusal: undefined,
  finish: undefined,
  usage: undefined,
  retryAfter: null,
  citations: 0,
  degraded: [],
};

/** Asks a question with one API. */
export async function askBy(surface: Surface, server: Server, message: string): Promise<Told> {
  switch (surface) {
    case "JSON":
      return ofReply(await server.call("POST", "/v1/chat", { message }));
    case "SSE": {
      const reply = await server.call("POST", "/v1/chat", { message, stream: true });
      return reply.status === 200 ? ofEvents(readEvents(reply.text)) : ofReply(reply);
    }
    case "WebSocket":
      return ofEvents(await askSocket(server, message));
    case "completions":
      return ofCompletion(await complete(server, message, false));
    case "streamed completions": {
      const reply = await complete(server, message, true);
      return reply.status === 200 ? ofChunks(reply.text) : ofCompletion(reply);
    }
    case "responses":
      return { ...NOTHING, ...(await askResponses(server, message, false)) };
    case "streamed responses":
      return { ...NOTHING, ...(await askResponses(server, message, true)) };
    case "UI messages":
      return { ...NOTHING, ...(await askUiChat(server, message)) };
  }
}

const complete = (server: Server, content: string, stream: boolean) =>
  server.call("POST", "/v1/chat/completions", {
    model: "any",
    messages: [{ role: "user", content }],
    ...(stream && { stream, stream_options: { include_usage: true } }),
  });

type Reply = Awaited<ReturnType<Server["call"]>>;

function ofReply({ status, json, headers }: Reply): Told {
  const retryAfter = headers.get("retry-after");
  if (status !== 200) return { ...NOTHING, status, code: json?.error?.code, retryAfter };
  return ofBody(json);
}

function ofBody(json: any): Told {
  return {
    ...NOTHING,
    answer: json.answer,
    streamed: json.answer,
    thinking: json.reasoning ?? "",
    refusal: json.refusal,
    finish: json.finish_reason,
    usage: json.usage,
    citations: json.citations.length,
    degraded: json.degraded,
  };
}

interface Event {
  type: string;
  data: any;
}

function readEvents(text: string): Event[] {
  return [...text.matchAll(/event: (\S+)\n(?:id: .*\n)?data: (.*)\n/g)].map(([, type, data]) => ({
    type: type ?? "",
    data: JSON.parse(data ?? "null"),
  }));
}

async function askSocket(server: Server, message: string): Promise<Event[]> {
  const socket = new WebSocket(`${server.url.replace("http", "ws")}/v1/ws`, "reprise.v1");
  await once(socket, "open");
  socket.send(JSON.stringify({ type: "chat", request_id: "r", message }));
  const events: Event[] = [];
  for await (const [data] of on(socket, "message")) {
    const event = JSON.parse(String(data));
    events.push({ type: event.type, data: event });
    if (event.type === "answer-end" || event.type === "answer-error") break;
  }
  socket.close();
  return events;
}

function ofEvents(events: readonly Event[]): Told {
  let streamed = "";
  let thinking = "";
  for (const { type, data } of events) {
    if (type === "answer-reset") streamed = "";
    if (type === "answer-delta") streamed += data.text;
    if (type === "reasoning-delta") thinking += data.text;
  }
  const last = events.at(-1);
  if (last?.type === "answer-end") return { ...ofBody(last.data), streamed, thinking };
  const { code, retry_after_seconds: seconds } = last?.data.error ?? {};
  const retryAfter = seconds === undefined ? null : String(seconds);
  return { ...NOTHING, status: 0, code, streamed, thinking, retryAfter };
}

function ofCompletion({ status, json, headers }: Reply): Told {
  const retryAfter = headers.get("retry-after");
  if (status !== 200) return { ...NOTHING, status, code: json?.error?.code, retryAfter };
  const [{ message, finish_reason: finish }] = json.choices;
  return {
    ...NOTHING,
    answer: message.content ?? "",
    streamed: message.content ?? "",
    thinking: message.reasoning_content ?? "",
    refusal: message.refusal ?? undefined,
    finish,
    usage: json.usage,
    citations: json.x_reprise.citations.length,
  };
}

function ofChunks(text: string): Told {
  const told = { ...NOTHING };
  for (const [, data = ""] of text.matchAll(/^data: (.*)$/gm)) {
    if (data === "[DONE]") break;
    const chunk = JSON.parse(data);
    if (chunk.error !== undefined) return { ...told, status: 0, code: chunk.error.code };
    const { delta = {}, finish_reason: finish } = chunk.choices[0] ?? {};
    told.streamed += delta.content ?? "";
    told.thinking += delta.reasoning_content ?? "";
    if (delta.refusal !== undefined) told.refusal = (told.refusal ?? "") + delta.refusal;
    told.finish = finish ?? told.finish;
    told.usage = chunk.usage ?? told.usage;
    told.citations = chunk.x_reprise?.citations.length ?? told.citations;
  }
  return { ...told, answer: told.streamed };
}
