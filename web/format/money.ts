const NANO = 1_000_000_000n;

/** Nano-dollars of the API's decimal string ("0.000412500"), exactly; 0 for anything else. */
export function toNanoUsd(decimal: string): bigint {
  const [, sign, whole, fraction = ""] = /^(-?)(\d+)(?:\.(\d{1,9}))?$/.exec(decimal) ?? [];
  if (whole === undefined) return 0n;
  const amount = BigInt(whole) * NANO + BigInt(fraction.padEnd(9, "0"));
  return sign === "-" ? -amount : amount;
}

/** All its digits without the zeros at the end, two places at least; zero is "$0". */
export function formatUsd(nanoUsd: bigint): string {
  if (nanoUsd === 0n) return "$0";
  const amount = nanoUsd < 0n ? -nanoUsd : nanoUsd;
  const fraction = String(amount % NANO)
    .padStart(9, "0")
    .replace(/0{1,7}$/, "");
  const whole = String(amount / NANO).replace(/\B(?=(?:\d{3})+$)/g, ",");
  return `${nanoUsd < 0n ? "−" : ""}$${whole}.${fraction}`;
}

/** To the cent from a dollar on, three significant digits below: for headlines. */
export function formatUsdShort(nanoUsd: bigint): string {
  return nanoUsd === 0n ? "$0" : formatUsdPlaces(nanoUsd, placesOf([nanoUsd]));
}

/** The places that show three digits of the largest amount, two at least. */
export function placesOf(nanoUsd: readonly bigint[]): number {
  const largest = Math.max(0, ...nanoUsd.map((amount) => Math.abs(Number(amount)) / 1e9));
  if (largest === 0 || largest >= 1) return 2;
  return Math.max(2, Math.min(9, 2 - Math.floor(Math.log10(largest))));
}

/** With so many places; what would be zero only by rounding is "<$0.01". */
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
