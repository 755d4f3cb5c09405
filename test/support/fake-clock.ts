import type { Clock } from "../../src/operations/types.ts";

/**
 * The clock of an adapter under test. If expiry runs in another process, `now` is the system clock and
 * `advance` really waits: suites use lifetimes of seconds with wide margins.
 */
export interface TestTime {
  readonly now: Clock;
  /** Resolves when this many milliseconds have passed for the adapter. */
  advance(milliseconds: number): Promise<void>;
  /** True if `advance` really waits: suites then run fewer random cases. */
  readonly realTime: boolean;
}

/** A clock that only changes with `advance`. Starts at a fixed date. */
export function createFakeClock(start: number = Date.UTC(2026, 0, 1)): TestTime {
  let time = start;
  return {
    now: () => time,
    async advance(milliseconds) {
      time += milliseconds;
    },
    realTime: false,
  };
}
