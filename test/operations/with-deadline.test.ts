import { readFile, readdir } from "node:fs/promises";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import {
  LateError,
  eachUntilAborted,
  rejectOnAbort,
  runWithin,
  startDeadline,
  waitAtMost,
  withDeadline,
} from "../../src/operations/with-deadline.ts";

const never = () => new Promise<never>(() => {});

describe("a time limit", () => {
  beforeEach(() => {
    vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout", "setImmediate"] });
  });
  afterEach(() => {
    vi.useRealTimers();
  });

  it("ends work that never answers, and work that ignores its signal", async () => {
    const ended = Promise.allSettled([
      withDeadline(never(), 100),
      runWithin(100, undefined, () => never()),
    ]);
    await vi.advanceTimersByTimeAsync(101);
    for (const result of await ended) expect(result).toMatchObject({ status: "rejected" });
    expect(vi.getTimerCount()).toBe(0);
  });

  it("aborts with a LateError, or with the parent's reason if that came first", async () => {
    const stop = new AbortController();
    const late = startDeadline(100);
    const stopped = startDeadline(100, stop.signal);
    stop.abort(new Error("stopped"));
    await vi.advanceTimersByTimeAsync(101);
    expect(late.signal.reason).toBeInstanceOf(LateError);
    expect(stopped.signal.reason).toMatchObject({ message: "stopped" });
  });

  it("leaves no timer or listener behind", async () => {
    const { signal } = new AbortController();
    const off = vi.spyOn(signal, "removeEventListener");
    await expect(runWithin(100, signal, async () => 7)).resolves.toBe(7);
    expect(vi.getTimerCount()).toBe(0);
    expect(off).toHaveBeenCalledWith("abort", expect.any(Function));
  });

  it("does not start work if the parent is already aborted", async () => {
    const work = vi.fn(async () => 7);
    await expect(runWithin(100, AbortSignal.abort(new Error("gone")), work)).rejects.toThrow(
      "gone",
    );
    expect(work).not.toHaveBeenCalled();
  });

  it("of waitAtMost resolves while the work continues", async () => {
    vi.useRealTimers();
    await expect(waitAtMost(never(), 1)).resolves.toBeUndefined();
  });
});

it("leaves a hanging source as soon as its signal is aborted", async () => {
  const stop = new AbortController();
  async function* hanging() {
    yield 1;
    await never();
  }
  const items = eachUntilAborted(hanging(), stop.signal);
  await expect(items.next()).resolves.toMatchObject({ value: 1 });
  const next = items.next();
  stop.abort(new Error("stopped"));
  await expect(next).rejects.toThrow("stopped");
});

it("does not wait for work if its signal is already aborted", async () => {
  const gone = AbortSignal.abort(new Error("gone"));
  await expect(rejectOnAbort(never(), gone)).rejects.toThrow("gone");
});

it("no source file uses a signal that can be garbage-collected before it fires", async () => {
  for (const folder of ["src", "web", "scripts", "bench"]) {
    for (const file of await readdir(folder, { recursive: true })) {
      if (!/\.tsx?$/.test(file) || file.includes("node_modules")) continue;
      const uses = /AbortSignal\.(?:timeout|any)\(/.test(
        await readFile(join(folder, file), "utf8"),
      );
      expect([file, uses]).toEqual([file, false]);
    }
  }
});
