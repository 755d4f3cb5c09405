import type { ComponentChildren } from "preact";
import type { CurveRow } from "../api/types.ts";
import { formatSimilarity } from "../format/numbers.ts";

interface Props {
  readonly value: number;
  readonly inForce: number;
  readonly rows: readonly CurveRow[];
  readonly onChange: (threshold: number) => void;
  /** Actions to the right of the slider. */
  readonly children: ComponentChildren;
}

/** A slider for the threshold; high values are on the right, as in the chart. */
export function ThresholdSlider({ value, inForce, rows, onChange, children }: Props) {
  return (
    <div class="slider">
      <label>
        <span>Try</span>
        <input
          type="range"
          min={rows.at(-1)?.threshold ?? 0.5}
          max={rows[0]?.threshold ?? 0.99}
          step="0.01"
          value={value}
          aria-label="Threshold to try"
          aria-valuetext={formatSimilarity(value)}
          onInput={(event) => onChange(Math.round(event.currentTarget.valueAsNumber * 100) / 100)}
        />
        <output>{formatSimilarity(value)}</output>
      </label>
      <div class="actions">
        <button type="button" disabled={value === inForce} onClick={() => onChange(inForce)}>
          Back to {formatSimilarity(inForce)}
        </button>
        {children}
      </div>
    </div>
  );
}
