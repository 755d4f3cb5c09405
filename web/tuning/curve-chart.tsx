import { useMemo } from "preact/hooks";
import type uPlot from "uplot";
import type { CurveRow } from "../api/types.ts";
import { Chart } from "../components/chart.tsx";
import { axisStyle, type Colours } from "../components/chart-colours.ts";
import { Money } from "../components/money.tsx";
import { Table, type Column } from "../components/table.tsx";
import { formatCount, formatShare, formatSimilarity } from "../format/numbers.ts";
import { drawMarks } from "./draw-marks.ts";

interface Props {
  readonly rows: readonly CurveRow[];
  readonly threshold: number;
  readonly inForce: number;
  readonly target: number;
}

/** The hit rate and the bound on wrong hits by threshold. */
export function CurveChart({ rows, threshold, inForce, target }: Props) {
  const data = useMemo((): uPlot.AlignedData => {
    const loose = rows.toReversed();
    return [
      loose.map((row) => row.threshold),
      loose.map((row) => row.hit_rate * 100),
      loose.map((row) => (row.labelled_hits === 0 ? null : row.upper_bound * 100)),
    ];
  }, [rows]);
  const options = useMemo(
    () => (colours: Colours) => ({
      scales: { x: { time: false }, y: { range: (): uPlot.Range.MinMax => [0, 100] } },
      axes: [
        {
          ...axisStyle(colours),
          grid: { show: false },
          size: 30,
          values: (_plot: uPlot, values: number[]) => values.map((value) => value.toFixed(2)),
        },
        {
          ...axisStyle(colours),
          size: 54,
          values: (_plot: uPlot, values: number[]) => values.map((value) => `${value} %`),
        },
      ],
      cursor: { drag: { x: false, y: false } },
      hooks: {
        draw: [(plot: uPlot) => drawMarks(plot, colours, { threshold, inForce, target })],
      },
      series: [
        { label: "", value: (_plot: uPlot, at: number | null) => at?.toFixed(2) ?? "" },
        { ...line("served", colours.accent), fill: colours.tint },
        line("wrong at most", colours.bad),
      ],
    }),
    [threshold, inForce, target],
  );
  return (
    <Chart label="Served and wrong by threshold" data={data} options={options} height={260}>
      <Table
        caption="Figures by threshold"
        columns={COLUMNS}
        rows={rows}
        keyOf={(row) => row.threshold}
      />
    </Chart>
  );
}

const COLUMNS: readonly Column<CurveRow>[] = [
  { name: "Threshold", isName: true, cell: (row) => formatSimilarity(row.threshold) },
  { name: "Served", isNumber: true, cell: ({ hits }) => formatCount(hits) },
  { name: "Labelled", isNumber: true, cell: (row) => formatCount(row.labelled_hits) },
  { name: "Wrong", isNumber: true, cell: (row) => formatCount(row.wrong_hits) },
  { name: "Wrong at most", isNumber: true, cell: (row) => formatShare(row.upper_bound) },
  { name: "Saved", isNumber: true, cell: ({ saved }) => <Money usd={saved.usd} /> },
];

function line(label: string, stroke: string): uPlot.Series {
  return {
    label,
    stroke,
    width: 2,
    points: { show: false },
    value: (_plot, share, _series, at) => {
      if (at === null) return "";
      return share === null ? "no label" : `${share.toFixed(1)} %`;
    },
  };
}
