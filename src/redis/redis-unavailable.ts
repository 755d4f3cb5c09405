import { RepriseError } from "../errors.ts";

/**
 * Redis is down, frozen, loading, or has lost data. Answers continue without it; what needs it
 * fails with `not_ready` (503).
 */
export class RedisUnavailable extends RepriseError {
  /** True if the command was sent: Redis may have executed it. */
  readonly mayHaveHappened: boolean;

  constructor(reason: string, options: { mayHaveHappened: boolean; cause?: unknown }) {
    const message = `Redis is unavailable (${reason}). Try again in a moment.`;
    super("not_ready", message, { ...options, retryAfterSeconds: 1 });
    this.mayHaveHappened = options.mayHaveHappened;
  }
}
