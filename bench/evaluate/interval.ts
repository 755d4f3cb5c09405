/** The 97.5th percentile of the normal distribution, for a two-sided 95 % interval. */
const Z = 1.959_964;

/**
 * The 95 % interval of a share (Wilson 1927), also valid for few rows and for shares of 0 or 1. Without rows: 0
 * to 1.
 */
export function wilsonInterval(count: number, total: number): { low: number; high: number } {
  if (total === 0) return { low: 0, high: 1 };
  const share = count / total;
  const scale = 1 + (Z * Z) / total;
  const middle = share + (Z * Z) / (2 * total);
  const half = Z * Math.sqrt((share * (1 - share)) / total + (Z * Z) / (4 * total * total));
  return {
    low: count === 0 ? 0 : (middle - half) / scale,
    high: count === total ? 1 : (middle + half) / scale,
  };
}
