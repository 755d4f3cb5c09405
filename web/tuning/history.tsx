import { useEffect, useState } from "preact/hooks";
import type { Policy, PolicyVersion, PolicyVersions } from "../api/types.ts";
import { usePages } from "../api/use-pages.ts";
import { Badge } from "../components/badge.tsx";
import { Listing } from "../components/listing.tsx";
import { Moment } from "../components/moment.tsx";
import { Section } from "../components/page.tsx";
import { Table, type Column } from "../components/table.tsx";
import { Changes } from "./changes.tsx";
import { RollbackDialog } from "./rollback-dialog.tsx";

interface Props {
  readonly policy: Policy | undefined;
  readonly onChanged: () => void;
}

/** Who changed what and why, and the way back. */
export function History({ policy, onChanged }: Props) {
  const pages = usePages<PolicyVersions>("/v1/cache/policy/versions?limit=20");
  const [chosen, setChosen] = useState<PolicyVersion>();
  const inForce = policy?.version;
  useEffect(() => {
    if (inForce !== undefined) pages.reload();
  }, [inForce]);
  return (
    <Section title="History">
      <Listing
        pages={pages}
        rows={pages.replies?.flatMap(({ versions }) => versions)}
        label="The history"
        empty={<p class="soft">Nobody has changed the policy yet.</p>}
      >
        {(rows) => (
          <Table
            caption="Versions of the policy"
            columns={columnsOf(inForce, setChosen)}
            rows={rows}
            keyOf={({ version }) => version}
          />
        )}
      </Listing>
      {chosen !== undefined && inForce !== undefined && (
        <RollbackDialog
          version={chosen}
          inForce={inForce}
          onClose={() => setChosen(undefined)}
          onDone={onChanged}
        />
      )}
    </Section>
  );
}

function columnsOf(
  inForce: number | undefined,
  onChoose: (version: PolicyVersion) => void,
): readonly Column<PolicyVersion>[] {
  return [
    {
      name: "Version",
      cell: ({ version }) => (
        <span class="version">
          {version} {version === inForce && <Badge tone="good">in force</Badge>}
        </span>
      ),
    },
    { name: "Change", isName: true, cell: (row) => <Changes changes={row.changes} /> },
    {
      name: "Reason",
      cell: ({ reason, version }) => reason ?? (version === 0 ? "the settings" : "–"),
    },
    { name: "By", isMinor: true, cell: ({ author }) => author },
    {
      name: "When",
      isMinor: true,
      cell: ({ created_at: at }) => (at === null ? "at the start" : <Moment at={at} />),
    },
    {
      name: "Back",
      cell: (row) =>
        row.version !== inForce && (
          <button
            type="button"
            class="link"
            aria-label={`Go back to version ${row.version}`}
            onClick={() => onChoose(row)}
          >
            Go back…
          </button>
        ),
    },
  ];
}
