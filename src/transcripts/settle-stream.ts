import { setTimeout as sleep } from "node:timers/promises";
import { waitAtMost } from "../operations/with-deadline.ts";
import type { TurnStream } from "./redis-turn-stream.ts";
import type { TurnConsumer } from "./turn-consumer.ts";

const LOOK_MS = 20;

/**
 * Waits until what was in the stream is in the record, whichever replica brings it there.
 *
 * @returns false when some of the tenant's turns are still on their way
 * @throws RedisUnavailable when it cannot be told
 */
export async function settleStream(
  tenant: string,
  {
    stream,
    aside,
    consumer,
    timeoutMs,
  }: {
    stream: Pick<TurnStream, "ends" | "holds">;
    aside: Pick<TurnStream, "holds">;
    consumer: Pick<TurnConsumer, "runSoon">;
    timeoutMs: number;
  },
): Promise<boolean> {
  const deadline = Date.now() + timeoutMs;
  const last = (await stream.ends())?.last;
  const isOnItsWay = async () => last !== undefined && stream.holds(tenant, last);
  while (await isOnItsWay()) {
    if (Date.now() >= deadline) return false;
    await waitAtMost(consumer.runSoon(), deadline - Date.now());
    await sleep(LOOK_MS);
  }
  // What was set aside is not waited for.
  return !(await aside.holds(tenant));
}
