import type { AnswerEntry } from "../cache/types.ts";
import { RepriseError, toRepriseError } from "../errors.ts";
import { buildHitReply, buildReply, entryOf } from "./build-reply.ts";
import { toErrorReport } from "./error-report.ts";
import { generateAnswer, type Generation } from "./generate-answer.ts";
import { holdBudget } from "./hold-budget.ts";
import { joinFlight, type Landing } from "./join-flight.ts";
import { lookUpAnswer, type LookUp } from "./look-up-answer.ts";
import { prepareTurn } from "./prepare-turn.ts";
import { noteLookup } from "./note-lookup.ts";
import { recordFailure, recordTurn } from "./record-turn.ts";
import {
  answerPromptOf,
  retrieveAgain,
  retrieveContext,
  type AnswerContext,
} from "./retrieve-context.ts";
import { toAnswerEntry, mayStore } from "./store-answer.ts";
import { beginTurn, embedQuestion, type ChatDependencies, type Turn } from "./turn.ts";
import type { CacheOutcome, ChatEvent, ChatReply, ChatRequest, ErrorReport } from "./types.ts";

/**
 * Answers one question: remember, resolve, look up, and on a miss retrieve, generate and store. The
 * events are the same for hits and misses; a failure is an `answer-error` event, nothing is thrown.
 *
 * @param run the message's id, and a signal that stops the model and keeps the part that came
 */
export async function* answerQuestion(
  request: ChatRequest,
  run: { id: string; stopSignal: AbortSignal },
  dependencies: ChatDependencies,
): AsyncGenerator<ChatEvent> {
  const turn = beginTurn(request, run, dependencies);
  try {
    await prepareTurn(turn, dependencies);
    const found = await lookUpAnswer(turn, dependencies);
    if (found.kind === "hit") yield* serveAgain(turn, found, dependencies);
    else yield* answerAnew(turn, found, dependencies);
  } catch (error) {
    noteLookup(turn, undefined, dependencies);
    await recordFailure(turn, dependencies);
    yield { type: "answer-error", error: reportError(error, turn) };
  } finally {
    dependencies.judge?.consider(turn);
  }
}

/** A hit streams with the grammar of a miss. */
async function* serveAgain(
  turn: Turn,
  { entry, outcome }: { entry: AnswerEntry; outcome: CacheOutcome },
  dependencies: ChatDependencies,
): AsyncGenerator<ChatEvent> {
  yield start(turn, outcome);
  for (const text of entry.answer.match(/\s*\S+(?:\s+\S+){0,11}\s*$|\s*\S+(?:\s+\S+){0,11}/g) ?? [
    entry.answer,
  ]) {
    yield { type: "answer-delta", text };
  }
  yield { type: "citations", citations: entry.citations };
  yield await endTurn(turn, buildHitReply(turn, outcome, entry, dependencies), dependencies);
}

async function* answerAnew(
  turn: Turn,
  found: LookUp & { kind: "miss" },
  dependencies: ChatDependencies,
): AsyncGenerator<ChatEvent> {
  const retrieved = await retrieveContext(turn, dependencies);
  const shareable = found.plan.read && retrieved.history.length === 0;
  if (!shareable) {
    yield* generate(turn, found, retrieved, dependencies);
    return;
  }
  const flight = await joinFlight(turn, retrieved, dependencies);
  if (flight.kind === "hit") {
    yield* serveAgain(turn, flight, dependencies);
    return;
  }
  let landing: Landing = { outcome: { kind: "abandoned" }, stored: undefined };
  try {
    const context = flight.waited ? await retrieveAgain(turn, dependencies) : retrieved;
    const { reply, entry, isStored } = yield* generate(turn, found, context, dependencies);
    if (reply.finishReason === "stop" && context.history.length === 0) {
      landing = { outcome: { kind: "answered", entry }, stored: isStored ? entry : undefined };
    }
  } catch (error) {
    const { code, message } = toRepriseError(error);
    if (!turn.stopSignal.aborted)
      landing = { ...landing, outcome: { kind: "failed", code, message } };
    throw error;
  } finally {
    await flight.land(landing);
  }
}

async function* generate(
  turn: Turn,
  found: LookUp & { kind: "miss" },
  context: AnswerContext,
  dependencies: ChatDependencies,
): AsyncGenerator<ChatEvent, { reply: ChatReply; entry: AnswerEntry; isStored: boolean }> {
  await holdBudget(turn, context, dependencies);
  yield start(turn, found.outcome);
  const generation = yield* streamDeltas(turn, context, dependencies);
  const reply = buildReply(turn, found.outcome, context, generation, dependencies);
  const entry = toAnswerEntry(turn, { reply, generation, context }, dependencies);
  yield { type: "citations", citations: reply.citations };
  const isWanted =
    found.plan.write &&
    (await mayStore(turn, reply, context, dependencies)) &&
    !(await isErased(turn, dependencies));
  const isStored = isWanted && (await store(turn, entry, dependencies));
  const stored = isStored ? entryOf(entry) : null;
  yield await endTurn(
    turn,
    { ...reply, entry: stored },
    dependencies,
    isStored ? entry : undefined,
  );
  return { reply, entry, isStored };
}

/** Whether its conversation was erased since it was asked: then nothing of it is kept. */
async function isErased(turn: Turn, { history }: ChatDependencies): Promise<boolean> {
  const { tenant, conversationId } = turn.request;
  if (turn.stopSignal.aborted || conversationId === null) return turn.stopSignal.aborted;
  const look = () => history.wasRemoved({ tenant, conversationId }, turn.askedAt);
  return turn.attempt("history", look, false);
}

async function store(
  turn: Turn,
  entry: AnswerEntry,
  { embedder, cache }: ChatDependencies,
): Promise<boolean> {
  const vector = await embedQuestion(turn, embedder);
  return turn.attempt("cache", () => cache.store(entry, vector), false);
}

async function* streamDeltas(
  turn: Turn,
  context: AnswerContext,
  { model, prompts, counter }: ChatDependencies,
): AsyncGenerator<ChatEvent, Generation> {
  const begun = performance.now();
  const deltas = generateAnswer(
    { model, prompt: prompts.answer, counter },
    answerPromptOf(turn, context),
    turn.stopSignal,
  );
  try {
    let next = await deltas.next();
    while (next.done !== true) {
      yield { type: "answer-delta", text: next.value };
      next = await deltas.next();
    }
    turn.calls.push(next.value.tokens);
    turn.estimated ||= next.value.estimated;
    return next.value;
  } finally {
    turn.addTime("model", performance.now() - begun);
  }
}

function start(turn: Turn, cache: CacheOutcome): ChatEvent {
  const { conversationId } = turn.request;
  return { type: "answer-start", id: turn.id, conversationId, cache };
}

async function endTurn(
  turn: Turn,
  reply: ChatReply,
  dependencies: ChatDependencies,
  made?: AnswerEntry,
): Promise<ChatEvent> {
  noteLookup(turn, made, dependencies);
  await recordTurn(turn, reply, dependencies);
  const degraded = [...turn.attempt.degraded];
  return { type: "answer-end", reply: { ...reply, degraded, timings: turn.timings() } };
}

function reportError(error: unknown, turn: Turn): ErrorReport {
  if (!turn.stopSignal.aborted) return toErrorReport(error);
  return toErrorReport(
    new RepriseError("stopped", "The answer was stopped before its first word.", { cause: error }),
  );
}
