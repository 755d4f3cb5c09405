import { randomUUID } from "node:crypto";
import { describe, expect, it } from "vitest";
import { createMemoryServedAnswers } from "../../src/feedback/served-answers.ts";
import { createRedisServedAnswers } from "../../src/feedback/redis-served-answers.ts";
import type { ServedAnswer } from "../../src/feedback/types.ts";
import { describeServedAnswers } from "../contracts/served-answers.ts";
import { createFakeClock } from "../support/fake-clock.ts";
import { openPlainClient, openRedis, sharedRedisUrl } from "../support/redis.ts";

const DAY_SECONDS = 86_400;
const answer: ServedAnswer = {
  messageId: "msg_1",
  conversationId: null,
  isHit: false,
  question: "q",
  matchedQuestion: null,
  similarity: null,
  entry: null,
};

describeServedAnswers("in process", async () =>
  createMemoryServedAnswers({ now: createFakeClock().now }),
);

it("in this process expire after a day, and the oldest are dropped at the limit", async () => {
  const time = createFakeClock();
  const served = createMemoryServedAnswers({ now: time.now, maxAnswers: 2 });
  for (const messageId of ["1", "2", "3"]) await served.note("t", { ...answer, messageId });
  expect(await served.find({ tenant: "t", messageId: "1" })).toBeUndefined();
  expect(await served.find({ tenant: "t", messageId: "3" })).toBeDefined();
  await time.advance(DAY_SECONDS * 1000);
  expect(await served.find({ tenant: "t", messageId: "3" })).toBeUndefined();
});

describe.skipIf(sharedRedisUrl === undefined)("in Redis", () => {
  const url = sharedRedisUrl ?? "";
  describeServedAnswers("Redis", async () => createRedisServedAnswers(await openRedis(url)));

  it("expire after a day", async () => {
    const served = createRedisServedAnswers(await openRedis(url));
    const tenant = `t-${randomUUID()}`;
    await served.note(tenant, answer);
    const left = await (await openPlainClient(url)).ttl(`served:${tenant}:msg_1`);
    expect(left).toBeGreaterThan(DAY_SECONDS - 60);
    expect(left).toBeLessThanOrEqual(DAY_SECONDS);
  });
});
