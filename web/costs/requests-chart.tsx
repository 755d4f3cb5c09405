import { useMemo } from "preact/hooks";
import uPlot from "uplot";
import { Chart } from "../components/chart.tsx";
import { axisStyle, type Colours } from "../components/chart-colours.ts";
import { formatCount } from "../format/numbers.ts";
import type { Bucket } from "./buckets.ts";
import { PARTS, partsOf } from "./request-parts.ts";
import { BAR, momentSeries, timeAxis, timeRange } from "./time-axis.ts";

const COLOURS = {
  exact: "series-exact",
  semantic: "series-semantic",
  verified: "series-verified",
  miss: "series-miss",
  "cache not used": "series-aside",
} as const satisfies Record<(typeof PARTS)[number], keyof Colours>;

interface Props {
  readonly buckets: readonly Bucket[];
  readonly span: "hour" | "day";
}

/** Requests over time, by cache tier. */
export function RequestsChart({ buckets, span }: Props) {
  const counts = useMemo(() => buckets.map(({ row }) => partsOf(row)), [buckets]);
  const data = useMemo(() => stack(buckets, counts), [buckets, counts]);
  const options = useMemo(
    () => (colours: Colours) => ({
      scales: { x: { range: timeRange(buckets, span) }, y: { range: fromZero } },
      axes: [
        timeAxis(colours, span),
        {
          ...axisStyle(colours),
          size: 44,
          incrs: [1, 2, 5, 10, 20, 50, 100, 200, 500, 1000, 5000, 1e4, 1e5],
        },
      ],
      cursor: { drag: { x: false, y: false }, points: { show: false } },
      series: [
        momentSeries(span),
        // The tallest first, so that the others are drawn in front of it.
        ...PARTS.map((part, place) => ({
          label: part,
          fill: colours[COLOURS[part]],
          paths: uPlot.paths.bars?.(BAR) ?? (() => null),
          points: { show: false },
          value: (_plot: uPlot, _sum: number | null, _series: number, at: number | null) =>
            at === null ? "" : formatCount(counts[at]?.[place] ?? 0),
        })).toReversed(),
      ],
    }),
    [buckets, counts, span],
  );
  return <Chart label="Requests over time by tier" data={data} options={options} height={220} />;
}

/** Each series is the sum of its part and all below it; the highest comes first. */
function stack(
  buckets: readonly Bucket[],
  counts: readonly (readonly number[])[],
): uPlot.AlignedData {
  const heights = PARTS.map((_part, place) =>
    counts.map((parts) => parts.slice(0, place + 1).reduce((sum, count) => sum + count, 0)),
  );
  return [buckets.map(({ at }) => at), ...heights.toReversed()];
}

function fromZero(_plot: uPlot, _least: number | null, most: number | null): uPlot.Range.MinMax {
  return [0, Math.max(4, (most ?? 0) * 1.1)];
}
