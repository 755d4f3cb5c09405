import { randomUUID } from "node:crypto";
import { describe, expect, it } from "vitest";
import type { Budget } from "../../src/usage/budget.ts";

const DAY_MS = 86_400_000;

/** What every budget promises; amounts are nano-dollars and the limit is 1,000. */
export function describeBudget(
  name: string,
  open: (clock: { time: number }) => Promise<{ budget: Budget; replica: Budget }>,
): void {
  async function begin() {
    const clock = { time: Date.UTC(2026, 10, 24, 23, 0) };
    const { budget, replica } = await open(clock);
    const tenant = `tenant-${randomUUID()}`;
    const hold = (estimate: bigint, from: Budget = budget) => from.hold({ tenant, estimate });
    const settle = (hold: string | undefined, cost: bigint) =>
      budget.settle({ tenant, hold, cost });
    return { clock, budget, replica, tenant, hold, settle };
  }
  const idOf = (verdict: { kind: string; hold?: string }) =>
    verdict.hold ?? expect.fail(verdict.kind);

  describe(`budget: ${name}`, () => {
    it("allows calls until the budget is used up, and again the next day", async () => {
      const { clock, hold, settle } = await begin();
      await settle(idOf(await hold(600n)), 600n);
      await settle(idOf(await hold(600n)), 500n);
      expect(await hold(1n)).toEqual({
        kind: "refused",
        reason: "spent",
        retryAfterSeconds: 3_600,
      });
      clock.time += 3_600_000;
      expect((await hold(1n)).kind).toBe("held");
    });

    it("counts costs without a model call", async () => {
      const { hold, settle } = await begin();
      idOf(await hold(1n));
      await settle(undefined, 1_000n);
      expect((await hold(1n)).kind).toBe("refused");
    });

    it("reserves the estimated cost of calls in progress, and releases it", async () => {
      const { hold, settle } = await begin();
      const first = idOf(await hold(600n));
      expect(await hold(600n)).toMatchObject({ kind: "refused", reason: "held" });
      const second = idOf(await hold(300n));
      await settle(first, 10n);
      await settle(second, 10n);
      expect((await hold(980n)).kind).toBe("held");
    });

    it("lets one call exceed the limit, but not two concurrent ones, even on two replicas", async () => {
      const { hold, settle, replica, budget } = await begin();
      await settle(idOf(await hold(1n)), 999n);
      const racing = await Promise.all(
        Array.from({ length: 8 }, (_value, index) => hold(500n, index % 2 ? replica : budget)),
      );
      expect(racing.filter(({ kind }) => kind === "held")).toHaveLength(1);
    });

    it("expires the reservations of calls that never ended", async () => {
      const { clock, hold } = await begin();
      idOf(await hold(900n));
      expect((await hold(900n)).kind).toBe("refused");
      clock.time += 60_001;
      expect((await hold(900n)).kind).toBe("held");
    });

    it("separates tenants", async () => {
      const { budget, hold, settle, clock } = await begin();
      await settle(idOf(await hold(1n)), 5_000n);
      const other = { tenant: randomUUID(), estimate: 5n };
      expect((await budget.hold(other)).kind).toBe("held");
      clock.time += DAY_MS;
      expect((await hold(1n)).kind).toBe("held");
    });
  });
}
