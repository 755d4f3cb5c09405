import { describe, expect, it } from "vitest";
import { createYield, createTurnstile } from "../../src/operations/concurrency.ts";

/** An event loop whose turns and time the test makes. */
function loop() {
  const turns: (() => void)[] = [];
  const state = { time: 0 };
  const turnstile = createTurnstile({
    budgetMs: 10,
    now: () => state.time,
    nextTurn: (go) => void turns.push(go),
  });
  const entered: string[] = [];
  /** Work of so many milliseconds. */
  function enter(name: string, takesMs: number, pass: "enter" | "resume" = "enter") {
    const work = () => {
      entered.push(name);
      state.time += takesMs;
    };
    const turn = turnstile[pass]();
    if (turn === undefined) work();
    else void turn.then(work);
  }
  async function turn() {
    for (const go of turns.splice(0)) go();
    await Promise.resolve();
    await Promise.resolve();
  }
  return { enter, turn, entered, turns };
}

describe("a turnstile for bursts of work", () => {
  it("admits work at once if it fits into the turn of the event loop", () => {
    const { enter, entered } = loop();
    enter("one", 4);
    enter("two", 4);
    enter("three", 4);
    expect(entered).toEqual(["one", "two", "three"]);
  });

  it("admits the rest one per turn, in order of arrival", async () => {
    const { enter, turn, entered } = loop();
    for (const name of ["one", "two", "three", "four"]) enter(name, 12);
    expect(entered).toEqual(["one"]);
    await turn();
    expect(entered).toEqual(["one", "two"]);
    enter("late", 0);
    await turn();
    await turn();
    expect(entered).toEqual(["one", "two", "three", "four"]);
    await turn();
    expect(entered.at(-1)).toBe("late");
  });

  it("resumes work in progress before it admits new work", async () => {
    const { enter, turn, entered } = loop();
    for (const name of ["one", "two", "three"]) enter(name, 12);
    enter("one, later", 4, "resume");
    enter("one, at the end", 4, "resume");
    expect(entered).toEqual(["one"]);
    for (const _ of [1, 2, 3, 4]) await turn();
    expect(entered).toEqual(["one", "one, later", "one, at the end", "two", "three"]);
  });

  it("resumes work at once while the turn has time, whatever new work waits", async () => {
    const { enter, turn, entered } = loop();
    enter("one", 12);
    enter("two", 4);
    enter("three", 4);
    await turn();
    enter("one, later", 4, "resume");
    expect(entered).toEqual(["one", "two", "one, later"]);
  });

  it("admits nothing while other work has priority", async () => {
    const turns: (() => void)[] = [];
    let others = 2;
    const turnstile = createTurnstile({
      budgetMs: 0,
      nextTurn: (go) => void turns.push(go),
      goesFirst: () => (others -= 1) >= 0,
    });
    void turnstile.enter();
    let isIn = false;
    void turnstile.enter()?.then(() => (isIn = true));
    for (const expected of [false, false, true]) {
      for (const go of turns.splice(0)) go();
      await Promise.resolve();
      expect(isIn).toBe(expected);
    }
  });

  it("admits at once again after a turn without work", async () => {
    const { enter, turn, entered, turns } = loop();
    enter("one", 50);
    await turn();
    expect(turns).toEqual([]);
    enter("two", 1);
    expect(entered).toEqual(["one", "two"]);
  });
});

describe("yielding in a loop", () => {
  it("yields after the time budget, so that other work continues", async () => {
    const order: string[] = [];
    setImmediate(() => order.push("another"));
    const breathe = createYield(0);
    await breathe();
    order.push("the loop");
    expect(order).toEqual(["another", "the loop"]);
  });

  it("does not yield within the time budget", () => {
    expect(createYield(60_000)()).toBeUndefined();
  });
});
