import { useMemo } from "preact/hooks";
import type { CostRow } from "../api/types.ts";
import { toPath } from "../app/router.ts";
import { DownloadButton } from "../components/download-button.tsx";
import { Loaded } from "../components/loaded.tsx";
import { PageBody, Section } from "../components/page.tsx";
import { Table, type Column } from "../components/table.tsx";
import { formatDay } from "../format/time.ts";
import { ConversationName } from "./conversation-name.tsx";
import { Crumbs } from "./crumbs.tsx";
import { moneyColumns } from "./money-columns.tsx";
import { NoCosts } from "./no-costs.tsx";
import { NoKey } from "./no-key.tsx";
import { toDay } from "./range.ts";
import { TimeCharts } from "./time-charts.tsx";
import { reportPath, useReport } from "./use-report.ts";

/** One day and its conversations. */
export function DayView({ day }: { readonly day: string }) {
  const range = useMemo(() => ({ from: day, to: day }), [day]);
  const report = useReport(range, "conversation");
  return (
    <PageBody title={formatDay(day)} lead={<Crumbs />}>
      <Loaded of={report} label="The day">
        {({ rows }) =>
          rows.length === 0 ? (
            <NoCosts
              title={isFuture(day) ? "This day is in the future" : "No questions on this day"}
              action={<a href="/costs">All costs</a>}
            />
          ) : (
            <>
              <TimeCharts range={range} days={rows} />
              <Section
                title="Conversations"
                actions={
                  <DownloadButton
                    path={reportPath(range, "conversation", "csv")}
                    fileName={`conversations-${day}.csv`}
                  >
                    CSV
                  </DownloadButton>
                }
              >
                <Table
                  caption="Conversations of the day"
                  columns={columnsOf(day, rows)}
                  rows={rows.toSorted((one, other) => other.requests - one.requests)}
                  keyOf={({ conversation_id: id }) => id ?? "none"}
                />
              </Section>
            </>
          )
        }
      </Loaded>
    </PageBody>
  );
}

function isFuture(day: string): boolean {
  return day > toDay(new Date());
}

function columnsOf(day: string, rows: readonly CostRow[]): readonly Column<CostRow>[] {
  return [
    {
      name: "Conversation",
      isName: true,
      cell: (row) => {
        const { conversation_id: id } = row;
        return id === null || id === undefined ? (
          <NoKey row={row} group="conversation" />
        ) : (
          <ConversationName id={id} href={toPath("costs", day, id)} />
        );
      },
    },
    ...moneyColumns(rows),
  ];
}
