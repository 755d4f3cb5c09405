/** The verdict on one request. */
export interface RateLimitVerdict {
  readonly allowed: boolean;
  /** Maximum requests per window. */
  readonly limit: number;
  /** Requests left after this one. */
  readonly remaining: number;
  /**
   * Milliseconds until a request is allowed again; if one is allowed now, until the window is
   * empty.
   */
  readonly resetMs: number;
}

/** Sliding-window rate limits. */
export interface RateLimiter {
  /** Counts a request if it is allowed. Rejected requests are not counted. */
  take(caller: { tenant: string; key: string }): Promise<RateLimitVerdict>;
  close(): Promise<void>;
}

/** Returns milliseconds since the epoch; injected, so that tests control the time. */
export type Clock = () => number;
