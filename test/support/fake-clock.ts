import type { Clock } from "../../src/operations/types.ts";

/**
 * The time of an adapter under test. Where leases run in another process `now` is the machine's clock
 * and `advance` really waits, so suites use lifetimes of seconds and leave wide margins.
 */
export interface TestTime {
  readonly now: Clock;
  /** Resolves when this many milliseconds have passed for the adapter. */
  advance(milliseconds: number): Promise<void>;
  /** True where `advance` really waits: then suites run fewer random cases. */
  readonly realTime: boolean;
}

/** Time that stands still until it is advanced. Starts at a fixed date. */
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
