import { type SeparateAsk, asWhole } from "../cache/ask/separate-ask.ts";
import type { WithoutWriter } from "../cache/ask/without-writer.ts";
import type { ReadsAsInstruction } from "../chat/instruction-text.ts";
import type { ResolveQuestion, ResolvedQuestion } from "../chat/resolve-question.ts";
import { RepriseError } from "../errors.ts";
import { beforeAsked, withoutThinking } from "../history/context-window.ts";
import type { ChatHistory, ChatMessage, ConversationKey } from "../history/types.ts";
import type { ConversationOwners } from "../identity/conversation-owners.ts";
import type { ReadLanguage } from "../language/detect-language.ts";
import type { Profiles } from "../profiles/types.ts";
import { visibleText } from "../visible-text.ts";
import type { Asked, Asking, KnownProfile } from "./asking.ts";
import { type BudgetParts, mayRewrite } from "./hold-budget.ts";
import { type ScopeParts, scopeConditions, scopeOf } from "./plan-cache.ts";
import { hashText } from "../chat/hash-text.ts";

/** What understanding needs. */
export interface UnderstandParts extends BudgetParts {
  readonly model: ScopeParts["model"];
  readonly prompts: ScopeParts["prompts"];
  readonly embedder: ScopeParts["embedder"] & BudgetParts["embedder"];
  readonly history: Pick<ChatHistory, "read" | "recall" | "append">;
  readonly owners: Pick<ConversationOwners, "admit" | "begin">;
  /** The last messages of a conversation from its transcript, for when its window has expired. */
  readonly readTranscript: (key: ConversationKey) => Promise<readonly ChatMessage[]>;
  readonly profiles: Pick<Profiles, "read">;
  readonly resolveQuestion: ResolveQuestion;
  /** The same without a model call. */
  readonly recallQuestion: ResolveQuestion;
  /** Says which messages tell the model how to behave; none: no message does. */
  readonly readsAsInstruction?: ReadsAsInstruction | undefined;
  /** Takes the writer out of a letter; none: letters with a name stay private. */
  readonly withoutWriter?: WithoutWriter | undefined;
  /** Finds what of a message is compared; none: all of it. */
  readonly separateAsk?: SeparateAsk | undefined;
  readonly readLanguage: ReadLanguage;
}

/**
 * Reads the conversation and the person who asks, and makes a standalone question with its scope.
 *
 * @throws RepriseError `not_found` for another's conversation, `not_ready` where nobody can tell whose it is
 */
export async function understand(asking: Asking, parts: UnderstandParts): Promise<Asked> {
  // At once, for both may be in Redis: one round trip.
  const reading = readProfile(asking, parts);
  const conversation = await readConversation(asking, parts);
  const profile = await reading;
  const resolved = await asking.meter.time("resolve", () => resolve(asking, conversation, parts));
  await noteResolving(asking, resolved);
  const { request } = asking;
  const { question, standsAlone, kind, heldBack } = resolved;
  const instructions = joinInstructions(request.instructions, resolved.instructions);
  const conditions = scopeConditions(request, profile, instructions);
  const language = parts.readLanguage(question, request.locale, request.tenant);
  const { tenant, documentIds } = request;
  const scope = scopeOf({ tenant, documentIds, conditions, language: language.compared }, parts);
  const { readsAsInstruction, separateAsk = asWhole } = parts;
  return {
    ...asking,
    history: conversation.history,
    owner: conversation.owner,
    profile,
    question,
    compared: separateAsk(question, tenant).text,
    standsAlone,
    kind,
    heldBack,
    readsAsInstruction: [request.message, question].some(
      (text) => readsAsInstruction?.(text) === true,
    ),
    instructions,
    language,
    scope,
  };
}

/** A conversation as far as it can be read. */
interface Conversation {
  readonly history: readonly ChatMessage[];
  /** False: it had earlier messages that could not be read. */
  readonly isKnown: boolean;
  readonly owner: string | undefined;
}

async function readConversation(asking: Asking, parts: UnderstandParts): Promise<Conversation> {
  const { tenant, conversationId, history: given, passThrough, added = [] } = asking.request;
  // What images, files and tools said is not in the text.
  const isKnown = passThrough?.isAllText !== false;
  if (given !== undefined) {
    const owner = await findOwner(asking, parts);
    return { history: withoutThinking(given), isKnown, owner };
  }
  const none = { history: [], isKnown, owner: undefined };
  const said =
    conversationId === null
      ? none
      : await openConversation(asking, { tenant, conversationId }, parts);
  return {
    ...said,
    isKnown: said.isKnown && isKnown,
    history: [...said.history, ...withoutThinking(added)],
  };
}

/** Whose a conversation is whose messages the client has sent along. */
async function findOwner(
  { request }: Asking,
  { owners }: UnderstandParts,
): Promise<string | undefined> {
  const { tenant, conversationId, caller, beginsConversation } = request;
  if (conversationId === null || caller === undefined) return undefined;
  const key = { tenant, conversationId };
  if (beginsConversation === true) {
    owners.begin(key, caller);
    return caller.owner;
  }
  // What was said comes from the client: nothing is shown of a window whose owner cannot be told.
  return (await owners.admit(key, caller)).owner;
}

/** Reads the window and asks whose the conversation is, in one round trip. */
async function openConversation(
  asking: Asking,
  key: ConversationKey,
  parts: UnderstandParts,
): Promise<Conversation> {
  const { history, owners } = parts;
  const { caller, message, asksAgain } = asking.request;
  const reading = asking.attempt("history", () => history.read(key), undefined);
  const admission = caller === undefined ? undefined : await owners.admit(key, caller);
  const read = await reading;
  const window = read ?? history.recall(key);
  if (admission?.isSure === false && window.length > 0) {
    const said = "Whose the conversation is cannot be told now; try again in a moment.";
    throw new RepriseError("not_ready", said, { retryAfterSeconds: 1 });
  }
  const seen = withoutThinking(window.map(asSeen));
  const isEmpty = read === undefined || read.length === 0;
  const { said, isKnown } = isEmpty
    ? await restoreWindow(asking, key, seen, parts)
    : { said: seen, isKnown: true };
  const kept = asksAgain === true ? beforeAsked(said, message) : said;
  return { history: kept, isKnown, owner: admission?.owner };
}

/** Other programs write windows too. */
function asSeen({ role, content }: ChatMessage): ChatMessage {
  return { role, content: visibleText(content) };
}

/**
 * A window that has expired or cannot be read is filled from the transcript. Where that cannot be read
 * either, the conversation counts as one with an unknown history.
 */
async function restoreWindow(
  { attempt, askedAt }: Asking,
  key: ConversationKey,
  window: readonly ChatMessage[],
  { history, readTranscript }: UnderstandParts,
): Promise<{ said: readonly ChatMessage[]; isKnown: boolean }> {
  const said = await attempt("history", () => readTranscript(key), undefined);
  if (said === undefined) return { said: window, isKnown: false };
  if (said.length <= window.length) return { said: window, isKnown: true };
  await attempt("history", () => history.append(key, said, { askedAt }), undefined);
  return { said, isKnown: true };
}

/** A letter is read without its writer, where that leaves nothing of one person in it. */
async function resolve(
  asking: Asking,
  { history, isKnown }: Conversation,
  parts: UnderstandParts,
): Promise<ResolvedQuestion> {
  const { message, tenant, passThrough } = asking.request;
  // What is past the cache and shown as the client wrote it is worth no model call.
  const isAsWritten = passThrough?.cacheUse === "none";
  const resolveIt = isAsWritten ? parts.recallQuestion : parts.resolveQuestion;
  const mayAsk = () => mayRewrite(asking, history, parts);
  const read = (text: string) =>
    resolveIt(text, { history, isKnown }, asking.stopSignal, mayAsk, tenant);
  const resolved = await read(message);
  if (resolved.heldBack !== "personal-data") return resolved;
  const letter = parts.withoutWriter?.(message);
  const anonymous = letter === undefined ? undefined : await read(letter);
  return anonymous !== undefined && anonymous.heldBack === undefined ? anonymous : resolved;
}

/** What resolving has cost, and whether its model failed. */
async function noteResolving(
  { meter, attempt }: Asking,
  { call, estimated, failed }: ResolvedQuestion,
): Promise<void> {
  meter.addCall(call, estimated);
  if (!failed) return;
  const fail = () => Promise.reject(new Error("the model could not rewrite a follow-up"));
  await attempt("resolve", fail, undefined);
}

/** How the conversation asked to be answered, below what the client prescribes. */
function joinInstructions(given: string | undefined, asked: readonly string[]): string | undefined {
  if (asked.length === 0) return given;
  const lines = asked.map((text) => `- ${text.replaceAll(/\s+/g, " ")}`).join("\n");
  const said = `The reader asked for this earlier in the conversation; do so:\n${lines}`;
  return given === undefined ? said : `${given}\n${said}`;
}

/** Undefined when nobody is named, or nothing is known of them: then nothing of them is in the prompt. */
async function readProfile(
  { request, attempt }: Asking,
  { profiles }: { profiles: Pick<Profiles, "read"> },
): Promise<KnownProfile | undefined> {
  const { tenant, userId, caller } = request;
  if (userId === undefined) return undefined;
  const read = () => profiles.read({ tenant, userId, caller });
  const profile = await attempt("profile", read, undefined);
  if (profile === undefined) return undefined;
  const names = Object.keys(profile).toSorted();
  if (names.length === 0) return undefined;
  const text = JSON.stringify(Object.fromEntries(names.map((name) => [name, profile[name]])));
  return { userId, text, hash: hashText(text) };
}
