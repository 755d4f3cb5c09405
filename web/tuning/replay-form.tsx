import { useState } from "preact/hooks";
import type { Policy } from "../api/types.ts";
import { Field } from "../components/field.tsx";

/** What is replayed; the rest is as the policy has it. */
export interface Setting {
  readonly threshold: number;
  readonly grey_threshold: number;
}

interface Props {
  readonly policy: Policy;
  readonly isBusy: boolean;
  readonly onAsk: (setting: Setting) => void;
}

/** The two thresholds to replay, beginning with those in force. */
export function ReplayForm({ policy, isBusy, onAsk }: Props) {
  const [threshold, setThreshold] = useState(policy.threshold);
  const [grey, setGrey] = useState(policy.grey_threshold);
  return (
    <form
      class="replay-form"
      onSubmit={(event) => {
        event.preventDefault();
        onAsk({ threshold, grey_threshold: grey });
      }}
    >
      <Similarity label="Replay threshold" value={threshold} onChange={setThreshold} />
      <Similarity label="Replay grey zone from" value={grey} onChange={setGrey} />
      <button type="submit" disabled={isBusy}>
        {isBusy ? "Replaying…" : "Replay the log"}
      </button>
    </form>
  );
}

interface SimilarityProps {
  readonly label: string;
  readonly value: number;
  readonly onChange: (value: number) => void;
}

function Similarity({ label, value, onChange }: SimilarityProps) {
  return (
    <Field label={label}>
      {(ids) => (
        <input
          {...ids}
          type="number"
          required
          min={0}
          max={1}
          step="any"
          value={value}
          onInput={({ currentTarget: { valueAsNumber: next } }) => {
            if (!Number.isNaN(next)) onChange(next);
          }}
        />
      )}
    </Field>
  );
}
