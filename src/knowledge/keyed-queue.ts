import { RepriseError } from "../errors.ts";

/** Maximum tasks per key, including the running one. */
const MAX_WAITING = 100;

/**
 * Runs tasks of the same key sequentially, in order. A failed task does not stop the next ones.
 *
 * @throws RepriseError `not_ready` if 100 tasks of the key are waiting
 */
export function createKeyedQueue(): <Value>(
  key: string,
  work: () => Promise<Value>,
) => Promise<Value> {
  const queues = new Map<string, { tail: Promise<unknown>; waiting: number }>();
  return async (key, work) => {
    const queue = queues.get(key) ?? { tail: Promise.resolve(), waiting: 0 };
    if (queue.waiting >= MAX_WAITING) {
      throw new RepriseError("not_ready", "Too many changes are queued. Try again later.");
    }
    const running = queue.tail.then(work, work);
    queue.tail = running;
    queue.waiting += 1;
    queues.set(key, queue);
    try {
      return await running;
    } finally {
      queue.waiting -= 1;
      if (queue.waiting === 0) queues.delete(key);
    }
  };
}
