import { readEvent, type NumberedAnswerEvent } from "./answer-events.ts";

/** Maximum characters of an event; a longer one ends the stream with an error. */
const MAX_EVENT_CHARACTERS = 4_000_000;
/** The server sends a heartbeat every 10 s. After this silence in milliseconds, the stream counts as dead. */
const MAX_SILENCE_MS = 30_000;

type Reader = ReadableStreamDefaultReader<Uint8Array<ArrayBuffer>>;

/**
 * Reads an answer's server-sent events from a response in chunks of any size; skips comments.
 *
 * @throws when the connection breaks or falls silent
 */
export async function* readEvents({ body }: Response): AsyncGenerator<NumberedAnswerEvent> {
  if (body === null) return;
  const reader = body.getReader();
  const decoder = new TextDecoder();
  let rest = "";
  try {
    for (;;) {
      const { value, done } = await readInTime(reader);
      if (done) return;
      const blocks = (rest + decoder.decode(value, { stream: true })).split(/\r?\n\r?\n/);
      rest = blocks.pop() ?? "";
      if (rest.length > MAX_EVENT_CHARACTERS) throw new Error("The server sent too long an event.");
      yield* blocks.map(parseEvent).filter((event) => event !== undefined);
    }
  } finally {
    // Cancelling fails when the connection is already broken. Ignore it.
    reader.cancel().catch(() => undefined);
  }
}

async function readInTime(reader: Reader) {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const silence = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(() => reject(new Error("The server fell silent.")), MAX_SILENCE_MS);
  });
  try {
    return await Promise.race([reader.read(), silence]);
  } finally {
    clearTimeout(timer);
  }
}

function parseEvent(block: string): NumberedAnswerEvent | undefined {
  const fields = new Map<string, string>();
  const data: string[] = [];
  for (const line of block.split(/\r?\n/)) {
    const colon = line.indexOf(":");
    if (colon < 1) continue;
    const value = line.slice(colon + 1).replace(/^ /, "");
    if (line.startsWith("data:")) data.push(value);
    else fields.set(line.slice(0, colon), value);
  }
  const type = fields.get("event");
  if (type === undefined || data.length === 0) return undefined;
  // Adds the event name as `type`, as in WebSocket messages.
  const named = data.join("\n").replace(/^\s*\{/, `{"type":${JSON.stringify(type)},`);
  return { seq: Number(fields.get("id")), event: readEvent(named) };
}
