import { describeStatus } from "../chat/verdict-words.ts";
import { Table, type Column } from "../components/table.tsx";
import { formatCount, formatShare } from "../format/numbers.ts";
import type { Sample } from "./parse-metrics.ts";

interface Row {
  readonly name: string;
  readonly count: number;
  readonly share: number;
}

const COLUMNS: readonly Column<Row>[] = [
  { name: "Result", isName: true, cell: ({ name }) => name },
  { name: "Answers", isNumber: true, cell: ({ count }) => formatCount(count) },
  { name: "Share", isNumber: true, cell: ({ share }) => formatShare(share) },
];

/** Counts of answers by cache status and tier, and of failed answers. */
export function Answers({ samples }: { readonly samples: readonly Sample[] }) {
  const answers = samples.filter(({ name }) => name === "reprise_answers_total");
  const all = answers.reduce((sum, { value }) => sum + value, 0);
  if (all === 0) return <p class="soft">None yet.</p>;
  const rows = answers.map(({ labels, value }) => ({
    name: nameOf(labels),
    count: value,
    share: value / all,
  }));
  return (
    <Table
      caption="Answers since the start"
      columns={COLUMNS}
      rows={rows.sort((a, b) => b.count - a.count)}
      keyOf={({ name }) => name}
    />
  );
}

function nameOf({ status = "", tier = "none" }: Sample["labels"]): string {
  return tier === "none" ? describeStatus(status) : `${status}, ${tier}`;
}
