import { eachUntilAborted, startDeadline } from "../operations/with-deadline.ts";

/** How much of a body is read, and for how long. */
export interface BodyLimits {
  /** In UTF-16 units. */
  readonly length: number;
  /** In milliseconds; none: as long as the request may take. */
  readonly timeoutMs?: number | undefined;
}

/** The text of a body as it comes, without a byte order mark. Bytes that are no UTF-8 become U+FFFD. */
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
 * What has begun with the rest of its text, or as much of it as the limits allow: then nothing more is
 * waited for.
 *
 * @throws what reading throws; a body that takes too long is no error
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
