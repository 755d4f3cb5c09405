import { useState } from "preact/hooks";
import { fetchJson } from "../api/client.ts";
import type { CurveRow, Policy } from "../api/types.ts";
import { Confirm } from "../components/confirm.tsx";
import { Field } from "../components/field.tsx";
import { showToast } from "../components/toast.tsx";
import { formatCount, formatShare, formatSimilarity } from "../format/numbers.ts";
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
  const [reason, setReason] = useState("");
  const name = zone === "threshold" ? "threshold" : "grey zone";
  return (
    <Confirm
      title={`Move the ${name} to ${formatSimilarity(value)}?`}
      deed={`Apply ${formatSimilarity(value)}`}
      onClose={onClose}
      onConfirm={async () => {
        if (reason.trim() === "") throw new Error("Say why: those who look later want to know.");
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
      <div class="reason">
        <Field label="Reason" hint="It stands in the history.">
          {(ids) => (
            <input
              {...ids}
              type="text"
              required
              maxLength={1000}
              value={reason}
              onInput={(event) => setReason(event.currentTarget.value)}
            />
          )}
        </Field>
      </div>
    </Confirm>
  );
}
