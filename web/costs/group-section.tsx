import type { CostRow } from "../api/types.ts";
import { setQuery, toPath } from "../app/router.ts";
import { DownloadButton } from "../components/download-button.tsx";
import { Loaded } from "../components/loaded.tsx";
import { Section } from "../components/page.tsx";
import { Table, type Column } from "../components/table.tsx";
import { toNanoUsd } from "../format/money.ts";
import { formatCount } from "../format/numbers.ts";
import { ConversationName } from "./conversation-name.tsx";
import { moneyColumns } from "./money-columns.tsx";
import { NoKey } from "./no-key.tsx";
import type { Range } from "./range.ts";
import { reportPath, useReport } from "./use-report.ts";

const GROUPS = ["model", "user", "conversation", "tenant"] as const;
type Grouped = (typeof GROUPS)[number];
/** Maximum rows shown; the CSV file has all. */
const MAX_ROWS = 25;

/** The sums by group. */
export function GroupSection({ range, by }: { readonly range: Range; readonly by: string | null }) {
  const group = GROUPS.find((known) => known === by) ?? "model";
  const report = useReport(range, group);
  const rows = report.data?.rows.toSorted(byCost) ?? [];
  const shown = rows.slice(0, MAX_ROWS);
  return (
    <Section
      title={`By ${group}`}
      actions={
        <DownloadButton path={reportPath(range, group, "csv")} fileName={`costs-by-${group}.csv`}>
          CSV
        </DownloadButton>
      }
    >
      <div class="choice" role="group" aria-label="Group by">
        {GROUPS.map((name) => (
          <button
            key={name}
            type="button"
            aria-pressed={name === group}
            onClick={() => setQuery({ by: name })}
          >
            {name}
          </button>
        ))}
      </div>
      <Loaded of={report} label="The report">
        {() => (
          <Table
            caption={`Costs by ${group}`}
            columns={[nameOf(group), ...moneyColumns(shown)]}
            rows={shown}
            keyOf={(row) => keyOf(row, group) ?? "none"}
          />
        )}
      </Loaded>
      {rows.length > MAX_ROWS && (
        <p class="soft">
          The {MAX_ROWS} with the highest costs, of {formatCount(rows.length)}. The CSV file has
          all.
        </p>
      )}
    </Section>
  );
}

function nameOf(group: Grouped): Column<CostRow> {
  const name = group.charAt(0).toUpperCase() + group.slice(1);
  return { name, isName: true, cell: (row) => <Key row={row} group={group} /> };
}

function Key({ row, group }: { readonly row: CostRow; readonly group: Grouped }) {
  const key = keyOf(row, group);
  if (key === null || key === "") return <NoKey row={row} group={group} />;
  if (group !== "conversation") return <>{key}</>;
  return <ConversationName id={key} href={toPath("costs", "all", key)} />;
}

function keyOf(row: CostRow, group: Grouped): string | null {
  const keys = {
    model: row.model,
    user: row.user_id,
    conversation: row.conversation_id,
    tenant: row.tenant,
  };
  return keys[group] ?? null;
}

function byCost(one: CostRow, other: CostRow): number {
  const difference = toNanoUsd(other.cost.total) - toNanoUsd(one.cost.total);
  if (difference !== 0n) return difference > 0n ? 1 : -1;
  return other.requests - one.requests;
}
