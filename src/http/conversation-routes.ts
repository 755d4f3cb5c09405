import { Router, type Request } from "express";
import { z } from "zod";
import { RepriseError } from "../errors.ts";
import type { ChatMessage, ConversationKey } from "../history/types.ts";
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
  const { history, transcripts, recorder, ledger, entries, apiKeys } = dependencies;
  const chat = authenticate(apiKeys, "chat");

  router.get("/v1/conversations", chat, async (request, response) => {
    const {
      limit,
      cursor,
      query,
      user_id: userId,
    } = validate(conversationListQuerySchema, request.query);
    const { tenant } = principalOf(response);
    await recorder.settle();
    const page = await transcripts.list({ tenant, limit, cursor, query, userId });
    const conversations = page.rows.map(toConversationBody);
    response.json({ conversations, next_cursor: page.nextCursor });
  });

  router.get("/v1/conversations/:id", chat, async (request, response) => {
    const key = readKey(request, principalOf(response).tenant);
    await recorder.settle();
    const window = await readWindow(dependencies, key);
    const transcript = await transcripts.read(key);
    if (window.length === 0 && transcript.length === 0) throw unknown(key.conversationId);
    response.json({ id: key.conversationId, window, transcript: transcript.map(toMessageBody) });
  });

  router.delete("/v1/conversations/:id", chat, refuseQuery, async (request, response) => {
    const key = readKey(request, principalOf(response).tenant);
    // What is under way ends first, and leaves nothing behind.
    const wasLive = await dependencies.answers.forget(key);
    const erased = await transcripts.erase({ ...key, now: Date.now() });
    const removed = await history.remove(key);
    const answers = await entries.removeAll(key);
    if (!wasLive && !erased && !removed && answers === 0) throw unknown(key.conversationId);
    response.json({ id: key.conversationId, deleted: true, removed_answers: answers });
  });

  router.get("/v1/conversations/:id/usage", chat, async (request, response) => {
    const key = readKey(request, principalOf(response).tenant);
    await recorder.settle();
    const counted = await ledger.conversation(key);
    if (counted === undefined && !(await exists(dependencies, key))) {
      throw unknown(key.conversationId);
    }
    // A fork has no requests before its first own turn.
    const totals = counted ?? NO_TOTALS;
    response.json({ ...toTotalsBody(totals), answers: await readAnswers(ledger, key) });
  });
}

function addCopying(router: Router, dependencies: HttpDependencies): void {
  const chat = authenticate(dependencies.apiKeys, "chat");

  router.get("/v1/conversations/:id/export", chat, async (request, response) => {
    const key = readKey(request, principalOf(response).tenant);
    const { format } = validate(exportQuerySchema, request.query);
    const { conversation, messages } = await readWhole(dependencies, key);
    response.attachment(`${key.conversationId}.${format === "json" ? "json" : "md"}`);
    if (format === "markdown") {
      response.type("text/markdown").send(toMarkdown(conversation, messages));
    } else {
      const transcript = messages.map(toMessageBody);
      response.json({ ...toConversationBody(conversation), transcript });
    }
  });

  router.post(
    "/v1/conversations/:id/fork",
    chat,
    ...readJson(MAX_BODY_BYTES),
    async (request, response) => {
      const key = readKey(request, principalOf(response).tenant);
      const { message_id: messageId } = validate(forkRequestSchema, request.body ?? {});
      response
        .status(201)
        .json(toConversationBody(await forkConversation(dependencies, key, messageId)));
    },
  );
}

/** The fork begins with a window of its own. */
async function forkConversation(
  { transcripts, recorder, history, newId }: HttpDependencies,
  key: ConversationKey,
  upToMessageId: string | undefined,
): Promise<ConversationSummary> {
  await recorder.settle();
  const newConversationId = newId("conv");
  const fork = await transcripts.fork({
    ...key,
    newConversationId,
    upToMessageId,
    newId: () => newId("msg"),
    now: Date.now(),
  });
  if (fork === undefined) {
    if (upToMessageId === undefined) throw unknown(key.conversationId);
    const message = `There is no message ${upToMessageId} in the conversation ${key.conversationId}.`;
    throw new RepriseError("not_found", message);
  }
  const copy = { tenant: key.tenant, conversationId: newConversationId };
  const messages = await transcripts.read(copy);
  await history.append(
    copy,
    messages.map(({ role, content }) => ({ role, content })),
  );
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
  { transcripts, recorder }: HttpDependencies,
  key: ConversationKey,
): Promise<{ conversation: ConversationSummary; messages: readonly TranscriptMessage[] }> {
  await recorder.settle();
  const conversation = await transcripts.find(key);
  if (conversation === undefined) throw unknown(key.conversationId);
  return { conversation, messages: await transcripts.read(key) };
}

function readKey(request: Request, tenant: string): ConversationKey {
  return { tenant, conversationId: validate(pathSchema, { ...request.params }).id };
}

function unknown(id: string): RepriseError {
  return new RepriseError("not_found", `There is no conversation ${id}.`);
}
