const NANO = 1_000_000_000n;

/** Nano-dollars of the API's decimal string ("0.000412500"), exactly. */
export function toNanoUsd(decimal) {
  const [, sign, whole, fraction = ""] = /^(-?)(\d+)(?:\.(\d{1,9}))?$/.exec(decimal) ?? [];
  if (whole === undefined) return 0n;
  const amount = BigInt(whole) * NANO + BigInt(fraction.padEnd(9, "0"));
  return sign === "-" ? -amount : amount;
}

/** All its digits without the zeros at the end, two places at least; zero is "$0". */
export function formatUsd(nanoUsd) {
  if (nanoUsd === 0n) return "$0";
  const amount = nanoUsd < 0n ? -nanoUsd : nanoUsd;
  const fraction = String(amount % NANO)
    .padStart(9, "0")
    .replace(/0{1,7}$/, "");
  return `${nanoUsd < 0n ? "−" : ""}$${amount / NANO}.${fraction}`;
}
