import { setTimeout as sleep } from "node:timers/promises";

/**
 * Resolves when the work has ended, or after the time; the work goes on. Fails only as the work does.
 *
 * @param timeoutMs longest wait, in milliseconds
 */
export async function orAfter(work: Promise<unknown>, timeoutMs: number): Promise<void> {
  const late = new AbortController();
  try {
    await Promise.race([work, sleep(timeoutMs, undefined, { signal: late.signal })]);
  } finally {
    late.abort();
  }
}
