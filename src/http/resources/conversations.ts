import type { ChatMessage, ConversationKey } from "../../history/types.ts";
import { unknownConversation as unknown } from "../../identity/conversation-owners.ts";
import type { ConversationSummary, TranscriptMessage } from "../../transcripts/types.ts";
import { NO_TOTALS } from "../../usage/request-cost.ts";
import { defineRoute } from "../define-route.ts";
import { json, text } from "../described-body.ts";
import { forkConversation } from "../fork-conversation.ts";
import {
  toConversationBody,
  toLedgerBody,
  toMarkdown,
  toMessageBody,
  toTotalsBody,
} from "../formats/record-format.ts";
import { readJson } from "../validate.ts";
import { erasedConversationSchema } from "../schemas/chat-schemas.ts";
import { noQuerySchema } from "../schemas/parameter-schemas.ts";
import {
  conversationExportSchema,
  conversationListQuerySchema,
  conversationListSchema,
  conversationSchema,
  conversationUsageSchema,
  exportQuerySchema,
  forkedConversationSchema,
  forkRequestSchema,
} from "../schemas/record-schemas.ts";
import { notFoundIn, settleRecord } from "../read-record.ts";
import type { HttpDependencies } from "../types.ts";

const MAX_BODY_BYTES = 64 * 1024;
/** Maximum answers that a conversation's usage lists. */
const MAX_ANSWERS = 1_000;

/** Conversations: the window sent to the model, the transcript, and usage. */
export const CONVERSATION_ROUTES = [
  defineRoute({
    method: "get",
    path: "/v1/conversations",
    summary: "The conversations, newest first; query: those with these words",
    scope: "chat or admin",
    access: "conversations",
    query: conversationListQuerySchema,
    replies: { 200: json(conversationListSchema) },
    handle:
      ({ transcripts, recorder }) =>
      async ({ query: { user_id: userId, ...listing }, caller, response }) => {
        const { tenant } = caller;
        const state = await settleRecord({ recorder }, response);
        const page = await transcripts.list({ tenant, caller, userId, ...listing });
        const conversations = page.rows.map(toConversationBody);
        response.json({ conversations, next_cursor: page.nextCursor, ...state });
      },
  }),
  defineRoute({
    method: "get",
    path: "/v1/conversations/{id}",
    summary: "A conversation: the window that the model is shown, and the transcript",
    scope: "chat or admin",
    access: "conversation",
    replies: { 200: json(conversationSchema) },
    handle: (dependencies) => async (given) => {
      const key = given.resource;
      const state = await settleRecord(dependencies, given.response);
      const window = await readWindow(dependencies, key);
      const [messages, ratings] = await Promise.all([
        dependencies.transcripts.read(key),
        dependencies.feedback.ratingsOf(key),
      ]);
      const transcript = messages.map((message) => ({
        ...toMessageBody(message),
        rating: ratings.get(message.id),
      }));
      if (window.length === 0 && transcript.length === 0) {
        throw notFoundIn(state, unknown(key.conversationId));
      }
      given.response.json({ id: key.conversationId, window, transcript, ...state });
    },
  }),
  defineRoute({
    method: "delete",
    path: "/v1/conversations/{id}",
    summary:
      "Erase a conversation: window, transcript, answers made in it; the ledger keeps its sums",
    scope: "chat or admin",
    access: "conversation",
    query: noQuerySchema,
    replies: { 200: json(erasedConversationSchema) },
    handle: (dependencies) => async (given) => {
      const { answers, transcripts, history, entries } = dependencies;
      const key = given.resource;
      // Stops a live answer first, so that it stores nothing after the erasure.
      const wasLive = await answers.forget(key);
      const erased = await transcripts.erase({ ...key, now: Date.now() });
      const removed = await history.remove(key);
      const removedAnswers = await entries.removeAll(key);
      if (!wasLive && !erased && !removed && removedAnswers === 0) {
        throw unknown(key.conversationId);
      }
      given.response.json({
        id: key.conversationId,
        deleted: true,
        removed_answers: removedAnswers,
      });
    },
  }),
  defineRoute({
    method: "get",
    path: "/v1/conversations/{id}/usage",
    summary: "What a conversation used, cost and saved, and each of its answers",
    scope: "chat or admin",
    access: "conversation",
    replies: { 200: json(conversationUsageSchema) },
    handle: (dependencies) => async (given) => {
      const { ledger } = dependencies;
      const key = given.resource;
      const state = await settleRecord(dependencies, given.response);
      const counted = await ledger.conversation(key);
      if (counted === undefined && !(await exists(dependencies, key))) {
        throw notFoundIn(state, unknown(key.conversationId));
      }
      // A fork has no requests before its first turn.
      const totals = counted ?? NO_TOTALS;
      const answers = await readAnswers(ledger, key);
      given.response.json({ ...toTotalsBody(totals), answers, ...state });
    },
  }),
  defineRoute({
    method: "get",
    path: "/v1/conversations/{id}/export",
    summary: "A conversation as a file, in JSON or Markdown",
    scope: "chat or admin",
    access: "conversation",
    query: exportQuerySchema,
    replies: { 200: { ...json(conversationExportSchema), ...text("text/markdown") } },
    handle:
      ({ transcripts, recorder }) =>
      async ({ resource: key, query: { format }, response }) => {
        const state = await settleRecord({ recorder }, response);
        const { conversation, messages } = await readWhole(transcripts, key, state);
        response.attachment(`${key.conversationId}.${format === "json" ? "json" : "md"}`);
        if (format === "markdown") {
          response.type("text/markdown").send(toMarkdown(conversation, messages));
        } else {
          const transcript = messages.map(toMessageBody);
          response.json({ ...toConversationBody(conversation), transcript, ...state });
        }
      },
  }),
  defineRoute({
    method: "post",
    path: "/v1/conversations/{id}/fork",
    summary: "Copy a conversation, whole or up to a message",
    scope: "chat or admin",
    access: "conversation",
    body: forkRequestSchema,
    isRequestOptional: true,
    replies: { 201: json(forkedConversationSchema) },
    before: () => readJson(MAX_BODY_BYTES),
    handle:
      (dependencies) =>
      async ({ resource, body, response }) => {
        const state = await settleRecord(dependencies, response);
        const from = { ...resource, upToMessageId: body.message_id, ...state };
        const fork = await forkConversation(dependencies, from);
        response.status(201).json({ ...toConversationBody(fork), ...state });
      },
  }),
];

async function exists(dependencies: HttpDependencies, key: ConversationKey): Promise<boolean> {
  if ((await dependencies.transcripts.find(key)) !== undefined) return true;
  return (await readWindow(dependencies, key)).length > 0;
}

/** Falls back to the window in this process's memory while Redis is unavailable. */
async function readWindow(
  { history, logger }: HttpDependencies,
  key: ConversationKey,
): Promise<readonly ChatMessage[]> {
  try {
    return await history.read(key);
  } catch (err) {
    logger.debug({ err }, "the window cannot be read");
    return history.recall(key);
  }
}

async function readAnswers(ledger: HttpDependencies["ledger"], key: ConversationKey) {
  const answers = [];
  for await (const entry of ledger.entries(key)) {
    const { id, cache, usage, cost, saved, total_ms } = toLedgerBody(entry);
    answers.push({ id, cache, usage, cost, saved, total_ms });
    if (answers.length === MAX_ANSWERS) break;
  }
  return answers;
}

async function readWhole(
  transcripts: HttpDependencies["transcripts"],
  key: ConversationKey,
  state: { complete: boolean },
): Promise<{ conversation: ConversationSummary; messages: readonly TranscriptMessage[] }> {
  const conversation = await transcripts.find(key);
  if (conversation === undefined) throw notFoundIn(state, unknown(key.conversationId));
  return { conversation, messages: await transcripts.read(key) };
}
