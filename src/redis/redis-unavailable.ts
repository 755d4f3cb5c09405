import { RepriseError } from "../errors.ts";

/**
 * Redis is away, frozen, loading or has lost what was asked for: answers go on without it, what cannot
 * is `not_ready` (503).
 */
export class RedisUnavailable extends RepriseError {
  /** True when the command had been sent: Redis may have done it all the same. */
  readonly mayHaveHappened: boolean;

  constructor(reason: string, options: { mayHaveHappened: boolean; cause?: unknown }) {
    const message = `Redis cannot be used now (${reason}); try again in a moment.`;
    super("not_ready", message, { ...options, retryAfterSeconds: 1 });
    this.mayHaveHappened = options.mayHaveHappened;
  }
}
