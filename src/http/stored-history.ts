import type { ClientMessage, PassThrough } from "../chat/pass-through.ts";
import type { ChatRequest } from "../chat/types.ts";
import type { ChatMessage, ConversationKey } from "../history/types.ts";
import { beforeAsked, windowOf } from "../history/context-window.ts";
import { toRepriseError } from "../errors.ts";
import type { ResponsePlace } from "./response-chain.ts";
import type { HttpDependencies } from "./types.ts";

/** Stored text of a question that is only a file. */
export const NO_TEXT = "[file]";

/**
 * Puts the stored conversation before a question and its own earlier messages, which are stored with the turn.
 * If images or tool results go to the model as the client wrote them, the stored part takes the same form.
 */
export async function continueStored(
  question: ChatRequest,
  { conversationId, begins, history }: ResponsePlace,
  dependencies: HttpDependencies,
): Promise<ChatRequest> {
  const { history: before = [], passThrough } = question;
  const added = conversationId === null || before.length === 0 ? undefined : before;
  const placed = { ...question, conversationId, added, beginsConversation: begins };
  const isRead = conversationId !== null && !begins;
  if (isRead && passThrough?.messages === undefined) return { ...placed, history: undefined };
  const stored = isRead ? await readStored(placed, dependencies) : (history ?? []);
  return {
    ...placed,
    history: [...stored, ...before],
    passThrough: withStored(passThrough, stored),
  };
}

function withStored(
  passThrough: PassThrough | undefined,
  stored: readonly ChatMessage[],
): PassThrough | undefined {
  if (passThrough?.messages === undefined) return passThrough;
  const messages = [...stored.flatMap(toClientMessage), ...passThrough.messages];
  return { ...passThrough, messages };
}

function toClientMessage({ role, content }: ChatMessage): ClientMessage[] {
  if (role === "user") return [{ role, content }];
  return role === "assistant" ? [{ role, content, toolCalls: [] }] : [];
}

/** Reads nothing of another caller's conversation: the answer itself is rejected later. */
async function readStored(
  { tenant, conversationId, caller, asksAgain, message }: ChatRequest,
  { history, transcripts, owners, historyMaxMessages }: HttpDependencies,
): Promise<readonly ChatMessage[]> {
  if (conversationId === null) return [];
  const key: ConversationKey = { tenant, conversationId };
  if (caller !== undefined && !(await isOwn(() => owners.check(key, caller)))) return [];
  const window = await history.read(key).catch(() => history.recall(key));
  const said = window.length > 0 ? window : windowOf(await transcripts.read(key));
  const stored = said.slice(-historyMaxMessages);
  return asksAgain === true ? beforeAsked(stored, message) : stored;
}

async function isOwn(check: () => Promise<void>): Promise<boolean> {
  try {
    await check();
    return true;
  } catch (error) {
    if (toRepriseError(error).code === "not_found") return false;
    throw error;
  }
}
