import type { Response } from "express";
import type { NumberedEvent } from "../chat/types.ts";
import { cacheHeaders, fromReport } from "./formats/reply-format.ts";
import { openEventStream, untilOpening, type EventStream } from "./event-stream.ts";

/** Converts an answer's events to the parts of a stream. */
export interface AnswerStreamFormat {
  /** Parts at the start of the stream, before the first event. */
  readonly opening?: readonly string[];
  readonly toParts: (
    event: NumberedEvent["event"],
  ) => readonly string[] | Promise<readonly string[]>;
  /** Parts at the end. */
  readonly ending: readonly string[];
  readonly headers: Readonly<Record<string, string>>;
}

/**
 * Sends an answer as server-sent events. The stream opens with the first text, or after a short wait. An error
 * before that is a plain HTTP error. The headers carry the cache verdict if it is known by then.
 */
export async function sendAnswerStream(
  events: AsyncIterable<NumberedEvent>,
  response: Response,
  { opening = [], toParts, ending, headers }: AnswerStreamFormat,
): Promise<void> {
  const stream = holdStream(response, headers, opening);
  for await (const next of untilOpening(events)) {
    if (next === undefined) {
      await stream.flush();
      continue;
    }
    const { event } = next;
    if (event.type === "answer-error" && !stream.isOpen()) throw fromReport(event.error);
    if (event.type === "answer-start") stream.add(cacheHeaders(event.cache));
    stream.hold(await toParts(event));
    if (event.type !== "answer-start" || stream.isOpen()) await stream.flush();
  }
  if (response.destroyed) return;
  stream.hold(ending);
  (await stream.flush()).end();
}

/** An event stream that opens with its first `flush`, and holds parts until then. */
function holdStream(
  response: Response,
  headers: Readonly<Record<string, string>>,
  opening: readonly string[],
) {
  const all = { ...headers };
  const held = [...opening];
  let stream: EventStream | undefined;
  return {
    isOpen: () => stream !== undefined,
    add: (more: Readonly<Record<string, string>>) => void Object.assign(all, more),
    hold: (parts: readonly string[]) => void held.push(...parts),
    async flush(): Promise<EventStream> {
      stream ??= openEventStream(response, all);
      if (held.length > 0) await stream.send(held.splice(0).join(""));
      return stream;
    },
  };
}
