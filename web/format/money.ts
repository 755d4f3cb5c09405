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

/** To the cent from a dollar on, three significant digits below: for tables and headlines. */
export function formatUsdShort(nanoUsd: bigint): string {
  const amount = nanoUsd < 0n ? -nanoUsd : nanoUsd;
  if (amount === 0n) return "$0";
  const usd = Number(amount) / 1e9;
  const digits = usd >= 1 ? 2 : Math.min(9, 2 - Math.floor(Math.log10(usd)));
  const text = usd.toLocaleString("en", {
    minimumFractionDigits: Math.max(2, digits),
    maximumFractionDigits: Math.max(2, digits),
  });
  return `${nanoUsd < 0n ? "−" : ""}$${text}`;
}
