import { RepriseError } from "../errors.ts";

/** Retry delay for a full queue, in seconds. */
const RETRY_SECONDS = 5;

/** A queue for work that takes seconds: limits concurrency, and drops work whose caller has left. */
export interface WorkQueue {
  /**
   * Runs the work when it is its turn.
   *
   * @throws RepriseError `rate_limited` if too much work of the tenant is queued, the signal's
   * reason if it is aborted while queued, or the work's error
   */
  run<Value>(
    { tenant, signal }: { tenant: string; signal: AbortSignal },
    work: () => Promise<Value>,
  ): Promise<Value>;
}

/**
 * Runs one job per tenant at a time, so that no tenant blocks the others.
 *
 * @param limits concurrent jobs in the process, and queued jobs per tenant
 */
export function createWorkQueue(limits: { atOnce: number; waiting: number }): WorkQueue {
  const waiting: { readonly tenant: string; readonly begin: () => void }[] = [];
  const running = new Set<string>();

  function beginNext(): void {
    const index = waiting.findIndex(({ tenant }) => !running.has(tenant));
    if (index < 0 || running.size >= limits.atOnce) return;
    for (const { tenant, begin } of waiting.splice(index, 1)) {
      running.add(tenant);
      begin();
    }
    beginNext();
  }

  function wait(tenant: string, signal: AbortSignal): Promise<void> {
    return new Promise((resolve, reject) => {
      const leave = () => {
        const index = waiting.indexOf(one);
        if (index >= 0) waiting.splice(index, 1);
        reject(signal.reason);
      };
      const one = {
        tenant,
        begin() {
          signal.removeEventListener("abort", leave);
          resolve();
        },
      };
      signal.addEventListener("abort", leave, { once: true });
      waiting.push(one);
      beginNext();
    });
  }

  return {
    async run({ tenant, signal }, work) {
      signal.throwIfAborted();
      if (waiting.filter((other) => other.tenant === tenant).length >= limits.waiting) {
        const message = `${limits.waiting} evaluations and replays of this tenant are queued. Try again when one has finished.`;
        throw new RepriseError("rate_limited", message, { retryAfterSeconds: RETRY_SECONDS });
      }
      await wait(tenant, signal);
      try {
        signal.throwIfAborted();
        return await work();
      } finally {
        running.delete(tenant);
        beginNext();
      }
    },
  };
}
