import { Table, type Column } from "../components/table.tsx";
import { formatCount, formatDuration } from "../format/numbers.ts";
import type { StageTimes } from "./stage-times.ts";

const NAMES: Readonly<Record<string, string>> = {
  resolve: "Resolve the follow-up",
  embed: "Embed",
  lookup: "Look up",
  judge: "Ask the judge",
  retrieve: "Retrieve passages",
  model: "Model",
  total: "Total",
};

/** The times of each stage. */
export function Stages({ stages }: { readonly stages: readonly StageTimes[] }) {
  const longest = Math.max(1, ...stages.map(({ p95 }) => p95.time));
  return (
    <Table
      caption="Time by stage"
      columns={columns(longest)}
      rows={stages}
      keyOf={({ stage }) => stage}
    />
  );
}

function columns(longest: number): readonly Column<StageTimes>[] {
  return [
    { name: "Stage", isName: true, cell: ({ stage }) => NAMES[stage] ?? stage },
    { name: "Answers", isNumber: true, isMinor: true, cell: ({ count }) => formatCount(count) },
    { name: "Mean", isNumber: true, isMinor: true, cell: ({ mean }) => formatDuration(mean) },
    { name: "Median", isNumber: true, cell: ({ median }) => describe(median) },
    { name: "95 %", isNumber: true, cell: ({ p95 }) => describe(p95) },
    { name: "Median and 95 %", isMinor: true, cell: (row) => <Bar {...row} longest={longest} /> },
  ];
}

function describe({ time, isBelow }: StageTimes["median"]): string {
  return `${isBelow ? "< " : ""}${formatDuration(time)}`;
}

/** Bars grow with the square root, so that fast stages stay visible beside the model. */
function Bar({ median, p95, longest }: StageTimes & { readonly longest: number }) {
  const width = (time: number) => ({ width: `${Math.sqrt(time / longest) * 100}%` });
  return (
    <div class="bar-pair" aria-hidden="true">
      <div class="bar-high" style={width(p95.time)} />
      <div class="bar-low" style={width(median.time)} />
    </div>
  );
}
