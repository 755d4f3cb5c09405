import { readKey } from "../api/key.ts";
import type { ChatBody } from "../api/types.ts";
import { isLast, type AnswerEvent, type NumberedAnswerEvent } from "./answer-events.ts";
import { createQueue } from "./queue.ts";

const PROTOCOL = "reprise.v1";
/** Time limit for opening a socket, in milliseconds. */
const OPEN_MS = 2_000;
/** Interval of pings during an answer, in milliseconds. */
const PING_MS = 10_000;
/** After this silence in milliseconds, a socket counts as dead. */
const MAX_SILENCE_MS = 30_000;

type SocketMessage = AnswerEvent & {
  readonly request_id?: string | null;
  readonly seq?: number;
};

let opened: Promise<WebSocket> | undefined;
/** The API key of the open socket. */
let keyOfOpened: string | null = null;
let count = 0;

/**
 * The open socket, shared by all answers; opens a new one if it has closed.
 *
 * @throws when no socket opens in time: use HTTP then
 */
export function openSocket(): Promise<WebSocket> {
  if (keyOfOpened !== readKey()) closeSocket();
  opened ??= connect(readKey());
  return opened;
}

/** Asks over a socket. Ends without a last event if the socket closes or becomes silent. */
export async function* askOver(
  socket: WebSocket,
  body: ChatBody,
): AsyncGenerator<NumberedAnswerEvent> {
  count += 1;
  const requestId = `web-${count}`;
  const queue = createQueue<NumberedAnswerEvent>();
  let heardAt = performance.now();

  function onMessage({ data }: MessageEvent<unknown>) {
    heardAt = performance.now();
    const message = readMessage(String(data));
    if (message.request_id !== requestId) return;
    queue.push({ seq: message.seq ?? 0, event: message });
  }
  const pings = setInterval(() => {
    if (performance.now() - heardAt > MAX_SILENCE_MS) socket.close();
    else if (socket.readyState === WebSocket.OPEN) socket.send('{"type":"ping"}');
  }, PING_MS);

  socket.addEventListener("message", onMessage);
  socket.addEventListener("close", queue.end);
  try {
    socket.send(JSON.stringify({ type: "chat", request_id: requestId, ...body }));
    for await (const item of queue.items()) {
      yield item;
      if (isLast(item.event)) return;
    }
  } finally {
    clearInterval(pings);
    socket.removeEventListener("message", onMessage);
    socket.removeEventListener("close", queue.end);
  }
}

function connect(key: string | null): Promise<WebSocket> {
  keyOfOpened = key;
  const address = new URL("/v1/ws", location.href);
  address.protocol = address.protocol.replace("http", "ws");
  const own = new Promise<WebSocket>((resolve, reject) => {
    const socket = new WebSocket(address, PROTOCOL);
    const timer = setTimeout(() => socket.close(), OPEN_MS);
    socket.addEventListener("open", () => {
      clearTimeout(timer);
      if (key !== null) socket.send(JSON.stringify({ type: "auth", key }));
      resolve(socket);
    });
    socket.addEventListener("close", () => {
      clearTimeout(timer);
      if (opened === own) opened = undefined;
      reject(new Error("The socket could not be opened."));
    });
  });
  return own;
}

/** Closes the socket after a change of the API key. */
function closeSocket(): void {
  opened?.then((socket) => socket.close()).catch(() => undefined);
  opened = undefined;
}

function readMessage(json: string): SocketMessage {
  return JSON.parse(json);
}
