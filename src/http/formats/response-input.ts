import { z } from "zod";
import { contentSchema, type InputItem } from "../schemas/response-request-schemas.ts";
import { checkFields, invalidRequest } from "../validate.ts";

interface ToolCallMessage {
  readonly id: string;
  readonly type: "function";
  readonly function: { readonly name: string; readonly arguments: string };
}

/** A Chat Completions message and its path in the request body. */
export interface PlacedMessage {
  readonly message: {
    readonly role: string;
    readonly content?: unknown;
    readonly tool_calls?: readonly ToolCallMessage[];
    readonly tool_call_id?: string;
  };
  readonly param: string;
}

const TEXT_PARTS = new Set(["input_text", "output_text", "text", "summary_text"]);

/** Fields of the items and parts that are read, and of those that a response contains: clients send these back. */
const FIELDS: Readonly<Record<string, readonly string[]>> = {
  message: ["type", "id", "role", "content", "status"],
  function_call: ["type", "id", "call_id", "name", "arguments", "status"],
  function_call_output: ["type", "id", "call_id", "output", "status"],
  input_text: ["type", "text"],
  output_text: ["type", "text", "annotations", "logprobs"],
  text: ["type", "text"],
  summary_text: ["type", "text"],
  refusal: ["type", "refusal"],
  input_image: ["type", "image_url", "detail", "file_id"],
  input_file: ["type", "filename", "file_data", "file_id"],
  input_audio: ["type", "input_audio"],
};

function checkKnown(value: object, type: string, param: string): void {
  const known = FIELDS[type];
  if (known !== undefined) checkFields(value, known, param);
}

/**
 * Converts input items to messages. Consecutive calls, or text of the model and its calls, become one message.
 *
 * @param param path of an item in errors
 * @throws RepriseError `invalid_request` for unsupported items
 */
export function toMessages(
  items: readonly InputItem[],
  param: (index: number) => string = (index) => `input[${index}]`,
): PlacedMessage[] {
  const placed: PlacedMessage[] = [];
  for (const [index, item] of items.entries()) {
    const next = toMessage(item, param(index));
    const last = placed.at(-1);
    const calls = next?.message.tool_calls;
    if (calls !== undefined && last?.message.role === "assistant") {
      const { message, param: first } = last;
      const all = [...(message.tool_calls ?? []), ...calls];
      placed[placed.length - 1] = { message: { ...message, tool_calls: all }, param: first };
    } else if (next !== undefined) placed.push(next);
  }
  return placed;
}

/** Reasoning items are dropped: no model gets the thinking of earlier turns. */
function toMessage(item: InputItem, param: string): PlacedMessage | undefined {
  const type = item.type ?? "message";
  checkKnown(item, type, param);
  switch (type) {
    case "reasoning":
      return undefined;
    case "message":
      return {
        message: {
          role: roleOf(item, param),
          content: toContent(item.content, `${param}.content`),
        },
        param,
      };
    case "function_call":
      return {
        message: { role: "assistant", content: null, tool_calls: [toCall(item, param)] },
        param,
      };
    case "function_call_output":
      return { message: toResult(item, param), param };
    default:
      return refuse(`${param}.type`, type);
  }
}

function roleOf({ role }: InputItem, param: string): string {
  return role ?? missing(`${param}.role`);
}

function toCall({ call_id: id, name, arguments: json }: InputItem, param: string): ToolCallMessage {
  return {
    id: id ?? missing(`${param}.call_id`),
    type: "function",
    function: {
      name: name ?? missing(`${param}.name`),
      arguments: json ?? missing(`${param}.arguments`),
    },
  };
}

const resultSchema = z.object({ output: contentSchema });

function toResult({ call_id: id, output }: InputItem, param: string): PlacedMessage["message"] {
  if (output === undefined || output === null) missing(`${param}.output`);
  const parsed = resultSchema.safeParse({ output });
  if (!parsed.success) {
    const message = "must be a text, or a list of parts";
    throw invalidRequest([{ param: `${param}.output`, message }]);
  }
  const content = toContent(parsed.data.output, `${param}.output`);
  return { role: "tool", tool_call_id: id ?? missing(`${param}.call_id`), content };
}

function toContent(content: InputItem["content"], param: string): unknown {
  if (content === null || content === undefined || typeof content === "string") return content;
  return content.map((part, index) => toPart(part, `${param}[${index}]`));
}

type InputPart = Exclude<InputItem["content"], string | null | undefined>[number];

function toPart(part: InputPart, param: string): object {
  const { type, text = "", refusal = "" } = part;
  checkKnown(part, type, param);
  if (TEXT_PARTS.has(type)) return { type: "text", text };
  switch (type) {
    case "refusal":
      return { type: "text", text: refusal };
    case "input_image":
      return toImage(part, param);
    case "input_file":
      return toFile(part, param);
    case "input_audio":
      return { type, input_audio: part["input_audio"] };
    default:
      return refuse(param, type);
  }
}

/** OpenAI's file store is not supported. */
function toImage({ image_url: url, detail, file_id: id }: InputPart, param: string): object {
  if (typeof url !== "string") return refuse(param, id === undefined ? "input_image" : "file_id");
  return { type: "image_url", image_url: { url, ...(typeof detail === "string" && { detail }) } };
}

function toFile({ filename, file_data: data, file_id: id }: InputPart, param: string): object {
  if (typeof data !== "string") return refuse(param, id === undefined ? "input_file" : "file_id");
  return { type: "file", file: { filename, file_data: data } };
}

/** Data of images and files: too large to keep. */
const DATA: ReadonlySet<string> = new Set(["image_url", "file_data", "input_audio"]);

/**
 * Items of a request as a client lists them later: each with an id, its text as a part, and without the data of
 * images and files.
 *
 * @param key suffix of the response id
 */
export function toListedItems(items: readonly InputItem[], key: string) {
  return items.map((item, index) => {
    const { content, ...fields } = item;
    const listed = { ...fields, type: item.type ?? "message", id: item.id ?? `in_${key}.${index}` };
    if (content === undefined || content === null) return listed;
    const part =
      item.role === "assistant" ? { type: "output_text", annotations: [] } : { type: "input_text" };
    const parts = typeof content === "string" ? [{ ...part, text: content }] : content;
    return { status: "completed", ...listed, content: parts.map(withoutData) };
  });
}

function withoutData(part: object): object {
  return Object.fromEntries(Object.entries(part).filter(([name]) => !DATA.has(name)));
}

function refuse(param: string, type: string): never {
  const message = `is ${JSON.stringify(type.slice(0, 60))}, which is not supported by Reprise`;
  throw invalidRequest([{ param, message }]);
}

function missing(param: string): never {
  throw invalidRequest([{ param, message: "is required" }]);
}

/**
 * Checks that each call has a result, and each result a call: a model server rejects others, with other field
 * names.
 *
 * @throws RepriseError `invalid_request`
 */
export function checkCalls(messages: readonly PlacedMessage[]): void {
  const called = new Map<string, string>();
  for (const { message, param } of messages) {
    const { role, tool_call_id: answered, tool_calls: calls = [] } = message;
    if (role === "tool" && answered !== undefined && !called.delete(answered)) {
      const text = `answers ${JSON.stringify(answered.slice(0, 60))}, which no function_call before it has`;
      throw invalidRequest([{ param: `${param}.call_id`, message: text }]);
    }
    for (const { id } of calls) called.set(id, param);
  }
  for (const [id] of called) {
    const message = `must have a function_call_output for the call ${JSON.stringify(id.slice(0, 60))}`;
    throw invalidRequest([{ param: "input", message }]);
  }
}
