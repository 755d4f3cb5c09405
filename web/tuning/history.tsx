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

/** The versions of the policy: changes, authors, reasons, and restoring one. */
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
        empty={<p class="soft">The policy has not been changed yet.</p>}
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
    {
      name: "Change",
      isName: true,
      cell: ({ changes, reason, version }) => (
        <>
          <Changes changes={changes} />
          <p class="why">{reason ?? (version === 0 ? "Settings" : "No reason given")}</p>
        </>
      ),
    },
    { name: "By", isMinor: true, cell: ({ author }) => author },
    {
      name: "When",
      isMinor: true,
      cell: ({ created_at: at }) => (at === null ? "at the start" : <Moment at={at} />),
    },
    {
      name: "Restore",
      cell: (row) =>
        row.version !== inForce && (
          <button
            type="button"
            class="link"
            aria-label={`Restore version ${row.version}`}
            onClick={() => onChoose(row)}
          >
            Restore…
          </button>
        ),
    },
  ];
}
