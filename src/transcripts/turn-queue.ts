import { setTimeout as sleep } from "node:timers/promises";
import { waitAtMost } from "../operations/with-deadline.ts";
import { recordBatch, type BatchResult, createSetAside, type SetAside } from "./record-batch.ts";
import type { EndedTurn, SetAsideTurn, TurnStore } from "./types.ts";

/** Turns on their way from this process to the record. */
export interface TurnQueue {
  /** Turns that are not in the record yet, those set aside included. */
  readonly size: number;
  /** Whether `close` has ended: what is added now would stay. */
  readonly isClosed: boolean;
  /** Never refuses: whoever answers asks before, whether there is room. */
  add(turn: EndedTurn): void;
  /**
   * Waits until what was added before is in the record, `timeoutMs` at most; not for turns set aside.
   *
   * @param tenant whose turns matter to the result; none: everybody's
   * @returns whether all of it is in the record
   */
  settle(timeoutMs: number, tenant?: string): Promise<boolean>;
  /**
   * Writes what is left, for `timeoutMs` at most, and begins no further attempt.
   *
   * @returns the turns that are not in the record, those included whose write has not ended
   */
  close(timeoutMs: number): Promise<readonly EndedTurn[]>;
}

/** How it writes. */
export interface TurnQueueOptions {
  readonly store: TurnStore;
  /** Told of each attempt that failed as a whole, and once of each turn that is set aside. */
  readonly onTrouble: (trouble: { error: unknown; aside?: SetAsideTurn; waiting: number }) => void;
  /** How long the first turn of a batch waits for others, in milliseconds; default 100. */
  readonly lingerMs?: number | undefined;
  /** Wait after a failure, doubled up to twenty times it, in milliseconds; default 250. */
  readonly retryMs?: number | undefined;
}

/** A queue in this process that writes in batches, one after the other, and keeps what fails. */
export function createTurnQueue(options: TurnQueueOptions): TurnQueue {
  const { lingerMs = 100 } = options;
  const held = holdNothing();
  const { aside } = held;
  const pause = createPause();
  let writing: Promise<void> | undefined;
  let retry: NodeJS.Timeout | undefined;

  /** Writes what is there after the pause; what comes meanwhile has a pause of its own. */
  async function write(): Promise<void> {
    await pause.wait(lingerMs);
    if (held.isClosed) return;
    await retryAside(held, options);
    await writeWaiting(held, options, pause);
  }

  function begin(): void {
    clearTimeout(retry);
    writing ??= write().finally(() => {
      writing = undefined;
      if (held.isClosed) return;
      const next = aside.nextAt();
      if (held.waiting.length > 0) begin();
      else if (next !== undefined) {
        retry = setTimeout(begin, Math.max(0, next - Date.now()));
        retry.unref();
      }
    });
  }

  async function hurry(timeoutMs: number): Promise<void> {
    const deadline = Date.now() + timeoutMs;
    // What has just come may be left for the next time.
    for (let time = 0; time < 2; time += 1) {
      pause.cutShort();
      if (writing !== undefined) await waitAtMost(writing, deadline - Date.now());
    }
  }

  return {
    get size() {
      return held.waiting.length + held.underWay.length + aside.size;
    },
    get isClosed() {
      return held.isClosed;
    },
    add(turn) {
      held.waiting.push(turn);
      begin();
    },
    settle: (timeoutMs, tenant) => settle(held, () => hurry(timeoutMs), tenant),
    async close(timeoutMs) {
      const deadline = Date.now() + timeoutMs;
      aside.hurry();
      if (aside.size > 0) begin();
      while (onTheirWay(held).length > 0 && Date.now() < deadline) {
        await hurry(Math.min(1_000, deadline - Date.now()));
      }
      if (aside.size > 0 && writing !== undefined) await hurry(deadline - Date.now());
      clearTimeout(retry);
      held.isClosed = true;
      pause.cutShort();
      return [...onTheirWay(held), ...aside.all()];
    },
  };
}

/** The turns of a queue. */
interface Held {
  readonly waiting: EndedTurn[];
  /** Being written now. */
  underWay: readonly EndedTurn[];
  readonly aside: SetAside;
  /** Batches in a row that were not taken. */
  failures: number;
  /** What is left belongs to whoever closed the queue. */
  isClosed: boolean;
}

const onTheirWay = ({ underWay, waiting }: Held) => [...underWay, ...waiting];

/** Whether the tenant's turns of now are in the record after the hurry. */
async function settle(
  held: Held,
  hurry: () => Promise<void>,
  tenant: string | undefined,
): Promise<boolean> {
  const isAsked = ({ entry }: EndedTurn) => tenant === undefined || entry.tenant === tenant;
  const asked = onTheirWay(held).filter(isAsked);
  if (asked.length > 0) await hurry();
  const left = new Set(onTheirWay(held));
  return !asked.some((turn) => left.has(turn)) && !held.aside.all().some(isAsked);
}

function holdNothing(): Held {
  const aside = createSetAside(Date.now);
  return { waiting: [], underWay: [], aside, failures: 0, isClosed: false };
}

type Writing = Pick<TurnQueueOptions, "store" | "onTrouble" | "retryMs">;

/** Writes those that wait now, batch by batch. */
async function writeWaiting(
  held: Held,
  options: Writing,
  pause: ReturnType<typeof createPause>,
): Promise<void> {
  const { store, retryMs = 250 } = options;
  let left = held.waiting.length;
  while (left > 0 && held.waiting.length > 0 && !held.isClosed) {
    const turns = held.waiting.splice(0, Math.min(left, store.batch));
    const taken = await writeBatch(turns, held, options);
    left -= taken;
    if (taken === turns.length) continue;
    await pause.wait(retryMs * Math.min(2 ** (held.failures - 1), 20));
  }
}

/** Writes a batch; what is not taken goes back to the front. Gives how many are done with. */
async function writeBatch(
  turns: readonly EndedTurn[],
  held: Held,
  options: Writing,
): Promise<number> {
  held.underWay = turns;
  const result = await attempt(turns, held, options);
  held.underWay = [];
  const left = result?.untried ?? turns;
  held.waiting.unshift(...left);
  setAside(result?.aside ?? [], held, options);
  held.failures = left.length === 0 ? 0 : held.failures + 1;
  return turns.length - left.length;
}

/** Tries those again whose time has come. */
async function retryAside(held: Held, options: Writing): Promise<void> {
  const turns = held.aside.due(options.store.batch);
  if (turns.length === 0) return;
  const result = await attempt(turns, held, options);
  const away = new Error("the record is away");
  const aside = result?.aside ?? turns.map((turn) => ({ turn, cause: away }));
  const left = new Set([...aside.map(({ turn }) => turn), ...(result?.untried ?? [])]);
  for (const turn of turns) if (!left.has(turn)) held.aside.remove(turn.entry.id);
  setAside(aside, held, options);
}

function setAside(turns: readonly SetAsideTurn[], held: Held, { onTrouble }: Writing): void {
  for (const one of turns) {
    if (!held.aside.add(one)) continue;
    onTrouble({ error: one.cause, aside: one, waiting: held.waiting.length });
  }
}

/** Undefined when the record is away. */
async function attempt(
  turns: readonly EndedTurn[],
  held: Held,
  { store, onTrouble }: Writing,
): Promise<BatchResult | undefined> {
  try {
    return await recordBatch(store, turns);
  } catch (error) {
    onTrouble({ error, waiting: held.waiting.length + turns.length });
    return undefined;
  }
}

/** A wait that may be cut short, also before it has begun. */
function createPause() {
  let hurry = new AbortController();
  return {
    cutShort: () => hurry.abort(),
    async wait(milliseconds: number): Promise<void> {
      await sleep(milliseconds, undefined, { signal: hurry.signal }).catch(() => undefined);
      if (!hurry.signal.aborted) return;
      hurry = new AbortController();
      // Even who is in a hurry gives others room between two attempts.
      await sleep(5);
    },
  };
}
