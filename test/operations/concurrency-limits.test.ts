import { describe, expect, it } from "vitest";
import { createSlots, type SlotVerdict } from "../../src/operations/concurrency.ts";
import { defer } from "../support/defer.ts";

const web = { tenant: "acme", name: "web" };
const ops = { tenant: "acme", name: "ops" };
const other = { tenant: "globex", name: "web" };

function taken(verdict: SlotVerdict) {
  if (verdict.kind === "refused") throw new Error(`refused by the ${verdict.by}`);
  return verdict.slot;
}

describe("slots for concurrent use", () => {
  it("are limited per API key and tenant", () => {
    const slots = createSlots({ total: 10, perKey: 1 });
    taken(slots.take(web));
    expect(slots.take(web)).toEqual({ kind: "refused", by: "key", limit: 1 });
    taken(slots.take(ops));
    taken(slots.take(other));
  });

  it("are limited per process", () => {
    const slots = createSlots({ total: 2, perKey: 2 });
    taken(slots.take(web));
    const second = taken(slots.take(ops));
    expect(slots.take(other)).toEqual({ kind: "refused", by: "process", limit: 2 });
    second.release();
    taken(slots.take(other));
  });

  it("are released once, however often release is called", () => {
    const slots = createSlots({ total: 2, perKey: 1 });
    const slot = taken(slots.take(web));
    slot.release();
    slot.release();
    taken(slots.take(web));
    taken(slots.take(ops));
    expect(slots.take(other).kind).toBe("refused");
  });

  it.each(["ends", "fails"])("are held until their work %s", async (end) => {
    const slots = createSlots({ total: 1, perKey: 1 });
    const slot = taken(slots.take(web));
    const work = defer();
    const settled = end === "ends" ? work.promise : work.promise.then(() => Promise.reject());
    slot.until(settled);
    slot.release();
    expect(slots.take(web).kind).toBe("refused");
    work.resolve();
    await settled.catch(() => undefined);
    await expect.poll(() => slots.take(web).kind).toBe("taken");
  });
});
