import { describe, expect, it } from "vitest";
import { createWorkQueue } from "../../src/operations/work-queue.ts";
import { defer } from "../support/defer.ts";

function open() {
  const line = createWorkQueue({ atOnce: 2, waiting: 2 });
  const begun: string[] = [];
  const add = (tenant: string, signal = new AbortController().signal) => {
    const ended = defer();
    const name = `${tenant}${begun.length}`;
    const work = line.run({ tenant, signal }, async () => {
      begun.push(tenant);
      await ended.promise;
      return name;
    });
    return { work, end: () => ended.resolve() };
  };
  return { add, begun };
}

const settle = () => new Promise((resolve) => setImmediate(resolve));

describe("a queue for long-running work", () => {
  it("limits concurrency, runs one job per tenant, and lets no tenant block others", async () => {
    const { add, begun } = open();
    const first = add("a");
    const second = add("a");
    const other = add("b");
    const third = add("c");
    await settle();
    expect(begun).toEqual(["a", "b"]);
    first.end();
    await first.work;
    await settle();
    expect(begun).toEqual(["a", "b", "a"]);
    for (const { end } of [second, other, third]) end();
    await Promise.all([second.work, other.work]);
    await third.work;
    expect(begun).toEqual(["a", "b", "a", "c"]);
  });

  it("rejects work when a tenant's queue is full", async () => {
    const { add } = open();
    const all = [add("a"), add("a"), add("a")];
    await settle();
    await expect(add("a").work).rejects.toMatchObject({
      code: "rate_limited",
      retryAfterSeconds: 5,
    });
    for (const { end } of all) end();
    await Promise.all(all.map(({ work }) => work));
  });

  it("drops work whose caller has left", async () => {
    const { add, begun } = open();
    const first = add("a");
    const gone = new AbortController();
    const second = add("a", gone.signal);
    gone.abort(new Error("gone"));
    await expect(second.work).rejects.toThrow("gone");
    await expect(add("b", AbortSignal.abort(new Error("gone"))).work).rejects.toThrow("gone");
    first.end();
    await first.work;
    await settle();
    expect(begun).toEqual(["a"]);
  });

  it("continues after failed work", async () => {
    const line = createWorkQueue({ atOnce: 1, waiting: 1 });
    const { signal } = new AbortController();
    const failed = line.run({ tenant: "a", signal }, () => Promise.reject(new Error("no")));
    await expect(failed).rejects.toThrow("no");
    expect(await line.run({ tenant: "a", signal }, async () => 7)).toBe(7);
  });
});
