/** Time that work may take of one turn of the event loop before the next one waits, in milliseconds. */
const BUDGET_MS = 10;

/**
 * For loops over what may all be there at once, such as the pieces of a stream: lets others have their turn
 * where the loop has taken its time.
 */
export function createBreath(budgetMs = BUDGET_MS): () => Promise<void> | undefined {
  let begunAt = performance.now();
  return () => {
    if (performance.now() - begunAt < budgetMs) return undefined;
    return new Promise((resolve) => {
      setImmediate(() => {
        begunAt = performance.now();
        resolve();
      });
    });
  };
}

/** Lets work go on at once while the event loop has time, and spreads a burst over its turns. */
export interface Turnstile {
  /** Resolves when the work may begin; undefined: now. The order of the calls is kept. */
  enter(): Promise<void> | undefined;
  /**
   * The same for work that has begun and was waiting for something. It goes before what has not begun:
   * answers that are under way end before others make them slower.
   */
  goOn(): Promise<void> | undefined;
}

/** How it takes its turns; the first three are the process's own but in tests. */
interface TurnstileOptions {
  readonly budgetMs?: number;
  readonly now?: () => number;
  readonly nextTurn?: (go: () => void) => void;
  /** Whether something else goes first in this turn: see `Arrivals`. */
  readonly goesFirst?: () => boolean;
}

/**
 * Many requests that come at once would be worked on in one turn of the event loop, and nothing else
 * would be answered meanwhile. What does not fit into the turn waits; each further turn lets one in.
 */
export function createTurnstile({
  budgetMs = BUDGET_MS,
  now = () => performance.now(),
  nextTurn = (go: () => void) => void setImmediate(go),
  goesFirst = () => false,
}: TurnstileOptions = {}): Turnstile {
  const arrived: (() => void)[] = [];
  const begun: (() => void)[] = [];
  let begunAt: number | undefined;

  function turn(): void {
    if (arrived.length + begun.length > 0 && goesFirst()) {
      nextTurn(turn);
      return;
    }
    const next = begun.shift() ?? arrived.shift();
    begunAt = next === undefined ? undefined : now();
    if (next === undefined) return;
    next();
    nextTurn(turn);
  }

  function pass(waiting: (() => void)[], mayPass: () => boolean): Promise<void> | undefined {
    if (begunAt === undefined) {
      begunAt = now();
      nextTurn(turn);
      return undefined;
    }
    if (mayPass() && now() - begunAt < budgetMs) return undefined;
    return new Promise((resolve) => waiting.push(resolve));
  }

  return {
    enter: () => pass(arrived, () => arrived.length === 0 && begun.length === 0),
    goOn: () => pass(begun, () => begun.length === 0),
  };
}

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
