import { signal } from "@preact/signals";
import { fetchJson } from "../api/client.ts";
import type { Conversation, ConversationUsage } from "../api/types.ts";
import { toServerError } from "../api/server-error.ts";
import { session } from "../app/session.ts";
import { ask, resume } from "./ask.ts";
import { browserId } from "./browser-id.ts";
import { forgetLastAsked, keepLastAsked, readLastAsked, type LastAsked } from "./last-asked.ts";
import { pastTurns } from "./past-turns.ts";
import { runAnswer, type Run, type RunOptions } from "./run-answer.ts";
import { createTurn, type CacheMode, type Turn } from "./turn.ts";
import { addReply, NO_TOTALS, toTotals, type Totals } from "./totals.ts";

/** The open conversation; a new one gets its id with its first answer. */
export const conversationId = signal<string | undefined>(undefined);
export const turns = signal<readonly Turn[]>([]);
export const totals = signal<Totals>(NO_TOTALS);
/** `stopping`: the stop request has been sent. */
export const running = signal<"no" | "yes" | "stopping">("no");
/** Text for screen readers: the last completed answer. */
export const announcement = signal("");
/** Counts changes after which the conversation list must reload. */
export const changes = signal(0);

/** The answer in progress, if any. */
let current: Run | undefined;

/** Asks the next question of the conversation. */
export function askQuestion(question: string, mode: CacheMode): void {
  if (current !== undefined) return;
  const turn = createTurn(question);
  turns.value = [...turns.value, turn];
  void answer(turn, mode);
}

/** Asks a failed turn's question again, in the same place. */
export function retry(turn: Turn, mode: CacheMode): void {
  if (current === undefined) void answer(turn, mode);
}

/** Stops the answer in progress and keeps the partial output. */
export function stop(): void {
  if (current?.stop() === true) running.value = "stopping";
}

/** Starts a new conversation. */
export function startOver(): void {
  current?.leave();
  current = undefined;
  running.value = "no";
  conversationId.value = undefined;
  turns.value = [];
  totals.value = NO_TOTALS;
  announcement.value = "";
}

/** Opens an earlier conversation. @throws ServerError */
export async function openConversation(id: string): Promise<void> {
  startOver();
  conversationId.value = id;
  const path = `/v1/conversations/${encodeURIComponent(id)}`;
  // Without usage, the transcript is shown without figures.
  const asked = readLastAsked(id);
  const [{ transcript }, usage] = await Promise.all([
    // A conversation has no transcript until its first answer has ended.
    fetchJson<Conversation>(path).catch((thrown: unknown) => emptyIf(asked !== undefined, thrown)),
    fetchJson<ConversationUsage>(`${path}/usage`).catch(() => undefined),
  ]);
  if (conversationId.value !== id || turns.value.length > 0) return;
  turns.value = pastTurns(transcript, usage?.answers ?? []);
  if (usage !== undefined) totals.value = toTotals(usage);
  if (asked !== undefined) resumeLastAsked(asked, transcript);
}

function emptyIf(isAsked: boolean, thrown: unknown): Pick<Conversation, "transcript"> {
  if (isAsked && toServerError(thrown).code === "not_found") return { transcript: [] };
  throw thrown;
}

/** Resumes the answer that was in progress before a reload, unless it has ended. */
function resumeLastAsked(
  { messageId, question }: LastAsked,
  transcript: Conversation["transcript"],
): void {
  if (transcript.some(({ id }) => id === messageId)) {
    forgetLastAsked();
    return;
  }
  const turn = createTurn(question);
  turns.value = [...turns.value, turn];
  void run(turn, (signal) => resume(messageId, signal));
}

async function answer(turn: Turn, mode: CacheMode): Promise<void> {
  const body = {
    message: turn.question,
    ...label(),
    ...(conversationId.value !== undefined && { conversation_id: conversationId.value }),
    ...(mode !== "default" && { cache: { mode } }),
  };
  announcement.value = "";
  await run(turn, (signal) => ask(body, signal));
}

/** The user label; the server already knows a user with a token. */
function label(): { user_id?: string } {
  const { value } = session;
  const isUser = value.state === "signed-in" && value.who.user_id !== undefined;
  return isUser ? {} : { user_id: browserId(() => localStorage) };
}

async function run(turn: Turn, events: RunOptions["events"]): Promise<void> {
  running.value = "yes";
  const own = runAnswer({
    turn,
    events,
    onStart(messageId, id) {
      conversationId.value = id ?? undefined;
      if (id !== null) keepLastAsked({ conversationId: id, messageId, question: turn.question });
    },
    onEnd(reply) {
      totals.value = addReply(totals.value, reply);
      changes.value += 1;
    },
    onStopFailed() {
      running.value = "yes";
    },
  });
  current = own;
  await own.done;
  if (current !== own) return;
  current = undefined;
  running.value = "no";
}
