import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { createMemorySingleFlight } from "../../src/cache/memory-single-flight.ts";
import { describeSingleFlight } from "../contracts/single-flight.ts";

beforeEach(() => {
  vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout", "Date"] });
});
afterEach(() => {
  vi.useRealTimers();
});

describeSingleFlight("in process", async () => ({
  flights: createMemorySingleFlight(),
  time: {
    now: Date.now,
    advance: async (milliseconds) => {
      await vi.advanceTimersByTimeAsync(milliseconds);
    },
    realTime: false,
  },
}));

describe("single flight in process", () => {
  it("leaves no timer behind when it has finished", async () => {
    const flights = createMemorySingleFlight();
    const leader = await flights.join("key", { maxFlightMs: 1000 });
    expect(vi.getTimerCount()).toBe(1);
    if (leader.role === "leader") await leader.finish({ kind: "abandoned" });
    expect(vi.getTimerCount()).toBe(0);
  });

  it("gives up what is in flight when it is closed", async () => {
    const flights = createMemorySingleFlight();
    await flights.join("key", { maxFlightMs: 1000 });
    const waiting = flights.join("key", { maxFlightMs: 1000 });
    await flights.close();
    expect(await waiting).toEqual({ role: "follower", outcome: { kind: "abandoned" } });
    expect(vi.getTimerCount()).toBe(0);
  });
});
