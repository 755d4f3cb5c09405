/** Time that new connections may take before other work has a turn again, in milliseconds. */
const TURN_MS = 10;

/**
 * New connections. The event loop takes in one in a turn, whatever else the turn does: behind a queue of
 * them a probe waits for as many turns, so work steps aside for a moment while they come.
 */
export interface Arrivals {
  /** A connection has come. */
  note(): void;
  /** Whether work should wait for the next turn of the event loop, in which another may come. */
  goFirst(): boolean;
}

export function createArrivals(now: () => number = () => performance.now()): Arrivals {
  let hasCome = false;
  let since: number | undefined;
  return {
    note() {
      hasCome = true;
    },
    goFirst() {
      if (!hasCome) {
        since = undefined;
        return false;
      }
      since ??= now();
      if (now() - since >= TURN_MS) {
        since = undefined;
        return false;
      }
      hasCome = false;
      return true;
    },
  };
}
