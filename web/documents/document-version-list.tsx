import type { DocumentVersions } from "../api/types.ts";
import { useResource } from "../api/use-resource.ts";
import { Loading } from "../components/loading.tsx";
import { Moment } from "../components/moment.tsx";
import { Section } from "../components/page.tsx";
import { Problem } from "../components/problem.tsx";
import { Table, type Column } from "../components/table.tsx";
import { formatCount } from "../format/numbers.ts";

type Row = DocumentVersions["versions"][number];

const COLUMNS: readonly Column<Row>[] = [
  { name: "Version", isName: true, cell: ({ version }) => version },
  { name: "Title", cell: ({ title }) => <span dir="auto">{title}</span> },
  { name: "Source", isMinor: true, cell: ({ source }) => source ?? "written here" },
  { name: "Characters", isNumber: true, cell: ({ characters }) => formatCount(characters) },
  { name: "Stored", isNumber: true, cell: (row) => <Moment at={row.created_at} /> },
];

interface Props {
  /** The document id. */
  readonly path: string;
  /** Reloads when it changes. */
  readonly version: number;
}

/** The versions of a document, newest first. */
export function DocumentVersionList({ path, version }: Props) {
  const versions = `${path}/versions?version=${version}`;
  const { data, error, reload } = useResource<DocumentVersions>(versions);
  return (
    <Section title="Versions">
      {error !== undefined && <Problem error={error} onRetry={reload} />}
      {data === undefined && error === undefined && <Loading label="Versions" />}
      {data !== undefined && (
        <Table
          caption="Versions"
          columns={COLUMNS}
          rows={data.versions}
          keyOf={(row) => row.version}
        />
      )}
    </Section>
  );
}
