import { wilsonInterval } from "./interval.ts";

/** A share with its 95 % interval: `4.5 % (3.2-6.3)`; a dash if the total is 0. */
export function share(count: number, total: number): string {
  if (total === 0) return "-";
  const { low, high } = wilsonInterval(count, total);
  const percent = (value: number) => (value * 100).toFixed(1);
  return `${percent(count / total)} % (${percent(low)}-${percent(high)})`;
}
