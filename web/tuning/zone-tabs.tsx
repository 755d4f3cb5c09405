import type { Zone } from "./zones.ts";

const NAMES = { threshold: "Threshold", grey_threshold: "Grey zone" } as const;
const ZONES = ["threshold", "grey_threshold"] as const;

interface Props {
  readonly zone: Zone;
  readonly onChange: (zone: Zone) => void;
}

/** Tabs for the two thresholds. */
export function ZoneTabs({ zone, onChange }: Props) {
  return (
    <div class="choice" role="group" aria-label="Which threshold">
      {ZONES.map((each) => (
        <button
          key={each}
          type="button"
          aria-pressed={each === zone}
          onClick={() => onChange(each)}
        >
          {NAMES[each]}
        </button>
      ))}
    </div>
  );
}
