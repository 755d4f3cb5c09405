import type { BaseCallbackHandler } from "@langchain/core/callbacks/base";
import type { AnswerEntry } from "../cache/types.ts";
import { toErrorReport } from "../chat/error-report.ts";
import type { JudgeInTime } from "../judging/judge-in-time.ts";
import type { Judge } from "../judging/judge.ts";
import type { Prompts } from "../chat/prompts.ts";
import type {
  CacheOutcome,
  ChatEvent,
  ChatReply,
  ChatRequest,
  ErrorReport,
} from "../chat/types.ts";
import { RepriseError, toRepriseError } from "../errors.ts";
import { openAccount, type Account, type AccountParts } from "./account.ts";
import { beginAsking, type Asked, type Asking } from "./asking.ts";
import { streamGeneration, type GenerateParts } from "./generate.ts";
import { lookUp, type Found, type Hit, type LookUpParts, type Miss } from "./look-up.ts";
import { createNote, type NoteFound, type NoteParts } from "./note-lookup.ts";
import { buildHitReply, buildReply, entryOf } from "./reply.ts";
import { retrieveContext, type AnswerContext } from "./retrieve.ts";
import { openSearch, type Search } from "./search.ts";
import { joinFlight, type FlightParts, type FlightResult } from "./single-flight.ts";
import { storeAnswer, toAnswerEntry, type StoreParts } from "./store.ts";
import { beginTrace } from "./trace.ts";
import { understand, type UnderstandParts } from "./understand.ts";

/** Dependencies of all stages. */
export interface AnswerParts
  extends
    UnderstandParts,
    LookUpParts,
    FlightParts,
    StoreParts,
    AccountParts,
    NoteParts,
    GenerateParts {
  readonly history: UnderstandParts["history"] & StoreParts["history"];
  readonly cache: LookUpParts["cache"] & FlightParts["cache"] & StoreParts["cache"];
  readonly passages: NoteParts["passages"] & StoreParts["passages"];
  readonly embedder: UnderstandParts["embedder"] & NoteParts["embedder"];
  readonly model: GenerateParts["model"];
  readonly prompts: Prompts;
  readonly now: AccountParts["now"];
  /** Resolves once there is room to record a turn; see `TurnRecorder`. Default: at once. */
  readonly admit?: (() => Promise<void>) | undefined;
  /** LangChain callback handlers for the trace. Default: only those that LangChain's environment variables enable. */
  readonly handlers?: readonly BaseCallbackHandler[] | undefined;
  /** Undefined: no judge after the reply. */
  readonly judge?: Pick<Judge, "consider"> | undefined;
  /** Undefined: no judge before the reply. */
  readonly judgeInTime?: Pick<JudgeInTime, "decide" | "settle"> | undefined;
}

/**
 * Answers one question: understand it, look it up, and on a miss retrieve, generate and store. Hits and
 * misses yield the same events. A failure yields `answer-error`; nothing is thrown.
 *
 * @param run the message's id, and a signal that stops the model and keeps the partial output
 */
export async function* answerQuestion(
  request: ChatRequest,
  run: { id: string; stopSignal: AbortSignal },
  parts: AnswerParts,
): AsyncGenerator<ChatEvent> {
  const trace = beginTrace(run.id, request, parts.handlers);
  const asking = beginAsking(request, run, parts, trace);
  const account = openAccount(asking, parts);
  try {
    // Before the model is called, so nothing is billed.
    await parts.admit?.();
    const stage = { name: "understand", input: { message: request.message }, output: tellAsked };
    const asked = await trace.stage(stage, () => understand(asking, parts));
    yield* answerAsked(asked, account, parts);
  } catch (error) {
    await account.recordFailure();
    await trace.fail(error);
    yield { type: "answer-error", error: reportError(error, asking) };
  }
}

/** Answers questions with the same dependencies. */
export function answerWith(
  parts: AnswerParts,
): (
  request: ChatRequest,
  run: { id: string; stopSignal: AbortSignal },
) => AsyncGenerator<ChatEvent> {
  return (request, run) => answerQuestion(request, run, parts);
}

/** Output of a stage in the trace. */
const tellAsked = ({ question, kind, heldBack, language }: Asked) => ({
  question,
  kind,
  heldBack,
  language: language.detected,
});
const tellFound = ({ outcome }: Found) => ({ ...outcome });

/** State of the stages after understanding. */
interface Answering {
  readonly asked: Asked;
  readonly search: Search;
  readonly account: Account;
  readonly note: NoteFound;
}

async function* answerAsked(
  asked: Asked,
  account: Account,
  parts: AnswerParts,
): AsyncGenerator<ChatEvent> {
  const search = openSearch(asked, parts);
  const answering = { asked, search, account, note: createNote(asked, search, parts) };
  let found: Found | undefined;
  try {
    const stage = { name: "look-up", input: { question: asked.question }, output: tellFound };
    found = await asked.trace.stage(stage, () => lookUp(asked, search, parts));
    if (found.kind === "hit") yield* serveAgain(answering, found, parts);
    else yield* answerAnew(answering, found, parts);
  } catch (error) {
    if (found !== undefined) answering.note(found);
    throw error;
  } finally {
    parts.judgeInTime?.settle(asked);
    if (found?.kind === "miss") parts.judge?.consider({ ...asked, doubtful: found.doubtful });
  }
}

/** A hit yields the same events as a miss. */
async function* serveAgain(
  answering: Answering,
  hit: Hit,
  parts: AnswerParts,
): AsyncGenerator<ChatEvent> {
  const { entry, outcome } = hit;
  yield start(answering.asked, outcome);
  for (const text of piecesOf(entry.answer)) yield { type: "answer-delta", text };
  yield { type: "citations", citations: entry.citations };
  answering.note(hit);
  yield await endAnswer(answering, buildHitReply(answering.asked, hit, parts));
}

/** Pieces of up to 12 words, each with its leading space. */
function piecesOf(answer: string): readonly string[] {
  return answer.match(/\s*\S+(?:\s+\S+){0,11}\s*$|\s*\S+(?:\s+\S+){0,11}/g) ?? [answer];
}

async function* answerAnew(
  answering: Answering,
  missed: Miss,
  parts: AnswerParts,
): AsyncGenerator<ChatEvent> {
  const { asked, search } = answering;
  if (asked.request.cacheMode === "only") throw notCached();
  const retrieved = await retrieveContext(asked, search, parts);
  const isShareable = missed.plan.read && retrieved.history.length === 0;
  if (!isShareable) {
    yield* generate(answering, missed, retrieved, parts);
    return;
  }
  const flight = await joinFlight({ asked, missed }, search, retrieved, parts);
  if (flight.kind === "hit") {
    yield* serveAgain(answering, flight, parts);
    return;
  }
  let result: FlightResult = { outcome: { kind: "abandoned" }, stored: undefined };
  try {
    const now = flight.waited ? search.again() : search;
    const context = flight.waited ? await retrieveContext(asked, now, parts) : retrieved;
    result = yield* generate({ ...answering, search: now }, missed, context, parts);
  } catch (error) {
    result = failedResult(asked, error);
    throw error;
  } finally {
    await flight.finish(result);
  }
}

function notCached(): RepriseError {
  return new RepriseError(
    "not_cached",
    'No stored answer may be served for this question; ask without cache.mode "only" to have it answered.',
  );
}

/** A stop, or fields of one client that the model refuses, do not concern the followers of the flight. */
function failedResult({ stopSignal }: Asked, error: unknown): FlightResult {
  const { code, message, retryAfterSeconds } = toRepriseError(error);
  const isOwn = stopSignal.aborted || code === "invalid_request";
  return {
    outcome: isOwn ? { kind: "abandoned" } : { kind: "failed", code, message, retryAfterSeconds },
    stored: undefined,
  };
}

/** Generates an answer, and stores it if it may be shared. */
async function* generate(
  answering: Answering,
  missed: Miss,
  context: AnswerContext,
  parts: AnswerParts,
): AsyncGenerator<ChatEvent, FlightResult> {
  const { asked, search, account } = answering;
  await account.hold(asked, context);
  yield start(asked, missed.outcome);
  const generation = yield* streamGeneration(asked, missed.outcome, context, parts);
  const reply = buildReply(asked, missed.outcome, { context, generation }, parts);
  if (generation.failure !== undefined) {
    await account.recordPart(asked, reply);
    throw generation.failure;
  }
  const entry = toAnswerEntry(asked, { reply, generation, context }, parts);
  yield { type: "citations", citations: reply.citations };
  const isStored =
    missed.plan.write &&
    (await storeAnswer(asked, entry, { reply, generation, context, search }, parts));
  const stored = isStored ? entry : undefined;
  answering.note(missed, stored);
  yield await endAnswer(answering, { ...reply, entry: isStored ? entryOf(entry) : null });
  return flightResultOf(reply, entry, stored, context);
}

/** What the followers of the flight receive. */
function flightResultOf(
  { finishReason }: ChatReply,
  entry: AnswerEntry,
  stored: AnswerEntry | undefined,
  { history }: AnswerContext,
): FlightResult {
  const isWhole = finishReason === "stop" && history.length === 0;
  return isWhole
    ? { outcome: { kind: "answered", entry }, stored }
    : { outcome: { kind: "abandoned" }, stored: undefined };
}

function start({ id, request }: Asked, cache: CacheOutcome): ChatEvent {
  return { type: "answer-start", id, conversationId: request.conversationId, cache };
}

async function endAnswer({ asked, account }: Answering, reply: ChatReply): Promise<ChatEvent> {
  await account.record(asked, reply);
  await asked.trace.end({ answer: reply.answer, cache: reply.cache, usage: reply.usage });
  const degraded = [...asked.attempt.degraded];
  return { type: "answer-end", reply: { ...reply, degraded, timings: asked.meter.timings() } };
}

function reportError(error: unknown, { stopSignal }: Asking): ErrorReport {
  if (!stopSignal.aborted) return toErrorReport(error);
  return toErrorReport(
    new RepriseError("stopped", "The answer was stopped before its first word.", { cause: error }),
  );
}
