import { Router, type Request, type Response } from "express";
import { z } from "zod";
import { RepriseError } from "../errors.ts";
import { windowOf } from "../history/context-window.ts";
import type { ChatMessage, ConversationKey } from "../history/types.ts";
import { unknownConversation as unknown } from "../identity/conversation-owners.ts";
import type { ConversationSummary, TranscriptMessage } from "../transcripts/types.ts";
import { toMarkdown, toConversationBody, toMessageBody } from "./formats/transcript-format.ts";
import { toEntryBody, toTotalsBody } from "./formats/report-format.ts";
import { NO_TOTALS } from "../usage/add-totals.ts";
import { authenticate } from "./middleware/authenticate.ts";
import { readJson } from "./middleware/read-json.ts";
import { refuseQuery } from "./middleware/refuse-query.ts";
import { principalOf } from "./request-context.ts";
import { idSchema } from "./schemas/common-schemas.ts";
import {
  conversationListQuerySchema,
  exportQuerySchema,
  forkRequestSchema,
} from "./schemas/record-schemas.ts";
import { notFoundIn, settleRecord } from "./settle-record.ts";
import type { HttpDependencies } from "./types.ts";
import { validate } from "./validate.ts";

const pathSchema = z.object({ id: idSchema });
const MAX_BODY_BYTES = 64 * 1024;
/** Answers of a conversation that are told of one by one. */
const MAX_ANSWERS = 1_000;

/** Conversations: the window that the model is shown, the transcript, and what they cost. */
export function conversationRoutes(dependencies: HttpDependencies): Router {
  const router = Router();
  addReading(router, dependencies);
  addCopying(router, dependencies);
  return router;
}

function addReading(router: Router, dependencies: HttpDependencies): void {
  const { history, transcripts, ledger, entries, apiKeys } = dependencies;
  const chat = authenticate(apiKeys, "chat or admin");

  router.get("/v1/conversations", chat, async (request, response) => {
    const {
      limit,
      cursor,
      query,
      user_id: userId,
    } = validate(conversationListQuerySchema, request.query);
    const caller = principalOf(response);
    const { tenant } = caller;
    const state = await settleRecord(dependencies, response);
    const page = await transcripts.list({ tenant, caller, limit, cursor, query, userId });
    const conversations = page.rows.map(toConversationBody);
    response.json({ conversations, next_cursor: page.nextCursor, ...state });
  });

  router.get("/v1/conversations/:id", chat, async (request, response) => {
    const key = await readKey(request, response, dependencies);
    const state = await settleRecord(dependencies, response);
    const window = await readWindow(dependencies, key);
    const transcript = (await transcripts.read(key)).map(toMessageBody);
    if (window.length === 0 && transcript.length === 0) {
      throw notFoundIn(state, unknown(key.conversationId));
    }
    response.json({ id: key.conversationId, window, transcript, ...state });
  });

  router.delete("/v1/conversations/:id", chat, refuseQuery, async (request, response) => {
    const key = await readKey(request, response, dependencies);
    // What is under way ends first, and leaves nothing behind.
    const wasLive = await dependencies.answers.forget(key);
    const erased = await transcripts.erase({ ...key, now: Date.now() });
    const removed = await history.remove(key);
    const answers = await entries.removeAll(key);
    if (!wasLive && !erased && !removed && answers === 0) throw unknown(key.conversationId);
    response.json({ id: key.conversationId, deleted: true, removed_answers: answers });
  });

  router.get("/v1/conversations/:id/usage", chat, async (request, response) => {
    const key = await readKey(request, response, dependencies);
    const state = await settleRecord(dependencies, response);
    const counted = await ledger.conversation(key);
    if (counted === undefined && !(await exists(dependencies, key))) {
      throw notFoundIn(state, unknown(key.conversationId));
    }
    // A fork has no requests before its first own turn.
    const totals = counted ?? NO_TOTALS;
    const answers = await readAnswers(ledger, key);
    response.json({ ...toTotalsBody(totals), answers, ...state });
  });
}

function addCopying(router: Router, dependencies: HttpDependencies): void {
  const chat = authenticate(dependencies.apiKeys, "chat or admin");

  router.get("/v1/conversations/:id/export", chat, async (request, response) => {
    const key = await readKey(request, response, dependencies);
    const { format } = validate(exportQuerySchema, request.query);
    const state = await settleRecord(dependencies, response);
    const { conversation, messages } = await readWhole(dependencies, key, state);
    response.attachment(`${key.conversationId}.${format === "json" ? "json" : "md"}`);
    if (format === "markdown") {
      response.type("text/markdown").send(toMarkdown(conversation, messages));
    } else {
      const transcript = messages.map(toMessageBody);
      response.json({ ...toConversationBody(conversation), transcript, ...state });
    }
  });

  router.post(
    "/v1/conversations/:id/fork",
    chat,
    ...readJson(MAX_BODY_BYTES),
    async (request, response) => {
      const key = await readKey(request, response, dependencies);
      const { message_id: messageId } = validate(forkRequestSchema, request.body ?? {});
      const state = await settleRecord(dependencies, response);
      const { owner } = principalOf(response);
      const from = { ...key, owner, upToMessageId: messageId, ...state };
      response
        .status(201)
        .json({ ...toConversationBody(await forkConversation(dependencies, from)), ...state });
    },
  );
}

/** The fork begins with a window of its own, and belongs to whoever made it. */
export async function forkConversation(
  { transcripts, history, newId }: HttpDependencies,
  from: ConversationKey & {
    owner: string | undefined;
    upToMessageId: string | undefined;
    complete: boolean;
  },
): Promise<ConversationSummary> {
  const newConversationId = newId("conv");
  const { upToMessageId } = from;
  const fork = await transcripts.fork({
    ...from,
    newConversationId,
    newId: () => newId("msg"),
    now: Date.now(),
  });
  if (fork === undefined) {
    const message = `There is no message ${upToMessageId} in the conversation ${from.conversationId}.`;
    const noMessage = new RepriseError("not_found", message);
    const notFound = upToMessageId === undefined ? unknown(from.conversationId) : noMessage;
    throw notFoundIn({ complete: from.complete }, notFound);
  }
  const copy = { tenant: from.tenant, conversationId: newConversationId };
  await history.append(copy, windowOf(await transcripts.read(copy)));
  return fork;
}

async function exists(dependencies: HttpDependencies, key: ConversationKey): Promise<boolean> {
  if ((await dependencies.transcripts.find(key)) !== undefined) return true;
  return (await readWindow(dependencies, key)).length > 0;
}

/** Without Redis, what this process knows of the window. */
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
    const { id, cache, usage, cost, saved, total_ms } = toEntryBody(entry);
    answers.push({ id, cache, usage, cost, saved, total_ms });
    if (answers.length === MAX_ANSWERS) break;
  }
  return answers;
}

async function readWhole(
  { transcripts }: HttpDependencies,
  key: ConversationKey,
  state: { complete: boolean },
): Promise<{ conversation: ConversationSummary; messages: readonly TranscriptMessage[] }> {
  const conversation = await transcripts.find(key);
  if (conversation === undefined) throw notFoundIn(state, unknown(key.conversationId));
  return { conversation, messages: await transcripts.read(key) };
}

/** @throws RepriseError `not_found` for another's conversation, as for one that is not there */
async function readKey(
  request: Request,
  response: Response,
  { owners }: HttpDependencies,
): Promise<ConversationKey> {
  const caller = principalOf(response);
  const { id } = validate(pathSchema, { ...request.params });
  const key = { tenant: caller.tenant, conversationId: id };
  await owners.check(key, caller);
  return key;
}
