import { expect, it } from "vitest";
import { createMemoryOwnerNotes } from "../../src/identity/owner-notes.ts";
import { createRedisOwnerNotes } from "../../src/identity/redis-owner-notes.ts";
import { describeOwnerNotes } from "../contracts/owner-notes.ts";
import { openPlainClient, openRedis, sharedRedisUrl } from "../support/redis.ts";

describeOwnerNotes("memory", async () => createMemoryOwnerNotes());
if (sharedRedisUrl !== undefined) {
  const url = sharedRedisUrl;
  const open = async (windowTtlSeconds = 60) =>
    createRedisOwnerNotes({ connection: await openRedis(url), windowTtlSeconds });
  describeOwnerNotes("Redis", () => open());

  it("expire in Redis with the window, but after at least a day", async () => {
    const client = await openPlainClient(url);
    for (const [lease, least] of [
      [60, 86_390],
      [200_000, 199_990],
    ] as const) {
      const key = { tenant: "default", conversationId: `c-${lease}-${Date.now()}` };
      await (await open(lease)).claim(key, "key:web");
      expect(await client.ttl(`owner:{chat:${key.conversationId}}`)).toBeGreaterThan(least);
    }
  });
}
