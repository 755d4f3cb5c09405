import { type SeparateAsk, asWhole } from "../cache/ask/separate-ask.ts";
import type { WithoutWriter } from "../cache/ask/without-writer.ts";
import type { ReadsAsInstruction } from "../chat/instruction-text.ts";
import type { ResolveQuestion, ResolvedQuestion } from "../chat/resolve-question.ts";
import { RepriseError } from "../errors.ts";
import { beforeAsked, splitOpening, withoutThinking } from "../history/context-window.ts";
import type { ChatHistory, ChatMessage, ConversationKey } from "../history/types.ts";
import type { ConversationOwners } from "../identity/conversation-owners.ts";
import type { ReadLanguage } from "../language/detect-language.ts";
import type { Profiles } from "../profiles/types.ts";
import { visibleText } from "../visible-text.ts";
import type { Asked, Asking, KnownProfile } from "./asking.ts";
import { type BudgetParts, mayRewrite } from "./hold-budget.ts";
import { type ScopeParts, scopeConditions, scopeOf } from "./plan-cache.ts";
import { hashText } from "../chat/hash-text.ts";

/** Dependencies of understanding. */
export interface UnderstandParts extends BudgetParts {
  readonly model: ScopeParts["model"];
  readonly prompts: ScopeParts["prompts"];
  readonly embedder: ScopeParts["embedder"] & BudgetParts["embedder"];
  readonly history: Pick<ChatHistory, "read" | "recall" | "append">;
  readonly owners: Pick<ConversationOwners, "admit" | "begin">;
  /** Reads the last messages from the transcript, if the window has expired. */
  readonly readTranscript: (key: ConversationKey) => Promise<readonly ChatMessage[]>;
  /** Size of a stored window. Default: unlimited. */
  readonly maxMessages?: number | undefined;
  readonly profiles: Pick<Profiles, "read">;
  readonly resolveQuestion: ResolveQuestion;
  /** The same without a model call. */
  readonly recallQuestion: ResolveQuestion;
  /** Detects instructions for the model. Default: none. */
  readonly readsAsInstruction?: ReadsAsInstruction | undefined;
  /** Removes the writer of a letter. Default: letters with a name stay private. */
  readonly withoutWriter?: WithoutWriter | undefined;
  /** Separates the ask of a message. Default: the whole message. */
  readonly separateAsk?: SeparateAsk | undefined;
  readonly readLanguage: ReadLanguage;
}

/**
 * Reads the conversation and the profile, and makes a standalone question with its scope.
 *
 * @throws RepriseError `not_found` for another owner's conversation, `not_ready` if the owner cannot be read
 */
export async function understand(asking: Asking, parts: UnderstandParts): Promise<Asked> {
  // Concurrently: both may be in Redis, in one round trip.
  const reading = readProfile(asking, parts);
  const conversation = await readConversation(asking, parts);
  const profile = await reading;
  const resolved = await asking.meter.time("resolve", () => resolve(asking, conversation, parts));
  await noteResolving(asking, resolved);
  const { request } = asking;
  const { question, standsAlone, kind, heldBack } = resolved;
  const { isTrimmable, history } = conversation;
  const { opening, said } = splitOpening(history, isTrimmable ? parts.maxMessages : undefined);
  const instructions = joinInstructions(request.instructions, opening, resolved.instructions);
  const conditions = scopeConditions(request, profile, instructions);
  const language = parts.readLanguage(question, request.locale, request.tenant);
  const { tenant, documentIds } = request;
  const scope = scopeOf({ tenant, documentIds, conditions, language: language.compared }, parts);
  const { readsAsInstruction, separateAsk = asWhole } = parts;
  return {
    ...asking,
    history: said,
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

/** The readable part of a conversation. */
interface Conversation {
  readonly history: readonly ChatMessage[];
  /** False if earlier messages could not be read. */
  readonly isKnown: boolean;
  /** Whether it is a stored window, which loses its oldest messages. */
  readonly isTrimmable: boolean;
  readonly owner: string | undefined;
}

async function readConversation(asking: Asking, parts: UnderstandParts): Promise<Conversation> {
  const { tenant, conversationId, history: given, passThrough, added = [] } = asking.request;
  // The text does not contain images, files and tool results.
  const isKnown = passThrough?.isAllText !== false;
  if (given !== undefined) {
    const owner = await findOwner(asking, parts);
    return { history: withoutThinking(given), isKnown, isTrimmable: false, owner };
  }
  const none = { history: [], isKnown, isTrimmable: true, owner: undefined };
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

/** The owner of a conversation whose messages the client sent. */
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
  // The messages come from the client, so no window of an unknown owner is shown.
  return (await owners.admit(key, caller)).owner;
}

/** Reads window and owner in one round trip. */
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
  if (admission?.isVerified === false && window.length > 0) {
    const said = "Whose the conversation is cannot be told now; try again in a moment.";
    throw new RepriseError("not_ready", said, { retryAfterSeconds: 1 });
  }
  const seen = withoutThinking(window.map(asSeen));
  const isEmpty = read === undefined || read.length === 0;
  const { said, isKnown } = isEmpty
    ? await restoreWindow(asking, key, seen, parts)
    : { said: seen, isKnown: true };
  const kept = asksAgain === true ? beforeAsked(said, message) : said;
  return { history: kept, isKnown, isTrimmable: true, owner: admission?.owner };
}

/** Other programs may write windows too. */
function asSeen({ role, content }: ChatMessage): ChatMessage {
  return { role, content: visibleText(content) };
}

/**
 * Fills an expired or unreadable window from the transcript. If that cannot be read either, the history is
 * unknown.
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

/** Removes the writer of a letter, if no personal data is left then. */
async function resolve(
  asking: Asking,
  { history, isKnown }: Conversation,
  parts: UnderstandParts,
): Promise<ResolvedQuestion> {
  const { message, tenant, passThrough } = asking.request;
  // No rewriting for requests that bypass the cache and show the messages of the client.
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

/** Accounts for the rewriting call, and notes its failure. */
async function noteResolving(
  { meter, attempt }: Asking,
  { call, estimated, failed }: ResolvedQuestion,
): Promise<void> {
  meter.addCall(call, estimated);
  if (!failed) return;
  const fail = () => Promise.reject(new Error("the model could not rewrite a follow-up"));
  await attempt("resolve", fail, undefined);
}

/** Instructions of the client, what the assistant opened the conversation with, and requests of the reader. */
function joinInstructions(
  given: string | undefined,
  opening: readonly string[],
  asked: readonly string[],
): string | undefined {
  const opened = opening.length === 0 ? [] : [`${OPENED}\n${opening.join("\n\n")}`];
  const lines = asked.map((text) => `- ${text.replaceAll(/\s+/g, " ")}`);
  const said = lines.length === 0 ? [] : [`${ASKED}\n${lines.join("\n")}`];
  const all = [...(given === undefined ? [] : [given]), ...opened, ...said];
  return all.length === 0 ? undefined : all.join("\n");
}

const OPENED = "You opened the conversation with this message:";
const ASKED = "The reader asked for this earlier in the conversation; do so:";

/** Undefined without a user or a profile. */
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
