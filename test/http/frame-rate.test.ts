import { describe, expect, it } from "vitest";
import { createFrameRate } from "../../src/http/socket-guard.ts";

describe("the rate of a socket's frames", () => {
  it("is ten seconds' worth at once, and the average after that", () => {
    let time = 0;
    const mayCome = createFrameRate(2, () => time);
    const count = (tries: number) => Array.from({ length: tries }, mayCome).filter(Boolean).length;
    expect(count(30)).toBe(20);
    time = 1_000;
    expect(count(30)).toBe(2);
    time = 500_000;
    expect(count(30)).toBe(20);
  });
});
