import { once } from "node:events";
import type { Response } from "express";

/** Sends values as lines of JSON while they are read, no faster than the client takes them. */
export async function sendNdjson<Value>(
  response: Response,
  values: AsyncIterable<Value>,
  toBody: (value: Value) => object,
  gone: AbortSignal,
): Promise<void> {
  response.type("application/x-ndjson");
  for await (const value of values) {
    if (gone.aborted) return;
    if (response.write(`${JSON.stringify(toBody(value))}\n`)) continue;
    await once(response, "drain", { signal: gone }).catch(() => undefined);
  }
  response.end();
}
