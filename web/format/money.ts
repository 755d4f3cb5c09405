const NANO = 1_000_000_000n;

/** Exact nano-dollars of the API's decimal string ("0.000412500"); 0 for anything else. */
export function toNanoUsd(decimal: string): bigint {
  const [, sign, whole, fraction = ""] = /^(-?)(\d+)(?:\.(\d{1,9}))?$/.exec(decimal) ?? [];
  if (whole === undefined) return 0n;
  const amount = BigInt(whole) * NANO + BigInt(fraction.padEnd(9, "0"));
  return sign === "-" ? -amount : amount;
}

/** All digits without trailing zeros, at least two decimal places; zero is "$0". */
export function formatUsd(nanoUsd: bigint): string {
  if (nanoUsd === 0n) return "$0";
  const amount = nanoUsd < 0n ? -nanoUsd : nanoUsd;
  const fraction = String(amount % NANO)
    .padStart(9, "0")
    .replace(/0{1,7}$/, "");
  const whole = String(amount / NANO).replace(/\B(?=(?:\d{3})+$)/g, ",");
  return `${nanoUsd < 0n ? "−" : ""}$${whole}.${fraction}`;
}

/** For headlines: cents from one dollar on, three significant digits below. */
export function formatUsdShort(nanoUsd: bigint): string {
  return nanoUsd === 0n ? "$0" : formatUsdPlaces(nanoUsd, placesOf([nanoUsd]));
}

/** Decimal places that show three digits of the largest amount, at least two. */
export function placesOf(nanoUsd: readonly bigint[]): number {
  const largest = Math.max(0, ...nanoUsd.map((amount) => Math.abs(Number(amount)) / 1e9));
  if (largest === 0 || largest >= 1) return 2;
  return Math.max(2, Math.min(9, 2 - Math.floor(Math.log10(largest))));
}

/** With this number of decimal places; a small amount that rounds to zero is "<$0.01". */
export function formatUsdPlaces(nanoUsd: bigint, places: number): string {
  if (nanoUsd === 0n) return "$0";
  const usd = Math.abs(Number(nanoUsd)) / 1e9;
  const least = 10 ** -places;
  const isTiny = usd < least / 2;
  const text = (isTiny ? least : usd).toLocaleString("en", {
    minimumFractionDigits: places,
    maximumFractionDigits: places,
  });
  const sign = nanoUsd < 0n ? "−" : "";
  return isTiny ? `<${sign}$${text}` : `${sign}$${text}`;
}
