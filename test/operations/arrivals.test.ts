import { describe, expect, it } from "vitest";
import { createArrivals } from "../../src/operations/concurrency.ts";

describe("new connections", () => {
  it("have priority while they arrive, each for one turn", () => {
    const arrivals = createArrivals(() => 0);
    expect(arrivals.goFirst()).toBe(false);
    arrivals.note();
    expect(arrivals.goFirst()).toBe(true);
    expect(arrivals.goFirst()).toBe(false);
  });

  it("let other work continue after 10 ms, however many arrive", () => {
    let time = 0;
    const arrivals = createArrivals(() => time);
    const turns = Array.from({ length: 24 }, () => {
      arrivals.note();
      const first = arrivals.goFirst();
      time += first ? 1 : 5;
      return first ? "connection" : "work";
    });
    expect(turns.filter((turn) => turn === "work")).toHaveLength(2);
    expect(turns.slice(0, 11)).toEqual([...Array<string>(10).fill("connection"), "work"]);
  });
});
