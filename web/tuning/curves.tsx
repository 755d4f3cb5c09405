import { useState } from "preact/hooks";
import type { Evaluation, Policy } from "../api/types.ts";
import type { Resource } from "../api/use-resource.ts";
import { EmptyState } from "../components/empty-state.tsx";
import { Loaded } from "../components/loaded.tsx";
import { Section } from "../components/page.tsx";
import { formatCount, formatMany } from "../format/numbers.ts";
import { ApplyDialog } from "./apply-dialog.tsx";
import { Categories } from "./categories.tsx";
import { CurveChart } from "./curve-chart.tsx";
import { CurveFigures } from "./curve-figures.tsx";
import { Recommendation } from "./recommendation.tsx";
import { ThresholdSlider } from "./threshold-slider.tsx";
import { ZoneTabs } from "./zone-tabs.tsx";
import { curveOf, currentThreshold, rowAt, type Tried } from "./zones.ts";
import { Warnings } from "./warnings.tsx";

interface Slider {
  readonly tried: Tried;
  readonly onTry: (tried: Tried) => void;
}

interface Props extends Slider {
  readonly evaluation: Resource<Evaluation>;
  readonly policy: Policy | undefined;
  readonly onApplied: () => void;
}

/** Hits, wrong hits and savings of each threshold on the logged questions. */
export function Curves({ evaluation, policy, ...rest }: Props) {
  const { data } = evaluation;
  const known = data === undefined || policy === undefined ? undefined : { data, policy };
  return (
    <Section title="Hits and wrong hits by threshold">
      <Loaded of={{ ...evaluation, data: known }} label="The curves">
        {(both) =>
          both.data.thresholds.every(({ hits }) => hits === 0) ? (
            <NoTraffic />
          ) : (
            <Explorer evaluation={both.data} policy={both.policy} {...rest} />
          )
        }
      </Loaded>
    </Section>
  );
}

function NoTraffic() {
  return (
    <EmptyState title="No similar questions yet" action={<a href="/">Ask something</a>}>
      Every lookup is logged. Once similar questions have been asked, this shows how many of them
      each threshold would have served from the cache. Ask the same question in two wordings to try.
    </EmptyState>
  );
}

interface ExplorerProps extends Slider {
  readonly evaluation: Evaluation;
  readonly policy: Policy;
  readonly onApplied: () => void;
}

function Explorer({ evaluation, policy, tried, onTry, onApplied }: ExplorerProps) {
  const { zone } = tried;
  const choose = (value: number) => onTry({ zone, value });
  const [isApplying, setIsApplying] = useState(false);
  const inForce = currentThreshold(policy, zone);
  const threshold = tried.value ?? inForce;
  const curve = curveOf(evaluation, zone);
  const target = evaluation.target_wrong_hit_rate;
  return (
    <>
      <p class="soft">{describeLog(evaluation)}</p>
      <ZoneTabs zone={zone} onChange={(next) => onTry({ zone: next, value: undefined })} />
      <CurveChart rows={curve.rows} threshold={threshold} inForce={inForce} target={target} />
      <ThresholdSlider value={threshold} inForce={inForce} rows={curve.rows} onChange={choose}>
        <button
          type="button"
          class="main"
          disabled={threshold === inForce}
          onClick={() => setIsApplying(true)}
        >
          Apply…
        </button>
      </ThresholdSlider>
      <CurveFigures
        row={rowAt(curve.rows, threshold)}
        before={rowAt(curve.rows, inForce)}
        days={evaluation.days ?? 1}
        target={target}
      />
      <Recommendation curve={curve} target={target} chosen={threshold} onChoose={choose} />
      <Warnings warnings={evaluation.warnings ?? []} />
      <Categories rows={evaluation.categories ?? []} />
      {isApplying && (
        <ApplyDialog
          policy={policy}
          zone={zone}
          value={threshold}
          row={rowAt(curve.rows, threshold)}
          onClose={() => setIsApplying(false)}
          onApplied={() => {
            onTry({ zone, value: undefined });
            onApplied();
          }}
        />
      )}
    </>
  );
}

function describeLog({ lookups = 0, days = 0, exact_hits: exact = 0, labels }: Evaluation): string {
  const time = days < 1 ? "less than a day" : formatMany(Math.round(days), "day");
  return `${formatMany(lookups, "lookup")} of ${time}, ${formatMany(labels, "label")}. ${formatCount(exact)} with the same words are served at every threshold.`;
}
