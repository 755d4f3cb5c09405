import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { formatNanoUsd, parsePricePerMillion, roundToNano } from "../../src/usage/prices.ts";

describe("money", () => {
  it("formats nano-dollars with nine decimals and parses them back", () => {
    fc.assert(
      fc.property(fc.bigInt({ min: -(10n ** 20n), max: 10n ** 20n }), (amount) => {
        const text = formatNanoUsd(amount);
        expect(text).toMatch(/^-?\d+\.\d{9}$/);
        expect(BigInt(text.replace(".", ""))).toBe(amount);
      }),
    );
  });

  it("keeps published prices exactly, to six decimals", () => {
    expect(parsePricePerMillion("0.15")).toBe(150_000n);
    expect(parsePricePerMillion("0.0375")).toBe(37_500n);
    expect(parsePricePerMillion("75")).toBe(75_000_000n);
    expect(parsePricePerMillion("0.000001")).toBe(1n);
  });

  it.each(["", "-1", "1e3", "0.1234567", "1,5", "free"])("refuses %j as a price", (text) => {
    expect(() => parsePricePerMillion(text)).toThrow(RangeError);
  });

  it("rounds half up and never by more than half a nano-dollar", () => {
    fc.assert(
      fc.property(fc.bigInt({ min: 0n, max: 10n ** 18n }), (pico) => {
        const difference = roundToNano(pico) * 1000n - pico;
        expect(difference <= 500n && difference > -500n).toBe(true);
      }),
    );
    expect(roundToNano(500n)).toBe(1n);
    expect(roundToNano(499n)).toBe(0n);
  });
});
