import { useMemo } from "preact/hooks";
import type uPlot from "uplot";
import { Chart } from "../components/chart.tsx";
import { axisStyle, type Colours } from "../components/chart-colours.ts";
import { formatUsdShort, toNanoUsd } from "../format/money.ts";
import type { Bucket } from "./buckets.ts";
import { momentSeries, timeAxis, timeRange } from "./time-axis.ts";

interface Props {
  readonly buckets: readonly Bucket[];
  readonly span: "hour" | "day";
}

/** Costs and savings over time. */
export function MoneyChart({ buckets, span }: Props) {
  const data = useMemo(
    (): uPlot.AlignedData => [
      buckets.map(({ at }) => at),
      buckets.map((bucket) => toUsd(bucket, "total")),
      buckets.map((bucket) => toUsd(bucket, "saved")),
      buckets.map((bucket) => toUsd(bucket, "net_saved")),
    ],
    [buckets],
  );
  const options = useMemo(
    () => (colours: Colours) => ({
      scales: { x: { range: timeRange(buckets, span) }, y: { range: aroundZero } },
      axes: [
        timeAxis(colours, span),
        {
          ...axisStyle(colours),
          size: 70,
          values: (_plot: uPlot, amounts: number[]) => formatTicks(amounts),
        },
      ],
      cursor: { drag: { x: false, y: false } },
      series: [
        momentSeries(span),
        line("spent", colours.bad),
        line("saved", colours["series-semantic"]),
        { ...line("net saved", colours.accent), dash: [6, 4] },
      ],
    }),
    [buckets, span],
  );
  return <Chart label="Spent and saved over time" data={data} options={options} height={220} />;
}

function line(label: string, stroke: string): uPlot.Series {
  return {
    label,
    stroke,
    width: 2,
    points: { show: false },
    value: (_plot, amount) => (amount === null ? "" : formatAmount(amount)),
  };
}

/** Floats are exact enough for pixels; tables have the exact sums. Future buckets have no value. */
function toUsd({ at, row }: Bucket, part: "total" | "saved" | "net_saved"): number | null {
  if (row === undefined) return at * 1000 > Date.now() ? null : 0;
  return Number(toNanoUsd(row.cost[part])) / 1e9;
}

/** All values with the same number of decimal places. */
function formatTicks(amounts: readonly number[]): string[] {
  const needed = amounts.map((usd) => Number(usd.toPrecision(2)).toFixed(9).replace(/0+$/, ""));
  const places = Math.max(0, ...needed.map((text) => text.split(".")[1]?.length ?? 0));
  return amounts.map((usd) =>
    usd === 0
      ? "$0"
      : `$${usd.toLocaleString("en", { minimumFractionDigits: places, maximumFractionDigits: places })}`,
  );
}

function formatAmount(usd: number): string {
  return formatUsdShort(BigInt(Math.round(usd * 1e9)));
}

function aroundZero(_plot: uPlot, least: number | null, most: number | null): uPlot.Range.MinMax {
  const top = Math.max(most ?? 0, 1e-6) * 1.1;
  return [Math.min(0, (least ?? 0) * 1.1), top];
}
