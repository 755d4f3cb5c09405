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
