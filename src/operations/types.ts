/** A window's verdict on one request. */
export interface RateLimitVerdict {
  readonly allowed: boolean;
  /** Requests allowed in the window. */
  readonly limit: number;
  /** Requests left in the window after this one. */
  readonly remaining: number;
  /** Until the window has room for one more request (or, with room, is empty again), in milliseconds. */
  readonly resetMs: number;
}

/** Sliding-window rate limits. */
export interface RateLimiter {
  /** Counts one request of this caller when it is allowed; a refused one is not counted. */
  take(caller: { tenant: string; key: string }): Promise<RateLimitVerdict>;
  close(): Promise<void>;
}

/** Milliseconds since the epoch; injected so that tests own the time. */
export type Clock = () => number;
