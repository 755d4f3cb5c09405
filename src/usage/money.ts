import type { NanoUsd } from "./types.ts";

/** Pico-dollars (1e-12 USD) per token: fine enough for every published price, and whole. */
export type PicoUsdPerToken = bigint;

const NANO_DIGITS = 9;

/**
 * A price in USD per million tokens as whole pico-dollars per token: one USD per million is 1e-6 USD,
 * 1,000,000 pico-dollars, for one token.
 *
 * @throws RangeError for anything but a plain decimal with at most six places.
 */
export function parsePricePerMillion(decimal: string): PicoUsdPerToken {
  const parts = /^(\d{1,9})(?:\.(\d{1,6}))?$/.exec(decimal);
  if (parts === null) {
    throw new RangeError(`${decimal} is not a price with at most six decimal places`);
  }
  return BigInt(parts[1] ?? "0") * 1_000_000n + BigInt((parts[2] ?? "").padEnd(6, "0"));
}

/** US dollars with at most nine places, such as `25` or `0.50`, as whole nano-dollars. */
export function parseUsd(decimal: string): NanoUsd {
  const [dollars = "0", places = ""] = decimal.split(".");
  return BigInt(dollars) * 1_000_000_000n + BigInt(places.padEnd(NANO_DIGITS, "0"));
}

/** Pico-dollars to whole nano-dollars, half up. Amounts are never negative here. */
export function roundToNano(picoUsd: bigint): NanoUsd {
  return (picoUsd + 500n) / 1000n;
}

/** Nano-dollars as a decimal string with nine places: `0.000412500`, `-0.000000180`. */
export function formatNanoUsd(amount: NanoUsd): string {
  const sign = amount < 0n ? "-" : "";
  const digits = (amount < 0n ? -amount : amount).toString().padStart(NANO_DIGITS + 1, "0");
  return `${sign}${digits.slice(0, -NANO_DIGITS)}.${digits.slice(-NANO_DIGITS)}`;
}
