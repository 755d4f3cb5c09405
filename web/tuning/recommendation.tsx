import { formatMany, formatShare, formatSimilarity } from "../format/numbers.ts";
import { formatTarget } from "./targets.ts";
import { rowAt, type Curve } from "./zones.ts";

interface Props {
  readonly curve: Curve;
  readonly target: number;
  readonly chosen: number;
  readonly onChoose: (threshold: number) => void;
}

/** The recommended threshold with its figures, or what is missing for one. */
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
        <strong>Recommended: {formatSimilarity(recommended)}.</strong> The lowest threshold that
        keeps wrong answers below {formatTarget(target)}
        {row !== undefined &&
          `: ${row.wrong_hits} wrong of ${formatMany(row.labelled_hits, "label")} in the sample, at most ${formatShare(row.upper_bound)} with 95 % confidence`}
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
  if (insufficient === null) return "No lookup was close enough to evaluate.";
  if (insufficient.reason === "too-many-wrong") {
    return `Even the highest thresholds served more than ${formatTarget(target)} wrongly. Review the wrong hits below, or allow more wrong answers.`;
  }
  const { labels_needed: needed } = insufficient;
  const many =
    needed === null
      ? "More labels are"
      : `About ${formatMany(needed, "more label is", "more labels are")}`;
  return `${many} needed for a target of ${formatTarget(target)}. Label the near misses below.`;
}
