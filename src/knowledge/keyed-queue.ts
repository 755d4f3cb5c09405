/** Runs works of the same key one after the other, in the order they came; a failure stops nobody. */
export function createKeyedQueue(): <Value>(
  key: string,
  work: () => Promise<Value>,
) => Promise<Value> {
  const tails = new Map<string, Promise<unknown>>();
  return async (key, work) => {
    const before = tails.get(key) ?? Promise.resolve();
    const running = before.then(work, work);
    tails.set(key, running);
    try {
      return await running;
    } finally {
      if (tails.get(key) === running) tails.delete(key);
    }
  };
}
