import type { ChatRequest } from "../chat/types.ts";
import { readChatRequest } from "./chat-request.ts";
import { readCompletion } from "./formats/openai-question.ts";
import { toOpenAiPart } from "./formats/ui-message-parts.ts";
import { completionRequestSchema } from "./schemas/openai-request-schemas.ts";
import type { UiChatRequestBody, UiMessageBody } from "./schemas/ui-chat-schemas.ts";
import { continueStored, NO_TEXT } from "./stored-history.ts";
import type { HttpDependencies, Principal } from "./types.ts";
import { invalidRequest, renameFields, validate } from "./validate.ts";

/** Longer than a plain question: users paste the text that they ask about. */
const MAX_MESSAGE = 32_000;
/** Maximum characters of earlier messages; older ones are dropped. */
const MAX_HISTORY = 180_000;
const MAX_INSTRUCTIONS = 32_000;

/** A message with its index in the body. */
interface PlacedMessage {
  readonly message: UiMessageBody;
  readonly place: number;
}

/**
 * Converts the messages of a chat to a question of its conversation: the last message is the question, system
 * messages are instructions. The client's messages are the history; if it sends only the question, the stored
 * conversation is. Files are passed on as in `POST /v1/chat/completions`.
 *
 * @throws RepriseError `invalid_request` for unsupported parts, and as `readChatRequest`
 */
export async function readUiChatRequest(
  body: UiChatRequestBody,
  principal: Principal,
  dependencies: HttpDependencies,
  cacheControl?: string,
): Promise<ChatRequest> {
  const placed = body.messages.map((message, place) => ({ message, place }));
  checkQuestion(placed.at(-1));
  const said = trim(placed, dependencies.historyMaxMessages);
  const given = await readMessages(said, principal, dependencies);
  const { id, user_id, cache, documents, locale } = body;
  const message = given.message === "" ? NO_TEXT : given.message;
  const base = await readChatRequest(
    { message, conversation_id: id, user_id, cache, documents, locale },
    principal,
    dependencies,
    cacheControl,
  );
  const again = body.trigger === "regenerate-message";
  const question = {
    ...base,
    instructions: readInstructions(body.messages),
    history: given.history,
    passThrough: given.passThrough,
    ...(again && {
      asksAgain: true,
      cacheMode: base.cacheMode === "default" ? ("refresh" as const) : base.cacheMode,
    }),
  };
  // A single edited message is the first one of the chat: the later messages were discarded.
  const isEdit = !again && typeof body.messageId === "string";
  if (id === undefined || said.length > 1 || isEdit) return question;
  return continueStored(question, { conversationId: id, begins: false }, dependencies);
}

function checkQuestion(last: PlacedMessage | undefined): void {
  if (last?.message.role === "user") {
    const length = textOf(last.message).trim().length;
    if (length <= MAX_MESSAGE) return;
    const message = `must have ${MAX_MESSAGE} characters at most`;
    throw invalidRequest([{ param: `messages[${last.place}].parts`, message }]);
  }
  const message = "must be user: the last message is the one that is answered";
  throw invalidRequest([{ param: `messages[${last?.place ?? 0}].role`, message }]);
}

/** The question, with the opening of the chat and the messages before it that an answer takes into account. */
function trim(placed: readonly PlacedMessage[], maxMessages: number): readonly PlacedMessage[] {
  const said = placed.filter(({ message }) => message.role !== "system");
  const opened = said.findIndex(({ message }) => message.role === "user");
  const earlier = said.slice(opened, -1).slice(-maxMessages);
  let characters = 0;
  const tooOld = earlier.findLastIndex(
    ({ message }) => (characters += textOf(message).length) > MAX_HISTORY,
  );
  return [...said.slice(0, opened), ...earlier.slice(tooOld + 1), ...said.slice(-1)];
}

async function readMessages(
  said: readonly PlacedMessage[],
  principal: Principal,
  dependencies: HttpDependencies,
): Promise<ChatRequest> {
  const messages = said.map(({ message, place }) => ({
    role: message.role,
    content: message.parts.flatMap((part, index) =>
      toOpenAiPart(part, { role: message.role, param: `messages[${place}].parts[${index}]` }),
    ),
  }));
  try {
    const completion = validate(completionRequestSchema, { messages });
    return await readCompletion(completion, principal, dependencies);
  } catch (error) {
    throw inOwnPlaces(error, said);
  }
}

/** Error paths use the message indexes of the body. */
function inOwnPlaces(error: unknown, said: readonly PlacedMessage[]): unknown {
  const placeOf = (index: string) => said[Number(index)]?.place ?? 0;
  return renameFields(error, (param) =>
    param
      .replace(/^messages\[(\d+)\]/, (_all, index) => `messages[${placeOf(index)}]`)
      .replace(/\.content/, ".parts"),
  );
}

function readInstructions(messages: readonly UiMessageBody[]): string | undefined {
  const texts = messages.filter(({ role }) => role === "system").map(textOf);
  const text = texts.join("\n").trim();
  if (text.length > MAX_INSTRUCTIONS) {
    const message = `must have ${MAX_INSTRUCTIONS} characters of system messages at most`;
    throw invalidRequest([{ param: "messages", message }]);
  }
  return text === "" ? undefined : text;
}

function textOf({ parts }: UiMessageBody): string {
  return parts.map(({ type, text = "" }) => (type === "text" ? text : "")).join("");
}
