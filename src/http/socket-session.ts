import { setMaxListeners } from "node:events";
import type { WebSocket } from "ws";
import { toErrorReport } from "../chat/error-report.ts";
import type { NumberedEvent } from "../chat/types.ts";
import { RepriseError, toRepriseError } from "../errors.ts";
import { readChatRequest } from "./chat-request.ts";
import { toErrorBody, toEventBody } from "./formats/reply-format.ts";
import { checkScope } from "./request-context.ts";
import { rateLimited, takeRequest, checkDocuments } from "./answer-route.ts";
import { socketMessageSchema, type SocketMessage } from "./schemas/chat-schemas.ts";
import { guardSocket, type GuardedSocket, type MessageVerdict } from "./socket-guard.ts";
import { createSocketOwner, type KnownOwner } from "./socket-owner.ts";
import type { HttpDependencies, Principal } from "./types.ts";
import { validate } from "./validate.ts";

/** Time limit for authentication, in milliseconds. */
const AUTH_MS = 10_000;
const CLOSE_UNAUTHORIZED = 4401;
const CLOSE_TRY_AGAIN_LATER = 1013;

type ChatMessage = Extract<SocketMessage, { type: "chat" }>;
/** Ids of an answer on a socket. */
interface RelayIds {
  /** Message id. */
  readonly id: string;
  /** The client's request id. */
  readonly requestId: string | undefined;
  /** Request id of an error, as in the log. */
  readonly errorId: string;
}

type AuthMessage = Extract<SocketMessage, { type: "auth" }>;
type ResumeMessage = Extract<SocketMessage, { type: "resume" }>;

/** The protocol on one socket. Its answers continue after it closes. */
export function createSocketSession(
  socket: WebSocket,
  known: KnownOwner,
  dependencies: HttpDependencies,
): void {
  const { answers, limits, logger, newId } = dependencies;
  const owner = createSocketOwner(known, dependencies);
  const left = new AbortController();
  // Each running answer adds a listener.
  setMaxListeners(2 * limits.answersPerSocket, left.signal);
  const guarded = guardSocket(socket, {
    limits,
    logger,
    receive: (text) => receive(text, handle, sendError),
  });
  const closeUnauthorized = () => guarded.close(CLOSE_UNAUTHORIZED, "a known key is needed");
  const authTimer = setTimeout(() => owner.isKnown || closeUnauthorized(), AUTH_MS);
  const sendError = async (error: unknown, requestId: string | undefined) => {
    await guarded.send(toErrorMessage(error, requestId, newId));
    if (toRepriseError(error).code === "unauthorized") closeUnauthorized();
  };

  async function auth({ key, user_token: userToken }: AuthMessage): Promise<void> {
    if (await owner.authenticate({ bearer: key, userToken })) return;
    guarded.close(CLOSE_TRY_AGAIN_LATER, "the key has too many sockets");
  }

  async function resume({ id, after: afterSeq, request_id: requestId }: ResumeMessage) {
    const caller = await owner.principal();
    await owner.holdAnswer(async () => {
      const events = await resumeAnswer({ id, afterSeq, signal: left.signal }, caller, answers);
      await relay(events, { id, requestId, errorId: newId("req") }, guarded);
    });
  }

  async function chat({ type: _type, request_id: requestId, ...body }: ChatMessage): Promise<void> {
    const asking = await owner.principal();
    await owner.holdAnswer(async (slot) => {
      const { events, ...ids } = await beginChat(body, asking, left.signal, dependencies);
      slot.until(answers.whenEnded(ids.id));
      await relay(events, { ...ids, requestId }, guarded);
    });
  }

  async function handle(message: SocketMessage): Promise<void> {
    switch (message.type) {
      case "auth":
        return auth(message);
      case "chat":
        return chat(message);
      case "resume":
        return resume(message);
      case "stop":
        stopAnswer(message.id, await owner.principal(), answers);
        return;
      case "ping":
        await guarded.send({ type: "pong" });
    }
  }

  socket.on("close", () => {
    clearTimeout(authTimer);
    owner.release();
    left.abort(new Error("the socket has closed"));
  });
}

/** Sends no faster than the client reads. */
async function relay(
  events: AsyncIterable<NumberedEvent>,
  told: RelayIds,
  socket: GuardedSocket,
): Promise<void> {
  for await (const event of events) await socket.send(toMessage(event, told));
}

async function resumeAnswer(
  message: { id: string; afterSeq: number; signal: AbortSignal },
  caller: Principal,
  answers: Pick<HttpDependencies["answers"], "resume">,
): Promise<AsyncIterable<NumberedEvent>> {
  checkScope(caller, "chat or admin");
  const events = await answers.resume({ ...message, tenant: caller.tenant, caller });
  if (events !== undefined) return events;
  throw new RepriseError("not_found", "There is nothing to resume.");
}

/** No error if there is nothing to stop. */
function stopAnswer(
  id: string,
  caller: Principal,
  answers: Pick<HttpDependencies["answers"], "stop">,
): void {
  checkScope(caller, "chat or admin");
  answers.stop({ tenant: caller.tenant, id, caller });
}

async function beginChat(
  body: Omit<ChatMessage, "type" | "request_id">,
  principal: Principal,
  signal: AbortSignal,
  dependencies: HttpDependencies,
): Promise<Omit<RelayIds, "requestId"> & { events: AsyncIterable<NumberedEvent> }> {
  const { answers, newId } = dependencies;
  checkScope(principal, "chat");
  checkDocuments(dependencies);
  await takeQuota(dependencies, principal);
  const question = await readChatRequest(body, principal, dependencies);
  const errorId = newId("req");
  const id = answers.start({ ...question, requestId: errorId });
  const events = answers.follow({ tenant: principal.tenant, id, afterSeq: 0, signal });
  if (events === undefined) throw new RepriseError("internal_error", "The answer was lost.");
  return { events, id, errorId };
}

/** An invalid message is `bad`. A valid message that fails gets an error reply. */
async function receive(
  text: string,
  handle: (message: SocketMessage) => Promise<void>,
  sendError: (error: unknown, requestId: string | undefined) => Promise<void>,
): Promise<MessageVerdict> {
  let requestId: string | undefined;
  let verdict: MessageVerdict = "bad";
  try {
    const message: unknown = parseJson(text);
    requestId = readRequestId(message);
    const valid = validate(socketMessageSchema, message);
    verdict = "good";
    await handle(valid);
  } catch (error) {
    await sendError(error, requestId);
  }
  return verdict;
}

async function takeQuota(dependencies: HttpDependencies, principal: Principal): Promise<void> {
  const verdict = await takeRequest(dependencies, principal);
  if (verdict?.allowed === false) throw rateLimited(verdict);
}

function toErrorMessage(
  error: unknown,
  requestId: string | undefined,
  newId: (prefix: string) => string,
): object {
  const report = { ...toErrorReport(error), details: toRepriseError(error).details };
  const type = requestId === undefined ? "error" : "answer-error";
  return { type, request_id: requestId ?? null, ...toErrorBody(report, newId("req")) };
}

function toMessage({ seq, event }: NumberedEvent, { id, requestId, errorId }: RelayIds): object {
  const data =
    event.type === "answer-error" ? toErrorBody(event.error, errorId) : toEventBody(event);
  return { type: event.type, request_id: requestId ?? null, id, seq, ...data };
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw new RepriseError("invalid_json", "The message is not valid JSON.", { cause });
  }
}

function readRequestId(message: unknown): string | undefined {
  if (typeof message !== "object" || message === null || !("request_id" in message))
    return undefined;
  return typeof message.request_id === "string" ? message.request_id : undefined;
}
