/** A clock that can be set to a later time and runs on from there. */
export interface DemoClock {
  /** Milliseconds since the epoch; never decreases. */
  readonly now: () => number;
  /** Sets the clock forward to that time; it never goes back. */
  set(time: number): void;
}

/** @param begin the initial time, in milliseconds since the epoch */
export function createDemoClock(begin: number): DemoClock {
  let offset = begin - Date.now();
  let last = begin;
  return {
    now() {
      last = Math.max(last, Date.now() + offset);
      return last;
    },
    set(time) {
      offset = Math.round(time) - Date.now();
    },
  };
}
