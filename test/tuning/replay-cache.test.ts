import { expect, it } from "vitest";
import { createReplayCache } from "../../src/compose/replay.ts";

it("allocates no more memory for a replay than its questions need", async () => {
  const open = () => createReplayCache(8, { compareQuestions: () => [] }, 10);
  const before = process.memoryUsage();
  const caches = Array.from({ length: 10 }, open);
  const after = process.memoryUsage();
  const taken = after.heapUsed + after.arrayBuffers - before.heapUsed - before.arrayBuffers;
  expect(taken).toBeLessThan(100_000_000);
  await Promise.all(caches.map((cache) => cache.close()));
});
