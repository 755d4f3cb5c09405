import { useState } from "preact/hooks";
import { Field } from "../components/field.tsx";

/** The replayed settings; the others come from the policy. */
export interface Setting {
  readonly threshold: number;
  readonly grey_threshold: number;
}

interface Props {
  /** The current thresholds, with the value of the slider. */
  readonly usual: Setting;
  readonly isBusy: boolean;
  readonly onAsk: (setting: Setting) => void;
}

/** Inputs for the two replayed thresholds. */
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
