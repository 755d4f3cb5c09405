import { fetchJson } from "../api/client.ts";
import type { CurveRow, Policy } from "../api/types.ts";
import { showToast } from "../components/toast.tsx";
import { formatCount, formatShare, formatSimilarity } from "../format/numbers.ts";
import { PolicyDialog } from "./policy-dialog.tsx";
import type { Zone } from "./zones.ts";

interface Props {
  readonly policy: Policy;
  readonly zone: Zone;
  readonly value: number;
  readonly row: CurveRow | undefined;
  readonly onClose: () => void;
  readonly onApplied: () => void;
}

/** Puts another threshold in force, with a reason. */
export function ApplyDialog({ policy, zone, value, row, onClose, onApplied }: Props) {
  const name = zone === "threshold" ? "threshold" : "grey zone";
  return (
    <PolicyDialog
      title={`Move the ${name} to ${formatSimilarity(value)}?`}
      deed={`Apply ${formatSimilarity(value)}`}
      onClose={onClose}
      onConfirm={async (reason) => {
        const json = { [zone]: value, reason, version: policy.version };
        await fetchJson<Policy>("/v1/cache/policy", { method: "PUT", json });
        showToast(`${formatSimilarity(value)} is in force, within a second everywhere.`);
        onApplied();
      }}
    >
      <p>
        It is {formatSimilarity(policy[zone])} now.
        {row !== undefined &&
          ` Of the logged lookups ${formatSimilarity(value)} would have served ${formatCount(row.hits)}, ${row.labelled_hits === 0 ? "with no label to judge them by" : `of which at most ${formatShare(row.upper_bound)} wrongly`}.`}
      </p>
    </PolicyDialog>
  );
}
