import type { NanoUsd } from "./types.ts";

/**
 * Pico-dollars (1e-12 USD) per token: an integer unit that represents every published price
 * exactly.
 */
export type PicoUsdPerToken = bigint;

const NANO_DIGITS = 9;

/**
 * Parses a price in USD per million tokens. One USD per million tokens is 1,000,000 pico-dollars
 * per token.
 *
 * @throws RangeError unless it is a plain decimal with at most six decimals
 */
export function parsePricePerMillion(decimal: string): PicoUsdPerToken {
  const parts = /^(\d{1,9})(?:\.(\d{1,6}))?$/.exec(decimal);
  if (parts === null) {
    throw new RangeError(
      `${decimal} is not a price: use a plain decimal with at most six decimals`,
    );
  }
  return BigInt(parts[1] ?? "0") * 1_000_000n + BigInt((parts[2] ?? "").padEnd(6, "0"));
}

/** Parses US dollars with at most nine decimals, such as `25` or `0.50`, to nano-dollars. */
export function parseUsd(decimal: string): NanoUsd {
  const [dollars = "0", places = ""] = decimal.split(".");
  return BigInt(dollars) * 1_000_000_000n + BigInt(places.padEnd(NANO_DIGITS, "0"));
}

/** Rounds pico-dollars to nano-dollars, half up. Amounts are never negative here. */
export function roundToNano(picoUsd: bigint): NanoUsd {
  return (picoUsd + 500n) / 1000n;
}

/** Formats nano-dollars as a decimal with nine places: `0.000412500`, `-0.000000180`. */
export function formatNanoUsd(amount: NanoUsd): string {
  const sign = amount < 0n ? "-" : "";
  const digits = (amount < 0n ? -amount : amount).toString().padStart(NANO_DIGITS + 1, "0");
  return `${sign}${digits.slice(0, -NANO_DIGITS)}.${digits.slice(-NANO_DIGITS)}`;
}
