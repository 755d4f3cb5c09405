import { Badge } from "../components/badge.tsx";
import { formatMany } from "../format/numbers.ts";
import type { Sample } from "./parse-metrics.ts";

interface Props {
  readonly parts: Readonly<Record<string, string>>;
  readonly samples: readonly Sample[];
}

/** Advice for each part that is unavailable. */
const ADVICE: Readonly<Record<string, string>> = {
  documents: "Questions are refused until the documents are loaded.",
  redis:
    "Answers continue without cached answers and conversation windows. Check that Redis is running; it is used again as soon as it answers.",
};

/** The current state of the parts, and their unavailability since the start. */
export function Parts({ parts, samples }: Props) {
  const missed = samples.filter(
    ({ name, value }) => name === "reprise_degraded_total" && value > 0,
  );
  return (
    <>
      <ul class="parts">
        {Object.entries(parts).map(([part, state]) => (
          <li key={part}>
            <strong>{part}</strong>
            <Badge tone={state === "ok" ? "good" : "warn"}>{state}</Badge>
            {state !== "ok" && (
              <p class="soft">{ADVICE[part] ?? "Check the log of the service."}</p>
            )}
          </li>
        ))}
      </ul>
      <p class="soft">
        {missed.length === 0
          ? "All parts were available for every answer since the start."
          : `Unavailable to answers since the start: ${missed.map(describe).join(", ")}.`}
      </p>
    </>
  );
}

function describe({ labels, value }: Sample): string {
  return `${labels["part"] ?? "?"} ${formatMany(value, "time")}`;
}
