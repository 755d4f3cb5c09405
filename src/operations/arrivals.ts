/** Maximum time for which new connections delay other work, in milliseconds. */
const TURN_MS = 10;

/**
 * Gives new connections priority. The event loop accepts one connection per turn, whatever else the
 * turn does. Behind a queue of connections a health probe would wait many turns, so other work
 * pauses briefly while connections arrive.
 */
export interface Arrivals {
  /** Notes a new connection. */
  note(): void;
  /**
   * True if other work should wait for the next turn of the event loop, in which another connection
   * may arrive.
   */
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
