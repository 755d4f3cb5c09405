import { RepriseError } from "../errors.ts";

/** Seconds after which a place in the line may be free. */
const RETRY_SECONDS = 5;

/** A line for work that takes seconds: little of it is done at once, and none for who has gone. */
export interface WorkLine {
  /**
   * Does the work when it is its turn.
   *
   * @throws RepriseError `rate_limited` where too much of the tenant's waits, the signal's reason when it is
   *   aborted while it waits, or what the work throws
   */
  run<Value>(
    { tenant, signal }: { tenant: string; signal: AbortSignal },
    work: () => Promise<Value>,
  ): Promise<Value>;
}

/**
 * One piece of work of a tenant at a time, so that none can keep the others away.
 *
 * @param limits pieces at once in the process, and waiting of one tenant
 */
export function createWorkLine(limits: { atOnce: number; waiting: number }): WorkLine {
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
        const message = `${limits.waiting} evaluations and replays of this tenant are waiting; try again when one has ended.`;
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
