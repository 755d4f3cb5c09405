import { useState } from "preact/hooks";
import { Field } from "../components/field.tsx";

/** What is replayed; the rest is as the policy has it. */
export interface Setting {
  readonly threshold: number;
  readonly grey_threshold: number;
}

interface Props {
  /** What is in force, but for what the slider stands at. */
  readonly usual: Setting;
  readonly isBusy: boolean;
  readonly onAsk: (setting: Setting) => void;
}

/** The two thresholds to replay: the usual ones until the reader writes others. */
export function ReplayForm({ usual, isBusy, onAsk }: Props) {
  const [own, setOwn] = useState<Partial<Setting>>({});
  const setting = { ...usual, ...own };
  return (
    <form
      class="replay-form"
      onSubmit={(event) => {
        event.preventDefault();
        onAsk(setting);
      }}
    >
      <Similarity
        label="Replay threshold"
        value={setting.threshold}
        onChange={(threshold) => setOwn({ ...own, threshold })}
      />
      <Similarity
        label="Replay grey zone from"
        value={setting.grey_threshold}
        onChange={(grey) => setOwn({ ...own, grey_threshold: grey })}
      />
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
