import { describe, expect, it } from "vitest";
import { createRandom } from "../../bench/support/seeded-random.ts";
import { dayOfTraffic } from "../../scripts/demo/day-of-traffic.ts";
import { areSame } from "../../scripts/demo/questions.ts";

const UNTIL = Date.UTC(2026, 10, 25, 12);
const DAY_MS = 86_400_000;

describe("the demo's day", () => {
  it("is the same for the same seed, in order, and no longer than a day", () => {
    const day = dayOfTraffic(UNTIL, createRandom(8));
    expect(day).toEqual(dayOfTraffic(UNTIL, createRandom(8)));
    expect(day.length).toBeGreaterThan(300);
    const times = day.map(({ at }) => at);
    expect(times).toEqual(times.toSorted((a, b) => a - b));
    expect(times[0]).toBeGreaterThanOrEqual(UNTIL - DAY_MS);
    expect(times.at(-1)).toBeLessThan(UNTIL);
    expect(times.every(Number.isInteger)).toBe(true);
  });

  it("knows which of its questions are the same", () => {
    expect(areSame("How do I get a refund?", "Can I get my money back?")).toBe(true);
    expect(areSame("How do I get a refund?", "When does a refund arrive?")).toBe(false);
    expect(areSame("How do I get a refund?", "And by the year?")).toBeUndefined();
  });
});
