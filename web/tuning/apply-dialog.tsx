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

/** Applies another threshold, with a reason. */
export function ApplyDialog({ policy, zone, value, row, onClose, onApplied }: Props) {
  const name = zone === "threshold" ? "threshold" : "grey zone";
  return (
    <PolicyDialog
      title={`Set the ${name} to ${formatSimilarity(value)}?`}
      action={`Apply ${formatSimilarity(value)}`}
      onClose={onClose}
      onConfirm={async (reason) => {
        const json = { [zone]: value, reason, version: policy.version };
        await fetchJson<Policy>("/v1/cache/policy", { method: "PUT", json });
        showToast(`${formatSimilarity(value)} is in force, on all replicas within a second.`);
        onApplied();
      }}
    >
      <p>
        It is {formatSimilarity(policy[zone])} now.
        {row !== undefined &&
          ` ${formatSimilarity(value)} would have served ${formatCount(row.hits)} of the logged lookups, ${row.labelled_hits === 0 ? "none of them labelled" : `at most ${formatShare(row.upper_bound)} of them wrongly`}.`}
      </p>
    </PolicyDialog>
  );
}
