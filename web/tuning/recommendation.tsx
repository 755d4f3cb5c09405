import { formatMany, formatShare, formatSimilarity } from "../format/numbers.ts";
import { formatTarget } from "./targets.ts";
import { rowAt, type Curve } from "./zones.ts";

interface Props {
  readonly curve: Curve;
  readonly target: number;
  readonly chosen: number;
  readonly onChoose: (threshold: number) => void;
}

/** The threshold to choose with what speaks for it, or what is missing to choose one. */
export function Recommendation({ curve, target, chosen, onChoose }: Props) {
  const { recommended, insufficient, rows } = curve;
  if (recommended === null) {
    return (
      <div class="advice">
        <p>
          <strong>No threshold can be recommended yet.</strong>{" "}
          {describeMissing(insufficient, target)}
        </p>
      </div>
    );
  }
  const row = rowAt(rows, recommended);
  return (
    <div class="advice good">
      <p>
        <strong>Recommended: {formatSimilarity(recommended)}.</strong> The loosest threshold of an
        unbroken row whose wrong answers stay below {formatTarget(target)}
        {row !== undefined &&
          `: ${row.wrong_hits} wrong of ${formatMany(row.labelled_hits, "label")} that count, ${formatShare(row.upper_bound)} at most, with 95 % confidence`}
        .
      </p>
      {chosen !== recommended && (
        <button type="button" onClick={() => onChoose(recommended)}>
          Show {formatSimilarity(recommended)}
        </button>
      )}
    </div>
  );
}

function describeMissing(insufficient: Curve["insufficient"], target: number): string {
  if (insufficient === null) return "Nothing was close enough to be judged.";
  if (insufficient.reason === "too-many-wrong") {
    return `Even the strictest thresholds served more than ${formatTarget(target)} wrongly. See which below, or aim lower.`;
  }
  const { labels_needed: needed } = insufficient;
  const many =
    needed === null ? "More" : `About ${formatMany(needed, "more label", "more labels")}`;
  return `${many} of would-be hits are needed to promise ${formatTarget(target)}. Label the near misses below.`;
}
