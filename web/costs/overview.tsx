import { useMemo } from "preact/hooks";
import type { CostRow } from "../api/types.ts";
import { toPath } from "../app/router.ts";
import { DownloadButton } from "../components/download-button.tsx";
import { Loaded } from "../components/loaded.tsx";
import { PageBody, Section } from "../components/page.tsx";
import { Table, type Column } from "../components/table.tsx";
import { formatDay } from "../format/time.ts";
import { GroupSection } from "./group-section.tsx";
import { moneyColumns } from "./money-columns.tsx";
import { NoCosts } from "./no-costs.tsx";
import { readRange } from "./range.ts";
import { RangePicker } from "./range-picker.tsx";
import { TimeCharts } from "./time-charts.tsx";
import { reportPath, useReport } from "./use-report.ts";

const DAY: Column<CostRow> = {
  name: "Day",
  isName: true,
  cell: ({ day = "" }) => <a href={toPath("costs", day)}>{formatDay(day)}</a>,
};

/** A period: sums, charts, days and groups. */
export function Overview({ query }: { readonly query: URLSearchParams }) {
  const text = query.toString();
  const range = useMemo(() => readRange(new URLSearchParams(text)), [text]);
  const report = useReport(range, "day");
  return (
    <PageBody
      title="Costs"
      lead="What answers cost, and what the cache saved."
      actions={<RangePicker range={range} />}
    >
      <Loaded of={report} label="The report">
        {({ rows }) =>
          rows.length === 0 ? (
            <NoCosts title="No questions in this period" action={<a href="/">Ask something</a>}>
              Choose a longer period above, or ask something.
            </NoCosts>
          ) : (
            <>
              <TimeCharts range={range} days={rows} />
              <Section
                title="Days"
                actions={
                  <DownloadButton
                    path={reportPath(range, "day", "csv")}
                    fileName="costs-by-day.csv"
                  >
                    CSV
                  </DownloadButton>
                }
              >
                <Table
                  caption="Costs by day"
                  columns={[DAY, ...moneyColumns(rows)]}
                  rows={rows.toReversed()}
                  keyOf={({ day = "" }) => day}
                />
              </Section>
              <GroupSection range={range} by={query.get("by")} />
            </>
          )
        }
      </Loaded>
    </PageBody>
  );
}
