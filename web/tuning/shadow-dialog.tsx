import { useState } from "preact/hooks";
import { fetchJson } from "../api/client.ts";
import type { Policy } from "../api/types.ts";
import { Field } from "../components/field.tsx";
import { showToast } from "../components/toast.tsx";
import { PolicyDialog } from "./policy-dialog.tsx";

/** Available sampling rates. */
const RATES = [0, 0.01, 0.05, 0.1, 0.25, 1] as const;
const USUAL = 0.05;

interface Props {
  readonly policy: Policy;
  readonly onClose: () => void;
  readonly onChanged: () => void;
}

/** Sets the sampling rate of shadow runs, with a reason. */
export function ShadowDialog({ policy, onClose, onChanged }: Props) {
  const before = policy.shadow_rate;
  const [rate, setRate] = useState(before === 0 ? USUAL : before);
  const rates = [...new Set([...RATES, before])].toSorted((one, other) => one - other);
  return (
    <PolicyDialog
      title="Change shadow runs?"
      action={rate === 0 ? "Switch off" : `Check ${formatRate(rate)}`}
      onClose={onClose}
      onConfirm={async (reason) => {
        const json = { shadow_rate: rate, reason, version: policy.version };
        await fetchJson<Policy>("/v1/cache/policy", { method: "PUT", json });
        showToast(
          rate === 0
            ? "Shadow runs are off."
            : `${formatRate(rate)} of the semantic hits are checked.`,
        );
        onChanged();
      }}
    >
      <p>Each run costs one model call, after the reply. No reply waits for it.</p>
      <div class="reason">
        <Field label="Share of semantic hits">
          {(ids) => (
            <select
              {...ids}
              value={String(rate)}
              onChange={(event) => setRate(Number(event.currentTarget.value))}
            >
              {rates.map((each) => (
                <option key={each} value={String(each)}>
                  {each === 0 ? "off" : formatRate(each)}
                </option>
              ))}
            </select>
          )}
        </Field>
      </div>
    </PolicyDialog>
  );
}

function formatRate(rate: number): string {
  return `${Number((rate * 100).toFixed(2))} %`;
}
