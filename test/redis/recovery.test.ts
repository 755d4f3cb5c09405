import { expect, it, onTestFinished } from "vitest";
import { createRecovery } from "../../src/redis/recovery.ts";
import type { RedisConnection } from "../../src/redis/connection.ts";

/** A Redis that is up and has lost its data, and whose filling ends when it is told to. */
function begin() {
  let end = () => {};
  const filled = new Promise<void>((resolve) => (end = resolve));
  const connection = { isUp: true, onChange: () => {} } as unknown as RedisConnection;
  const recovery = createRecovery({
    connection,
    dataSet: { look: async () => "lost", isSame: async () => true },
    steps: { prepare: async () => {}, reconcileHistory: async () => {}, fill: () => filled },
    onEnd: () => {},
  });
  onTestFinished(async () => {
    end();
    await recovery.close();
  });
  return { recovery, end };
}

it("is waited for while it reconciles Redis", async () => {
  const { recovery, end } = begin();
  const begun = recovery.begin();
  const settled = recovery.settle(60_000);
  expect(recovery.isInSync).toBe(false);
  end();
  await settled;
  expect(recovery.isInSync).toBe(true);
  await begun;
});

it("is waited for at most the given time, counted from its start", async () => {
  const { recovery } = begin();
  void recovery.begin();
  await recovery.settle(30);
  expect(recovery.isInSync).toBe(false);
  // It has had its time.
  await recovery.settle(30);
  await recovery.settle(0);
  expect(recovery.isInSync).toBe(false);
});

it("is not waited for when there is nothing to reconcile", async () => {
  const { recovery } = begin();
  await recovery.settle(60_000);
  expect(recovery.isInSync).toBe(false);
});
