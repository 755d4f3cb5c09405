import type { ListedEntry } from "../api/types.ts";
import { Moment } from "../components/moment.tsx";
import { StayLink } from "../components/stay-link.tsx";
import { Table, type Column } from "../components/table.tsx";
import { formatCount } from "../format/numbers.ts";
import { EntryBadges } from "./entry-badges.tsx";

interface Props {
  readonly rows: readonly ListedEntry[];
  readonly hrefOf: (id: string) => string;
}

/** Cached answers, one per row. */
export function EntryTable({ rows, hrefOf }: Props) {
  const columns: readonly Column<ListedEntry>[] = [
    {
      name: "Question",
      isName: true,
      cell: (entry) => (
        <div class="entry-question">
          <StayLink href={hrefOf(entry.id)}>{entry.question}</StayLink>
          <EntryBadges entry={entry} />
        </div>
      ),
    },
    {
      name: "Sources",
      isMinor: true,
      cell: ({ citations, documents }) => titlesOf(citations, documents).join(", "),
    },
    { name: "Hits", isNumber: true, cell: ({ hits }) => formatCount(hits) },
    {
      name: "Cached",
      isNumber: true,
      isMinor: true,
      cell: (row) => <Moment at={row.created_at} />,
    },
    {
      name: "Expires",
      isNumber: true,
      isMinor: true,
      cell: (row) => <Moment at={row.expires_at} />,
    },
  ];
  return <Table caption="Cached answers" columns={columns} rows={rows} keyOf={({ id }) => id} />;
}

/** The cited titles, or the document ids if it cites none. */
function titlesOf(
  citations: ListedEntry["citations"],
  documents: ListedEntry["documents"],
): readonly string[] {
  const titles = new Set(citations.map(({ title }) => title));
  return titles.size > 0 ? [...titles] : documents;
}
