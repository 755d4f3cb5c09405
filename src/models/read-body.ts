import { eachUntilAborted, startDeadline } from "../operations/with-deadline.ts";

/** Limits for reading a body. */
export interface BodyLimits {
  /** In UTF-16 units. */
  readonly length: number;
  /** In milliseconds. Default: the request's time limit. */
  readonly timeoutMs?: number | undefined;
}

/** Streams a body's text, without a byte order mark. Invalid UTF-8 becomes U+FFFD. */
export async function* textsOf({ body }: Response): AsyncGenerator<string> {
  if (body === null) return;
  const decoder = new TextDecoder();
  for await (const bytes of body) {
    const text = decoder.decode(bytes, { stream: true });
    if (text !== "") yield text;
  }
  yield decoder.decode();
}

/**
 * Returns the begun text with the rest of the body, as far as the limits allow.
 *
 * @throws the errors of reading; a timeout is not an error
 */
export async function readText(
  begun: string,
  texts: AsyncIterable<string>,
  { length, timeoutMs }: BodyLimits,
): Promise<string> {
  const deadline = timeoutMs === undefined ? undefined : startDeadline(timeoutMs);
  let text = begun;
  try {
    const rest = deadline === undefined ? texts : eachUntilAborted(texts, deadline.signal);
    for await (const next of rest) {
      text += next;
      if (text.length >= length) return text.slice(0, length);
    }
    return text;
  } catch (error) {
    if (deadline?.signal.aborted !== true) throw error;
    return text;
  } finally {
    deadline?.clear();
  }
}
