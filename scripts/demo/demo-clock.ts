/** A clock that can be put to another time, from where it runs on. */
export interface DemoClock {
  /** Whole milliseconds since the epoch; never before what it said already. */
  readonly now: () => number;
  /** Puts it forward to that time; back it does not go. */
  set(time: number): void;
}

/** @param begin what it says at first, in milliseconds since the epoch */
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
