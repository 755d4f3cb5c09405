/** Time budget per turn of the event loop, in milliseconds. */
const BUDGET_MS = 10;

/**
 * Creates a function for loops over many available items, such as stream chunks: it yields to the
 * event loop when the loop has used its time budget.
 */
export function createYield(budgetMs = BUDGET_MS): () => Promise<void> | undefined {
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

/** Lets work run at once while the event loop has time, and spreads bursts over several turns. */
export interface Turnstile {
  /** Resolves when new work may start; undefined: now. Keeps the order of the calls. */
  enter(): Promise<void> | undefined;
  /**
   * The same for work in progress that waited for something. It has priority over new work: answers
   * in progress finish before new ones slow them down.
   */
  resume(): Promise<void> | undefined;
}

/** Options of a turnstile; only tests set the first three. */
interface TurnstileOptions {
  readonly budgetMs?: number;
  readonly now?: () => number;
  readonly nextTurn?: (go: () => void) => void;
  /** True if other work has priority in this turn: see `Arrivals`. */
  readonly goesFirst?: () => boolean;
}

/**
 * Without it, a burst of requests would be processed in one turn of the event loop, and nothing
 * else answered meanwhile. Work that exceeds the budget of a turn waits; each further turn admits
 * one.
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
    resume: () => pass(begun, () => begun.length === 0),
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
  readonly goFirst: () => boolean;
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

/** Owner of a slot. */
export interface SlotOwner {
  readonly tenant: string;
  /** Name of the API key. */
  readonly name: string;
}

/** A slot, or the limit that rejected it. */
export type SlotVerdict =
  | { readonly kind: "taken"; readonly slot: Slot }
  | { readonly kind: "refused"; readonly by: "key" | "process"; readonly limit: number };

/** A slot of a limited resource. */
export interface Slot {
  /** Releases the slot, once all work passed to `until` has settled. Further calls do nothing. */
  release(): void;
  /** Keeps the slot until this work has settled. */
  until(work: Promise<unknown>): void;
}

/** Limits concurrent use in this process. */
export interface Slots {
  take(owner: SlotOwner): SlotVerdict;
}

/** @param limits slots in total, and per API key */
export function createSlots(limits: { total: number; perKey: number }): Slots {
  const taken = new Map<string, number>();
  let total = 0;

  function change(key: string, by: 1 | -1): void {
    total += by;
    const count = (taken.get(key) ?? 0) + by;
    if (count === 0) taken.delete(key);
    else taken.set(key, count);
  }

  return {
    take({ tenant, name }) {
      const key = JSON.stringify([tenant, name]);
      if ((taken.get(key) ?? 0) >= limits.perKey) {
        return { kind: "refused", by: "key", limit: limits.perKey };
      }
      if (total >= limits.total) return { kind: "refused", by: "process", limit: limits.total };
      change(key, 1);
      return { kind: "taken", slot: createSlot(() => change(key, -1)) };
    },
  };
}

function createSlot(giveBack: () => void): Slot {
  let holders = 1;
  let isReleased = false;
  const leave = () => {
    holders -= 1;
    if (holders === 0) giveBack();
  };
  return {
    release() {
      if (isReleased) return;
      isReleased = true;
      leave();
    },
    until(work) {
      holders += 1;
      work.then(leave, leave);
    },
  };
}
