import { describe, expect, it, vi } from "vitest";
import { createFailOpen } from "../../src/operations/with-deadline.ts";

describe("dependencies that fail open", () => {
  it("return their value and report nothing when they work", async () => {
    const attempt = createFailOpen({ onFailure: vi.fn() })();
    await expect(attempt("cache", async () => 7, 0)).resolves.toBe(7);
    expect([...attempt.degraded]).toEqual([]);
  });

  it("return the fallback when they throw, and report each part once with its cause", async () => {
    const onFailure = vi.fn();
    const attempt = createFailOpen({ onFailure })();
    const broken = new Error("gone");
    await expect(attempt("cache", () => Promise.reject(broken), "instead")).resolves.toBe(
      "instead",
    );
    await attempt("cache", () => Promise.reject(broken), "instead");
    expect([...attempt.degraded]).toEqual(["cache"]);
    expect(onFailure).toHaveBeenCalledWith("cache", broken);
    expect(onFailure).toHaveBeenCalledTimes(2);
  });

  it("return the fallback when they hang", async () => {
    const attempt = createFailOpen({ deadlineMs: 5, onFailure: vi.fn() })();
    await expect(attempt("history", () => new Promise(() => {}), [])).resolves.toEqual([]);
    expect([...attempt.degraded]).toEqual(["history"]);
  });

  it("wait for their turn of the event loop after success and failure", async () => {
    const waiting: (() => void)[] = [];
    const resume = () => new Promise<void>((resolve) => waiting.push(resolve));
    const attempt = createFailOpen({ onFailure: vi.fn(), turnstile: { resume } })();
    const ended: number[] = [];
    const all = [
      attempt("cache", async () => 1, 0).then((value) => ended.push(value)),
      attempt("cache", () => Promise.reject(new Error("gone")), 2).then((value) =>
        ended.push(value),
      ),
    ];
    await vi.waitFor(() => expect(waiting).toHaveLength(2));
    expect(ended).toEqual([]);
    for (const resolve of waiting) resolve();
    await Promise.all(all);
    expect(ended).toEqual([1, 2]);
  });

  it("report per request", async () => {
    const begin = createFailOpen({ onFailure: vi.fn() });
    const [one, two] = [begin(), begin()];
    await one("cache", () => Promise.reject(new Error("gone")), undefined);
    expect([...two.degraded]).toEqual([]);
  });
});
