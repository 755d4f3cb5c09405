import type uPlot from "uplot";
import { axisStyle, type Colours } from "../components/chart-colours.ts";
import type { Bucket } from "./buckets.ts";

const WIDTH = { hour: 3600, day: 86_400 } as const;

/** Width of a bar: its share of the slot, at most 36 pixels. */
export const BAR: uPlot.Series.BarsPathBuilderOpts = { size: [0.62, 36] };

const hours = new Intl.DateTimeFormat("en-GB", { hour: "2-digit", minute: "2-digit" });
const days = new Intl.DateTimeFormat("en-GB", { day: "numeric", month: "short" });

/** Space for half a bar on both sides. */
export function timeRange(buckets: readonly Bucket[], span: "hour" | "day"): uPlot.Range.MinMax {
  const half = WIDTH[span] / 2;
  return [(buckets[0]?.at ?? 0) - half, (buckets.at(-1)?.at ?? 1) + half];
}

/** The time under the pointer, for the legend; empty if there is none. */
export function momentSeries(span: "hour" | "day"): uPlot.Series {
  const format = span === "hour" ? hours : days;
  return {
    label: "",
    value: (_plot, moment) => (moment === null ? "" : format.format(moment * 1000)),
  };
}

/** Hours or days below a chart. */
export function timeAxis(colours: Colours, span: "hour" | "day"): uPlot.Axis {
  const format = span === "hour" ? hours : days;
  return {
    ...axisStyle(colours),
    grid: { show: false },
    size: 30,
    space: 64,
    incrs: span === "hour" ? [3600, 10_800, 21_600, 43_200] : [86_400, 172_800, 604_800, 1_209_600],
    values: (_plot, moments) => moments.map((moment) => format.format(moment * 1000)),
  };
}
