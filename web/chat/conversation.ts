import { signal } from "@preact/signals";
import { fetchJson } from "../api/client.ts";
import type { Conversation, ConversationUsage } from "../api/types.ts";
import { pastTurns } from "./past-turns.ts";
import { runAnswer, type Run } from "./run-answer.ts";
import { createTurn, type CacheMode, type Turn } from "./turn.ts";
import { addReply, NO_TOTALS, toTotals, type Totals } from "./totals.ts";

/** The conversation that is open; the server gives a new one its id with its first answer. */
export const conversationId = signal<string | undefined>(undefined);
export const turns = signal<readonly Turn[]>([]);
export const totals = signal<Totals>(NO_TOTALS);
/** `stopping`: the server has been asked to. */
export const running = signal<"no" | "yes" | "stopping">("no");
/** Read out when it changes: the last answer, once it is whole. */
export const announcement = signal("");
/** Counts what the list of conversations is to be read anew for. */
export const changes = signal(0);

/** The answer under way, if any. */
let run: Run | undefined;

/** Asks a question as the conversation's next. */
export function askQuestion(question: string, mode: CacheMode): void {
  if (run !== undefined) return;
  const turn = createTurn(question);
  turns.value = [...turns.value, turn];
  void answer(turn, mode);
}

/** Asks a turn's question again in its place, after it has failed. */
export function retry(turn: Turn, mode: CacheMode): void {
  if (run === undefined) void answer(turn, mode);
}

/** Stops the answer under way and keeps what has come. */
export function stop(): void {
  if (run?.stop() === true) running.value = "stopping";
}

/** Leaves the conversation for a new one. */
export function startOver(): void {
  run?.leave();
  run = undefined;
  running.value = "no";
  conversationId.value = undefined;
  turns.value = [];
  totals.value = NO_TOTALS;
  announcement.value = "";
}

/** Opens a conversation of the past. @throws ServerError */
export async function openConversation(id: string): Promise<void> {
  startOver();
  conversationId.value = id;
  const path = `/v1/conversations/${encodeURIComponent(id)}`;
  // The words are shown without figures where those cannot be had.
  const [{ transcript }, usage] = await Promise.all([
    fetchJson<Conversation>(path),
    fetchJson<ConversationUsage>(`${path}/usage`).catch(() => undefined),
  ]);
  if (conversationId.value !== id || turns.value.length > 0) return;
  turns.value = pastTurns(transcript, usage?.answers ?? []);
  if (usage !== undefined) totals.value = toTotals(usage);
}

async function answer(turn: Turn, mode: CacheMode): Promise<void> {
  const body = {
    message: turn.question,
    ...(conversationId.value !== undefined && { conversation_id: conversationId.value }),
    ...(mode !== "default" && { cache: { mode } }),
  };
  announcement.value = "";
  running.value = "yes";
  const own = runAnswer({
    turn,
    body,
    onStart(id) {
      conversationId.value = id ?? undefined;
    },
    onEnd(reply) {
      totals.value = addReply(totals.value, reply);
      changes.value += 1;
    },
    onStopFailed() {
      running.value = "yes";
    },
  });
  run = own;
  await own.done;
  if (run !== own) return;
  run = undefined;
  running.value = "no";
}
