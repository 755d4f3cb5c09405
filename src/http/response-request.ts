import type { ChatRequest } from "../chat/types.ts";
import { readCompletion } from "./formats/openai-question.ts";
import { toCompletionFields, toOwnParam } from "./formats/response-fields.ts";
import { checkCalls, toMessages, type PlacedMessage } from "./formats/response-input.ts";
import {
  findPrevious,
  placeAfter,
  resolveReferences,
  type ResponsePlace,
  type StoredResponse,
} from "./response-chain.ts";
import { completionRequestSchema } from "./schemas/openai-request-schemas.ts";
import type { InputItem, ResponseRequestBody } from "./schemas/response-request-schemas.ts";
import { continueStored, NO_TEXT } from "./stored-history.ts";
import type { HttpDependencies, Principal } from "./types.ts";
import { invalidRequest, renameFields, validate } from "./validate.ts";

/** A body as a question, with the data that the next response needs. */
export interface AskedResponse {
  readonly question: ChatRequest;
  /** System and developer messages of the chain so far. */
  readonly developer: readonly string[];
  /** Items of the request, with references resolved. */
  readonly input: readonly InputItem[];
  /** Items from the question on. If the answer calls tools, the next response starts with them. */
  readonly turn: readonly InputItem[];
}

/** The caller and the request's cache options. */
interface Asker {
  readonly caller: Principal;
  readonly cacheControl: string | undefined;
}

/**
 * Converts a validated body to a question of this principal. Fields that both OpenAI APIs have are read as in
 * `POST /v1/chat/completions`.
 *
 * @throws RepriseError `invalid_request`, `model_not_found`, `previous_response_not_found`
 */
export async function readResponseRequest(
  body: ResponseRequestBody,
  asker: Asker,
  dependencies: HttpDependencies,
): Promise<AskedResponse> {
  const { caller } = asker;
  const previous = await findChain(body, caller, dependencies);
  const items = await resolveReferences(toItems(body), caller, dependencies);
  const before = previous?.turn ?? [];
  const messages = [...toMessages(before, () => "previous_response_id"), ...toMessages(items)];
  checkCalls(messages);
  const asked = await readMessages(body, messages, asker, dependencies);
  const place = await findPlace(body, previous, caller, dependencies);
  const said = asked.instructions === undefined ? [] : [asked.instructions];
  const developer = [...(previous?.developer ?? []), ...said];
  const instructions = [...developer, ...(body.instructions ? [body.instructions] : [])];
  const question = {
    ...asked,
    message: asked.message === "" ? NO_TEXT : asked.message,
    keepsHistory: body.truncation === "disabled",
    instructions: instructions.length === 0 ? undefined : instructions.join("\n"),
  };
  return {
    developer,
    input: items,
    turn: lastTurn([...before, ...items]),
    question: await continueStored(question, place, dependencies),
  };
}

/** Items from the last question on. */
function lastTurn(items: readonly InputItem[]): readonly InputItem[] {
  return items.slice(items.findLastIndex(({ role }) => role === "user"));
}

async function findPlace(
  body: ResponseRequestBody,
  previous: StoredResponse | undefined,
  caller: Principal,
  dependencies: HttpDependencies,
): Promise<ResponsePlace> {
  const isKept = body.store !== false;
  if (previous !== undefined) return placeAfter(previous, { caller, isKept }, dependencies);
  const { conversation } = body;
  if (conversation !== null && conversation !== undefined) {
    const id = typeof conversation === "string" ? conversation : conversation.id;
    return { conversationId: id, begins: false };
  }
  return isKept
    ? { conversationId: dependencies.newId("conv"), begins: true }
    : { conversationId: null, begins: false };
}

async function findChain(
  { previous_response_id: id, conversation }: ResponseRequestBody,
  caller: Principal,
  dependencies: HttpDependencies,
): Promise<StoredResponse | undefined> {
  if (id === null || id === undefined) return undefined;
  if (conversation !== null && conversation !== undefined) {
    const message = "cannot stand beside previous_response_id: each names a conversation";
    throw invalidRequest([{ param: "conversation", message }]);
  }
  return findPrevious(id, caller, dependencies);
}

function toItems({ input }: ResponseRequestBody): readonly InputItem[] {
  return typeof input === "string" ? [{ role: "user", content: input }] : input;
}

async function readMessages(
  body: ResponseRequestBody,
  messages: readonly PlacedMessage[],
  { caller, cacheControl }: Asker,
  dependencies: HttpDependencies,
): Promise<ChatRequest> {
  try {
    const completion = validate(completionRequestSchema, {
      ...toCompletionFields(body),
      messages: messages.map(({ message }) => message),
    });
    return await readCompletion(completion, caller, dependencies, cacheControl);
  } catch (error) {
    throw inOwnNames(error, messages, body);
  }
}

/** Errors use the field names of this API. */
function inOwnNames(
  error: unknown,
  messages: readonly PlacedMessage[],
  { input }: ResponseRequestBody,
): unknown {
  return renameFields(error, (param) => {
    const renamed = toOwnParam(param)
      .replace(/^messages\[(\d+)\](\.content)?/, (_all, index, content = "") => {
        const placed = messages[Number(index)];
        const isResult = placed?.message.role === "tool" && content !== "";
        return `${placed?.param ?? "input"}${isResult ? ".output" : content}`;
      })
      .replace(/^messages/, "input");
    const isText = typeof input === "string" && renamed.startsWith("input[0]");
    return isText ? "input" : renamed;
  });
}
