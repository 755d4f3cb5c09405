import type { Request } from "express";
import type { ChatRequest, NumberedEvent } from "../chat/types.ts";
import { hashText } from "../chat/hash-text.ts";
import type { RequestKey } from "../history/answered-requests.ts";
import type { CompletionRequestBody } from "./schemas/openai-request-schemas.ts";
import type { HttpDependencies, Principal } from "./types.ts";

type Dependencies = Pick<HttpDependencies, "answeredRequests" | "logger">;

/** A request in a chat that its client keeps. */
interface ChatPlace {
  readonly key: RequestKey;
  /** The client's message id for the answer. Empty if the client sends none. */
  readonly messageId: string;
}

/** Maximum length of a client's id. */
const MAX_ID = 300;
/** Ids of temporary chats, which all chats of a session share. */
const TEMPORARY = /^local(?::|$)/;

/**
 * The place of a request in a chat of Open WebUI, or of a client with the same headers. Undefined without a
 * chat id. Instructions are excluded: they may contain the current time.
 */
export function readChatPlace(
  request: Request,
  { messages }: CompletionRequestBody,
  { tenant, owner }: Principal,
): ChatPlace | undefined {
  const chatId = request.get("x-openwebui-chat-id") ?? "";
  if (chatId === "" || chatId.length > MAX_ID || TEMPORARY.test(chatId)) return undefined;
  const said = messages.filter(({ role }) => role !== "system" && role !== "developer");
  const hash = hashText(JSON.stringify([owner ?? null, chatId, said]));
  const messageId = (request.get("x-openwebui-message-id") ?? "").slice(0, MAX_ID);
  return { key: { tenant, hash }, messageId };
}

/**
 * If the same request was answered before under another message id, the user asks for a new answer: it bypasses
 * the cache and replaces the entry. Cache options of the client take precedence.
 */
export async function askAnew(
  question: ChatRequest,
  place: ChatPlace | undefined,
  { answeredRequests, logger }: Dependencies,
): Promise<ChatRequest> {
  if (place === undefined || question.cacheMode !== "default") return question;
  try {
    const answered = await answeredRequests.find(place.key);
    // The same message id means a retry of the same request.
    const isRetry = answered === undefined || (answered !== "" && answered === place.messageId);
    return isRetry ? question : { ...question, cacheMode: "refresh" };
  } catch (err) {
    logger.debug({ err }, "cannot look up whether a request was answered before");
    return question;
  }
}

/** Passes the events through. After the answer ends, records its request as answered. */
export async function* noteAnswered(
  events: AsyncIterable<NumberedEvent>,
  place: ChatPlace | undefined,
  { answeredRequests, logger }: Dependencies,
): AsyncGenerator<NumberedEvent> {
  for await (const numbered of events) {
    if (place !== undefined && numbered.event.type === "answer-end") {
      await answeredRequests.note(place.key, place.messageId).catch((err: unknown) => {
        logger.debug({ err }, "cannot note an answered request");
      });
    }
    yield numbered;
  }
}
