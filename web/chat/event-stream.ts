import { createParser, type EventSourceMessage } from "eventsource-parser";
import { readEvent, type NumberedAnswerEvent } from "./answer-events.ts";

/** The longest event that is read, in characters; a longer one ends the stream with an error. */
const MAX_EVENT_CHARACTERS = 4_000_000;
/** The server sends a heartbeat every 10 s; a stream this long without anything is dead, in milliseconds. */
const MAX_SILENCE_MS = 30_000;

type Reader = ReadableStreamDefaultReader<Uint8Array<ArrayBuffer>>;

/**
 * Reads an answer's server-sent events from a response.
 *
 * @throws when the connection breaks or is silent for 30 s
 */
export async function* readEvents({ body }: Response): AsyncGenerator<NumberedAnswerEvent> {
  if (body === null) return;
  const reader = body.getReader();
  const decoder = new TextDecoder();
  const messages: EventSourceMessage[] = [];
  const parser = createParser({
    onEvent: (message) => messages.push(message),
    onError: (error) => {
      if (error.type === "max-buffer-size-exceeded") throw error;
    },
    maxBufferSize: MAX_EVENT_CHARACTERS,
  });
  try {
    for (;;) {
      const { value, done } = await readInTime(reader);
      if (done) return;
      parser.feed(decoder.decode(value, { stream: true }));
      yield* messages
        .splice(0)
        .map(toAnswerEvent)
        .filter((event) => event !== undefined);
    }
  } finally {
    // Cancelling fails when the connection is already broken.
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

function toAnswerEvent({ event, data, id }: EventSourceMessage): NumberedAnswerEvent | undefined {
  if (event === undefined) return undefined;
  // The name is a field of the event here, as it is in the socket's messages.
  const named = data.replace(/^\s*\{/, `{"type":${JSON.stringify(event)},`);
  return { seq: Number(id), event: readEvent(named) };
}
