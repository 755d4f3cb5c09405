import { once } from "node:events";
import type { Response } from "express";

/**
 * Sends values as lines of JSON while they are read, no faster than the client takes them. The headers
 * wait for the first value: what fails before it is a plain HTTP error.
 */
export async function sendNdjson<Value>(
  response: Response,
  values: AsyncIterable<Value>,
  toBody: (value: Value) => object,
  gone: AbortSignal,
  headers: Readonly<Record<string, string>> = {},
): Promise<void> {
  const begin = () => response.headersSent || response.type("application/x-ndjson").set(headers);
  for await (const value of values) {
    if (gone.aborted) return;
    begin();
    if (response.write(`${JSON.stringify(toBody(value))}\n`)) continue;
    await once(response, "drain", { signal: gone }).catch(() => undefined);
  }
  begin();
  response.end();
}
