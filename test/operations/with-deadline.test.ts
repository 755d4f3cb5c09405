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

  it("ends work that never answers, and work that does not heed its signal", async () => {
    const ended = Promise.allSettled([
      withDeadline(never(), 100),
      runWithin(100, undefined, () => never()),
    ]);
    await vi.advanceTimersByTimeAsync(101);
    for (const result of await ended) expect(result).toMatchObject({ status: "rejected" });
    expect(vi.getTimerCount()).toBe(0);
  });

  it("is a LateError on the signal, and the parent's reason where that came first", async () => {
    const stop = new AbortController();
    const late = startDeadline(100);
    const stopped = startDeadline(100, stop.signal);
    stop.abort(new Error("stopped"));
    await vi.advanceTimersByTimeAsync(101);
    expect(late.signal.reason).toBeInstanceOf(LateError);
    expect(stopped.signal.reason).toMatchObject({ message: "stopped" });
  });

  it("leaves no timer and no listener behind when the work has ended", async () => {
    const { signal } = new AbortController();
    const off = vi.spyOn(signal, "removeEventListener");
    await expect(runWithin(100, signal, async () => 7)).resolves.toBe(7);
    expect(vi.getTimerCount()).toBe(0);
    expect(off).toHaveBeenCalledWith("abort", expect.any(Function));
  });

  it("does not begin work whose parent is aborted already", async () => {
    const work = vi.fn(async () => 7);
    await expect(runWithin(100, AbortSignal.abort(new Error("gone")), work)).rejects.toThrow(
      "gone",
    );
    expect(work).not.toHaveBeenCalled();
  });

  it("of waiting at most a time resolves though the work goes on", async () => {
    vi.useRealTimers();
    await expect(waitAtMost(never(), 1)).resolves.toBeUndefined();
  });
});

it("a source that hangs is left as soon as its signal is aborted", async () => {
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

it("work whose signal is aborted already is not waited for", async () => {
  const gone = AbortSignal.abort(new Error("gone"));
  await expect(rejectOnAbort(never(), gone)).rejects.toThrow("gone");
});

it("no source of the service or the app uses a signal that can be collected before it fires", async () => {
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
