import type { startService } from "./start-service.ts";
import type { Told } from "./ask-surfaces.ts";

type Server = Awaited<ReturnType<typeof startService>>;

/** Asks a question with the Responses API. */
export async function askResponses(server: Server, input: string, stream: boolean) {
  const reply = await server.call("POST", "/v1/responses", { model: "any", input, stream });
  if (reply.status !== 200) return failed(reply);
  if (!stream) return ofResponse(reply.json, textOf(reply.json, "message", "output_text"));
  const events = chunksOf(reply.text);
  const streamed = events
    .map(({ type, delta }) => (type === "response.output_text.delta" ? delta : ""))
    .join("");
  const { response } = events.at(-1);
  // Here an error has OpenAI's code, not Reprise's.
  if (response.status === "failed") return { streamed, status: 0 };
  const again = events.some(
    ({ type, item }) => type === "response.output_item.done" && item.status === "incomplete",
  );
  const answer = textOf(response, "message", "output_text");
  return ofResponse(response, again ? answer : streamed);
}

const FINISH: Readonly<Record<string, string>> = {
  max_output_tokens: "length",
  "content-filter": "content_filter",
};

function ofResponse(response: any, streamed: string): Partial<Told> {
  const refusal = textOf(response, "message", "refusal");
  const reason = response.incomplete_details?.reason ?? "stop";
  return {
    answer: textOf(response, "message", "output_text"),
    streamed,
    thinking: textOf(response, "reasoning", "reasoning_text"),
    refusal: refusal === "" ? undefined : refusal,
    finish: refusal === "" ? (FINISH[reason] ?? reason) : "content_filter",
    usage: {
      prompt_tokens: response.usage.input_tokens,
      completion_tokens: response.usage.output_tokens,
    },
    citations: response.x_reprise.citations.length,
  };
}

function textOf({ output }: any, kind: string, part: string): string {
  const parts = output.flatMap((item: any) => (item.type === kind ? item.content : []));
  return parts.map((each: any) => (each.type === part ? (each.text ?? each.refusal) : "")).join("");
}

/** Asks a question with the AI SDK's UI message stream. */
export async function askUiChat(server: Server, text: string): Promise<Partial<Told>> {
  const messages = [{ id: "m", role: "user", parts: [{ type: "text", text }] }];
  const reply = await server.call("POST", "/v1/ui/chat", { messages });
  if (reply.status !== 200) return failed(reply);
  const told = { streamed: "", thinking: "", citations: 0 };
  let last: any = {};
  for (const part of chunksOf(reply.text)) {
    if (part.type === "reset-step") Object.assign(told, { streamed: "", thinking: "" });
    if (part.type === "text-delta") told.streamed += part.delta;
    if (part.type === "reasoning-delta") told.thinking += part.delta;
    if (part.type === "source-document") told.citations += 1;
    last = { ...last, ...part.messageMetadata, ...part };
  }
  if (last.type === "error") return { ...told, status: 0 };
  return {
    ...told,
    answer: told.streamed,
    refusal: last.refused === true ? told.streamed : undefined,
    finish: FINISH[last.finishReason] ?? last.finishReason,
    usage: last.usage,
  };
}

function failed({ status, json, headers }: Awaited<ReturnType<Server["call"]>>): Partial<Told> {
  return { status, code: json?.error?.code, retryAfter: headers.get("retry-after") };
}

function chunksOf(text: string): any[] {
  return [...text.matchAll(/^data: (\{.*)$/gm)].map(([, data = ""]) => JSON.parse(data));
}
