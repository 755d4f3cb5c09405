import type { Request } from "express";
import type { ChatRequest, NumberedEvent } from "../chat/types.ts";
import { hashText } from "../chat/hash-text.ts";
import type { RequestKey } from "../history/answered-requests.ts";
import type { CompletionRequestBody } from "./schemas/openai-request-schemas.ts";
import type { HttpDependencies, Principal } from "./types.ts";

type Dependencies = Pick<HttpDependencies, "answeredRequests" | "logger">;

/** A request of a chat that its client holds. */
interface ChatPlace {
  readonly key: RequestKey;
  /** The client's id of the message that the answer becomes; empty: it gives none. */
  readonly messageId: string;
}

/** Longest id that a client may give. */
const MAX_ID = 300;
/** Chats that are not kept: all of a session have one id. */
const TEMPORARY = /^local(?::|$)/;

/**
 * Where a request belongs in a chat of Open WebUI, or of a client that sends the same headers; undefined where
 * it names no chat. Instructions are no part of it: they may tell the time.
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
 * The question of such a request. Where the same was answered before, as another message, it asks for another
 * answer: past the cache, in whose place the new answer is stored. What the client itself wants of the cache
 * holds.
 */
export async function askAnew(
  question: ChatRequest,
  place: ChatPlace | undefined,
  { answeredRequests, logger }: Dependencies,
): Promise<ChatRequest> {
  if (place === undefined || question.cacheMode !== "default") return question;
  try {
    const answered = await answeredRequests.find(place.key);
    // The same message again is the same request, sent twice.
    const isRetry = answered === undefined || (answered !== "" && answered === place.messageId);
    return isRetry ? question : { ...question, cacheMode: "refresh" };
  } catch (err) {
    logger.debug({ err }, "whether a request was answered before cannot be looked up");
    return question;
  }
}

/** The same events; once the answer has ended its request is noted as answered. */
export async function* noteAnswered(
  events: AsyncIterable<NumberedEvent>,
  place: ChatPlace | undefined,
  { answeredRequests, logger }: Dependencies,
): AsyncGenerator<NumberedEvent> {
  for await (const numbered of events) {
    if (place !== undefined && numbered.event.type === "answer-end") {
      await answeredRequests.note(place.key, place.messageId).catch((err: unknown) => {
        logger.debug({ err }, "an answered request cannot be noted");
      });
    }
    yield numbered;
  }
}
