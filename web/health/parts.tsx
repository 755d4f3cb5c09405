import { Badge } from "../components/badge.tsx";
import { formatMany } from "../format/numbers.ts";
import type { Sample } from "./parse-metrics.ts";

interface Props {
  readonly parts: Readonly<Record<string, string>>;
  readonly samples: readonly Sample[];
}

/** What each part is for, and what to do when it is not well. */
const ADVICE: Readonly<Record<string, string>> = {
  documents: "Questions are refused until the documents are loaded.",
  redis:
    "Answers go on without stored answers and without the conversation's window. See whether Redis runs; it is used again as soon as it answers.",
};

/** The parts as they are now, and what answers went without since the start. */
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
            {state !== "ok" && <p class="soft">{ADVICE[part] ?? "See the log of the service."}</p>}
          </li>
        ))}
      </ul>
      <p class="soft">
        {missed.length === 0
          ? "Since the start no answer had to go without a part."
          : `Since the start answers went without: ${missed.map(describe).join(", ")}.`}
      </p>
    </>
  );
}

function describe({ labels, value }: Sample): string {
  return `${labels["part"] ?? "?"} ${formatMany(value, "time")}`;
}
