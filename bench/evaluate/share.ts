import { wilsonInterval } from "./interval.ts";

/** `4.5 % (3.2-6.3)`: a share with its 95 % interval; a dash where there is nothing to have a share of. */
export function share(count: number, total: number): string {
  if (total === 0) return "-";
  const { low, high } = wilsonInterval(count, total);
  const percent = (value: number) => (value * 100).toFixed(1);
  return `${percent(count / total)} % (${percent(low)}-${percent(high)})`;
}
