import { describe, expect, it } from "vitest";
import { createMemoryHistory } from "../../src/history/context-window.ts";
import { describeChatHistory } from "../contracts/chat-history.ts";
import { createFakeClock } from "../support/fake-clock.ts";

describeChatHistory("in process", async ({ limits }) => {
  const time = createFakeClock();
  return { history: createMemoryHistory({ limits, now: time.now }), time };
});

describe("chat history in process", () => {
  it("drops the least recently written conversation when it is full", async () => {
    const history = createMemoryHistory({
      limits: { maxMessages: 20, ttlSeconds: 60 },
      now: createFakeClock().now,
      maxConversations: 2,
    });
    const key = (conversationId: string) => ({ tenant: "acme", conversationId });
    const turn = [{ role: "user", content: "hello" }] as const;
    await history.append(key("one"), turn);
    await history.append(key("two"), turn);
    await history.read(key("one"));
    await history.append(key("three"), turn);
    expect(await history.read(key("one"))).toEqual([]);
    expect(await history.read(key("two"))).toEqual(turn);
    expect(await history.read(key("three"))).toEqual(turn);
  });
});
