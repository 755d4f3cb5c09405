/**
 * Runs work with a signal that is aborted after a time. The timer is held and cleared: a bare
 * `AbortSignal.timeout` may be collected before it fires.
 *
 * @param limitMs in milliseconds
 */
export async function withTimeLimit<Value>(
  limitMs: number,
  work: (signal: AbortSignal) => Promise<Value>,
): Promise<Value> {
  const ending = new AbortController();
  const timer = setTimeout(() => {
    ending.abort(new DOMException("The server did not respond in time.", "TimeoutError"));
  }, limitMs);
  try {
    return await work(ending.signal);
  } finally {
    clearTimeout(timer);
  }
}
