import type { ComponentChildren } from "preact";
import type { Replay } from "../api/types.ts";
import { Money } from "../components/money.tsx";
import { Table, type Column } from "../components/table.tsx";
import { formatCount, formatMany, formatShare } from "../format/numbers.ts";

type Figures = Replay["logged"];

interface Row {
  readonly name: string;
  readonly show: (figures: Figures) => ComponentChildren;
}

const ROWS: readonly Row[] = [
  { name: "Exact hits", show: ({ hits }) => formatCount(hits.exact) },
  { name: "Semantic hits", show: ({ hits }) => formatCount(hits.semantic) },
  { name: "Verified hits", show: ({ hits }) => formatCount(hits.verified) },
  { name: "Misses", show: ({ misses }) => formatCount(misses) },
  { name: "Hit rate", show: (figures) => formatShare(figures.hit_rate) },
  {
    name: "Wrong",
    show: (figures) =>
      `${formatCount(figures.wrong_hits)} of ${formatCount(figures.labelled_hits)}`,
  },
  { name: "Saved", show: ({ saved }) => <Money usd={saved.usd} /> },
];

/** The logged results, those of the current policy, and those of the tried settings. */
export function ReplayFigures({ replay }: { readonly replay: Replay }) {
  const { threshold, grey_threshold: grey } = replay.setting;
  const zone = grey < threshold ? ` / ${grey}` : "";
  const columns: readonly Column<Row>[] = [
    { name: "Result", isName: true, cell: ({ name }) => name },
    { name: "Logged", isNumber: true, cell: ({ show }) => show(replay.logged) },
    { name: "In force", isNumber: true, cell: ({ show }) => show(replay.current) },
    { name: `${threshold}${zone}`, isNumber: true, cell: ({ show }) => show(replay.replayed) },
  ];
  return (
    <div class="replay-figures">
      <p class="soft" role="status">
        {formatMany(replay.lookups, "lookup")} replayed
        {replay.cut && ", the newest ones"}. Wrong hits are counted among those with a label.
      </p>
      <Table caption="The replay" columns={columns} rows={ROWS} keyOf={({ name }) => name} />
    </div>
  );
}
