import type { ChatRequest } from "../chat/types.ts";
import { readChatRequest } from "./chat-request.ts";
import { readCompletion } from "./formats/openai-question.ts";
import { toOpenAiPart } from "./formats/ui-message-parts.ts";
import { completionRequestSchema } from "./schemas/openai-request-schemas.ts";
import type { UiChatRequestBody, UiMessageBody } from "./schemas/ui-chat-schemas.ts";
import { continueStored, NO_TEXT } from "./stored-history.ts";
import type { HttpDependencies, Principal } from "./types.ts";
import { invalidRequest, renameFields, validate } from "./validate.ts";

/** Longer than a question needs to be: people paste the text that they ask about. */
const MAX_MESSAGE = 32_000;
/** Characters of the messages before it; older ones are left out. */
const MAX_HISTORY = 180_000;
const MAX_INSTRUCTIONS = 32_000;

/** A message with its place in the body. */
interface PlacedMessage {
  readonly message: UiMessageBody;
  readonly place: number;
}

/**
 * The messages of a chat as a question of its conversation: the last one is asked, system messages are
 * instructions. What the client shows counts as the history; where it sends the question alone, the
 * stored conversation does. Files are handed on as `POST /v1/chat/completions` hands them on.
 *
 * @throws RepriseError `invalid_request` for parts that cannot be honoured, and as `readChatRequest`
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
  // An edited message that stands alone is the first one: what followed it is gone.
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

/** The question, and of what was said before it as much as an answer takes into account. */
function trim(placed: readonly PlacedMessage[], maxMessages: number): readonly PlacedMessage[] {
  const said = placed.filter(({ message }) => message.role !== "system");
  const earlier = said.slice(0, -1).slice(-maxMessages);
  let characters = 0;
  const tooOld = earlier.findLastIndex(
    ({ message }) => (characters += textOf(message).length) > MAX_HISTORY,
  );
  return [...earlier.slice(tooOld + 1), ...said.slice(-1)];
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

/** Errors name the messages as the body has them. */
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
