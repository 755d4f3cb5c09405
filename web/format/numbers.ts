const integer = new Intl.NumberFormat("en");

/** "1,234". */
export function formatCount(count: number): string {
  return integer.format(count);
}

/** "1 answer", "2 answers". */
export function formatMany(count: number, one: string, many = `${one}s`): string {
  return `${formatCount(count)} ${count === 1 ? one : many}`;
}

/** A share from 0 to 1 as "12.3 %". */
export function formatShare(share: number): string {
  const digits = share === 0 || share === 1 ? 0 : 1;
  return `${(share * 100).toFixed(digits)} %`;
}

/** Truncated, not rounded: 0.999 must not read as 1.00. The product may be slightly below the whole number. */
export function formatSimilarity(similarity: number): string {
  return (Math.floor(similarity * 100 + 1e-9) / 100).toFixed(2);
}

/** "4.1 ms", "1.25 s"; a short time that rounds to zero is "< 0.1 ms". */
export function formatDuration(milliseconds: number): string {
  if (milliseconds > 0 && milliseconds < 0.05) return "< 0.1 ms";
  if (milliseconds >= 1000) return `${(milliseconds / 1000).toFixed(2)} s`;
  return `${milliseconds.toFixed(milliseconds < 10 ? 1 : 0)} ms`;
}

/** "12 kB". */
export function formatBytes(bytes: number): string {
  if (bytes < 1000) return `${bytes} B`;
  if (bytes < 1_000_000) return `${Math.round(bytes / 1000)} kB`;
  return `${(bytes / 1_000_000).toFixed(1)} MB`;
}
