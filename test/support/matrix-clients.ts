import { createOpenAI } from "@ai-sdk/openai";
import { createOpenAICompatible } from "@ai-sdk/openai-compatible";
import { ChatOpenAI } from "@langchain/openai";
import { generateText, Output, streamText, tool, type LanguageModel } from "ai";
import OpenAI from "openai";
import { zodResponseFormat, zodTextFormat } from "openai/helpers/zod";
import { z } from "zod";
import { WEATHER } from "./asked-model.ts";
import { PlainChat, uiTransport } from "./ui-chat.ts";

/** Ways to ask that a client may support. */
export const WAYS = [
  "answer",
  "streamed answer",
  "answer with tools",
  "streamed answer with tools",
  "tool call",
  "streamed tool call",
  "object",
  "streamed object",
] as const;
export type Way = (typeof WAYS)[number];

/** Asks a question. Returns the text, the tool call, or an object. */
type Ask = (question: string) => Promise<unknown>;
export type MatrixClient = Readonly<Partial<Record<Way, Ask>>>;

const refund = z.object({ days: z.number() });
const parameters = {
  type: "object",
  properties: { city: { type: "string" } },
  required: ["city"],
};
const FUNCTION = { type: "function" as const, function: { name: WEATHER.name, parameters } };
const MODEL = "default";

/** Node clients by name, configured for a service's URL. */
export function matrixClients(url: string): Readonly<Record<string, MatrixClient>> {
  const settings = { apiKey: "k", baseURL: `${url}/v1` };
  const openai = new OpenAI({ ...settings, maxRetries: 0 });
  const langchain = (useResponsesApi: boolean) =>
    new ChatOpenAI({
      model: MODEL,
      apiKey: "k",
      maxRetries: 0,
      useResponsesApi,
      configuration: { baseURL: settings.baseURL },
    });
  const compatible = createOpenAICompatible({
    name: "reprise",
    ...settings,
    supportsStructuredOutputs: true,
  });
  return {
    "openai, chat": openAiChat(openai),
    "openai, responses": openAiResponses(openai),
    "LangChain JS, chat": langChain(langchain(false)),
    "LangChain JS, responses": langChain(langchain(true)),
    "AI SDK, compatible": aiSdk(compatible(MODEL)),
    "AI SDK, openai": aiSdk(createOpenAI(settings)(MODEL)),
    "AI SDK, useChat": useChat(url),
  };
}

function openAiChat(openai: OpenAI): MatrixClient {
  const { completions } = openai.chat;
  const body = (content: string, more: object = {}) => ({
    model: MODEL,
    messages: [{ role: "user" as const, content }],
    ...more,
  });
  const tools = { tools: [FUNCTION] };
  const toCall = (call: OpenAI.Chat.ChatCompletionMessageToolCall | undefined) =>
    call?.type === "function"
      ? { name: call.function.name, args: JSON.parse(call.function.arguments) }
      : undefined;
  const say = async (question: string, more?: object) =>
    (await completions.create(body(question, more))).choices[0]?.message;
  const stream = (question: string, more?: object) =>
    completions.stream(body(question, more)).finalMessage();
  const response_format = zodResponseFormat(refund, "refund");
  return {
    answer: async (question) => (await say(question))?.content,
    "streamed answer": async (question) => (await stream(question)).content,
    "answer with tools": async (question) => (await say(question, tools))?.content,
    "streamed answer with tools": async (question) => (await stream(question, tools)).content,
    "tool call": async (question) => toCall((await say(question, tools))?.tool_calls?.[0]),
    "streamed tool call": async (question) =>
      toCall((await stream(question, tools)).tool_calls?.[0]),
    object: async (question) =>
      (await completions.parse({ ...body(question), response_format })).choices[0]?.message.parsed,
    "streamed object": async (question) =>
      JSON.parse((await stream(question, { response_format })).content ?? ""),
  };
}

function openAiResponses({ responses }: OpenAI): MatrixClient {
  const tools = [{ type: "function" as const, name: WEATHER.name, parameters, strict: false }];
  const toCall = (output: readonly OpenAI.Responses.ResponseOutputItem[]) =>
    output.flatMap((item) =>
      item.type === "function_call" ? [{ name: item.name, args: JSON.parse(item.arguments) }] : [],
    )[0];
  const say = (input: string) => responses.create({ model: MODEL, input });
  const stream = (input: string) => responses.stream({ model: MODEL, input }).finalResponse();
  const offer = (input: string) => responses.create({ model: MODEL, input, tools });
  const streamOffer = (input: string) =>
    responses.stream({ model: MODEL, input, tools }).finalResponse();
  const text = { format: zodTextFormat(refund, "refund") };
  return {
    answer: async (input) => (await say(input)).output_text,
    "streamed answer": async (input) => (await stream(input)).output_text,
    "answer with tools": async (input) => (await offer(input)).output_text,
    "streamed answer with tools": async (input) => (await streamOffer(input)).output_text,
    "tool call": async (input) => toCall((await offer(input)).output),
    "streamed tool call": async (input) => toCall((await streamOffer(input)).output),
    object: async (input) => (await responses.parse({ model: MODEL, input, text })).output_parsed,
    "streamed object": async (input) =>
      (await responses.stream({ model: MODEL, input, text }).finalResponse()).output_parsed,
  };
}

function langChain(model: ChatOpenAI): MatrixClient {
  const bound = model.bindTools([FUNCTION]);
  const structured = model.withStructuredOutput(refund);
  const join = async (runnable: Pick<typeof bound, "stream">, question: string) => {
    let whole;
    for await (const chunk of await runnable.stream(question)) {
      whole = whole === undefined ? chunk : whole.concat(chunk);
    }
    return whole;
  };
  const toCall = (calls: readonly { name: string; args: object }[] = []) =>
    calls.map(({ name, args }) => ({ name, args }))[0];
  return {
    answer: async (question) => (await model.invoke(question)).text,
    "streamed answer": async (question) => (await join(model, question))?.text,
    "answer with tools": async (question) => (await bound.invoke(question)).text,
    "streamed answer with tools": async (question) => (await join(bound, question))?.text,
    "tool call": async (question) => toCall((await bound.invoke(question)).tool_calls),
    "streamed tool call": async (question) => toCall((await join(bound, question))?.tool_calls),
    object: (question) => structured.invoke(question),
    async "streamed object"(question) {
      let last: unknown;
      for await (const part of await structured.stream(question)) last = part;
      return last;
    },
  };
}

function aiSdk(model: LanguageModel): MatrixClient {
  const tools = {
    get_weather: tool({
      inputSchema: z.object({ city: z.string() }),
      execute: async (input) => `It rains in ${input.city}.`,
    }),
  };
  const output = Output.object({ schema: refund });
  const toCall = (calls: readonly { toolName: string; input: unknown }[]) =>
    calls.map(({ toolName: name, input: args }) => ({ name, args }))[0];
  return {
    answer: async (prompt) => (await generateText({ model, prompt })).text,
    "streamed answer": async (prompt) => streamText({ model, prompt }).text,
    "answer with tools": async (prompt) => (await generateText({ model, prompt, tools })).text,
    "streamed answer with tools": async (prompt) => streamText({ model, prompt, tools }).text,
    "tool call": async (prompt) => toCall((await generateText({ model, prompt, tools })).toolCalls),
    "streamed tool call": async (prompt) =>
      toCall(await streamText({ model, prompt, tools }).toolCalls),
    object: async (prompt) => (await generateText({ model, prompt, output })).output,
    "streamed object": async (prompt) => streamText({ model, prompt, output }).output,
  };
}

/** Only streams; its chats have no tools. */
function useChat(url: string): MatrixClient {
  return {
    async "streamed answer"(text) {
      const chat = new PlainChat({ transport: uiTransport(url) });
      await chat.sendMessage({ text });
      return chat.text;
    },
  };
}
