import type { RawData, WebSocket } from "ws";
import { toErrorReport } from "../chat/error-report.ts";
import type { NumberedEvent } from "../chat/types.ts";
import { RepriseError, toRepriseError } from "../errors.ts";
import { readChatRequest } from "./chat-request.ts";
import { toErrorBody } from "./formats/error-format.ts";
import { toEventBody } from "./formats/reply-format.ts";
import { authenticateKey, checkScope } from "./middleware/authenticate.ts";
import { rateLimited, takeRequest } from "./middleware/limit-rate.ts";
import { checkDocuments } from "./middleware/require-documents.ts";
import { socketMessageSchema, type SocketMessage } from "./schemas/chat-schemas.ts";
import type { HttpDependencies, Principal } from "./types.ts";
import { validate } from "./validate.ts";

/** Time to bring a key, in milliseconds. */
const AUTH_MS = 10_000;
const MAX_CHATS = 16;
const CLOSE_UNAUTHORIZED = 4401;
/** Not sent to a client that does not read, in bytes. */
const MAX_BUFFERED = 8 * 1024 * 1024;

type ChatMessage = Extract<SocketMessage, { type: "chat" }>;
/** Ids of an answer on a socket. */
interface RelayIds {
  /** The message's. */
  readonly id: string;
  /** The client's own. */
  readonly requestId: string | undefined;
  /** Of an error, as the log has it. */
  readonly errorId: string;
}

type ResumeMessage = Extract<SocketMessage, { type: "resume" }>;

/** One socket's conversation with the service; its answers go on when it closes. */
export function createSocketSession(
  socket: WebSocket,
  known: Principal | undefined,
  dependencies: HttpDependencies,
): void {
  const { answers, logger, newId } = dependencies;
  let principal = known;
  let chats = 0;
  const left = new AbortController();
  const authTimer = setTimeout(() => {
    if (principal === undefined) socket.close(CLOSE_UNAUTHORIZED, "no key came");
  }, AUTH_MS);
  const send = (message: object) => sendMessage(socket, message);
  const sendError = (error: unknown, requestId: string | undefined) => {
    send(toErrorMessage(error, requestId, newId));
    if (toRepriseError(error).code === "unauthorized") socket.close(CLOSE_UNAUTHORIZED);
  };

  async function resume({ id, after: afterSeq, request_id: requestId }: ResumeMessage) {
    const { tenant } = authenticated(principal);
    const events = await answers.resume({ tenant, id, afterSeq, signal: left.signal });
    if (events === undefined) throw new RepriseError("not_found", "There is nothing to resume.");
    await relay(events, { id, requestId, errorId: newId("req") });
  }

  async function relay(events: AsyncIterable<NumberedEvent>, told: RelayIds): Promise<void> {
    for await (const event of events) send(toMessage(event, told));
  }

  async function chat({ type: _type, request_id: requestId, ...body }: ChatMessage): Promise<void> {
    const asking = authenticated(principal);
    if (chats >= MAX_CHATS) throw tooManyChats();
    chats += 1;
    try {
      const { events, ...ids } = await beginChat(body, asking, left.signal, dependencies);
      await relay(events, { ...ids, requestId });
    } finally {
      chats -= 1;
    }
  }

  async function handle(message: SocketMessage): Promise<void> {
    switch (message.type) {
      case "auth":
        principal = authenticateKey(dependencies.apiKeys, message.key);
        return;
      case "chat":
        return chat(message);
      case "resume":
        return resume(message);
      case "stop":
        answers.stop({ tenant: authenticated(principal).tenant, id: message.id });
        return;
      case "ping":
        send({ type: "pong" });
    }
  }

  socket.on("message", (data) => void receive(toText(data), handle, sendError));
  socket.on("close", () => {
    clearTimeout(authTimer);
    left.abort(new Error("the socket has closed"));
  });
  socket.on("error", (err) => logger.debug({ err }, "socket failed"));
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

async function receive(
  text: string,
  handle: (message: SocketMessage) => Promise<void>,
  sendError: (error: unknown, requestId: string | undefined) => void,
): Promise<void> {
  let requestId: string | undefined;
  try {
    const message: unknown = parseJson(text);
    requestId = readRequestId(message);
    await handle(validate(socketMessageSchema, message));
  } catch (error) {
    sendError(error, requestId);
  }
}

function toText(data: RawData): string {
  if (Array.isArray(data)) return Buffer.concat(data).toString("utf8");
  return Buffer.from(data instanceof ArrayBuffer ? new Uint8Array(data) : data).toString("utf8");
}

async function takeQuota(dependencies: HttpDependencies, principal: Principal): Promise<void> {
  const verdict = await takeRequest(dependencies, principal);
  if (verdict?.allowed === false) throw rateLimited(verdict);
}

function tooManyChats(): RepriseError {
  return new RepriseError("rate_limited", `A socket may have ${MAX_CHATS} chats at once.`);
}

function sendMessage(socket: WebSocket, message: object): void {
  if (socket.bufferedAmount > MAX_BUFFERED) socket.close(1013, "too slow");
  else if (socket.readyState === socket.OPEN) socket.send(JSON.stringify(message));
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

function authenticated(principal: Principal | undefined): Principal {
  if (principal !== undefined) return principal;
  throw new RepriseError("unauthorized", 'Send {"type":"auth","key":"…"} first.');
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
