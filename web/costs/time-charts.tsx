import { useMemo } from "preact/hooks";
import type { CostRow } from "../api/types.ts";
import { Loaded } from "../components/loaded.tsx";
import { Section } from "../components/page.tsx";
import { toBuckets } from "./buckets.ts";
import { Headline } from "./headline.tsx";
import { MoneyChart } from "./money-chart.tsx";
import { spanOf, type Range } from "./range.ts";
import { RequestsChart } from "./requests-chart.tsx";
import { sumRows } from "./totals.ts";
import { useReport } from "./use-report.ts";

interface Props {
  readonly range: Range;
  readonly days: readonly CostRow[];
}

/** Charts of a period, by hour if it is short. */
export function TimeCharts({ range, days }: Props) {
  const span = spanOf(range);
  return (
    <>
      <Headline totals={sumRows(days)} />
      {span === "day" ? (
        <Charts rows={days} range={range} span="day" />
      ) : (
        <HourCharts range={range} />
      )}
    </>
  );
}

function HourCharts({ range }: { readonly range: Range }) {
  return (
    <Loaded of={useReport(range, "hour")} label="The charts">
      {({ rows }) => <Charts rows={rows} range={range} span="hour" />}
    </Loaded>
  );
}

interface ChartsProps {
  readonly rows: readonly CostRow[];
  readonly range: Range;
  readonly span: "hour" | "day";
}

function Charts({ rows, range, span }: ChartsProps) {
  const buckets = useMemo(() => toBuckets(rows, range, span), [rows, range, span]);
  const each = span === "hour" ? "per hour" : "per day";
  return (
    <div class="pair">
      <Section title={`Requests ${each}`}>
        <RequestsChart buckets={buckets} span={span} />
      </Section>
      <Section title={`US dollars ${each}`}>
        <MoneyChart buckets={buckets} span={span} />
      </Section>
    </div>
  );
}
