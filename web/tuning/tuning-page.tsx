import { useState } from "preact/hooks";
import type { Policy } from "../api/types.ts";
import { useResource } from "../api/use-resource.ts";
import type { PageProps } from "../app/page-props.ts";
import { PageBody } from "../components/page.tsx";
import { Problem } from "../components/problem.tsx";
import { Curves } from "./curves.tsx";
import { History } from "./history.tsx";
import { Labelling } from "./labelling.tsx";
import { InForce } from "./in-force.tsx";
import { Replay } from "./replay.tsx";
import { ShadowRuns } from "./shadow-runs.tsx";
import { TargetPicker } from "./target-picker.tsx";
import { readTarget } from "./targets.ts";
import { useEvaluation } from "./use-evaluation.ts";
import type { Tried } from "./zones.ts";
import "./tuning.css";

/** The cache policy: other thresholds, labels, replay, shadow runs and history. */
export function TuningPage({ query }: PageProps) {
  const target = readTarget(query);
  const policy = useResource<Policy>("/v1/cache/policy");
  const evaluation = useEvaluation(target);
  const [tried, setTried] = useState<Tried>({ zone: "threshold", value: undefined });
  return (
    <PageBody
      title="Tuning"
      lead="How similar a question must be to a cached one to get its answer, and how often that is wrong."
      actions={<TargetPicker target={target} />}
    >
      {policy.error !== undefined && <Problem error={policy.error} onRetry={policy.reload} />}
      {policy.data !== undefined && <InForce policy={policy.data} />}
      <Curves
        evaluation={evaluation}
        policy={policy.data}
        tried={tried}
        onTry={setTried}
        onApplied={policy.reload}
      />
      <Replay policy={policy.data} tried={tried} />
      <Labelling onLabelled={evaluation.reload} />
      <ShadowRuns policy={policy.data} onChanged={policy.reload} />
      <History policy={policy.data} onChanged={policy.reload} />
    </PageBody>
  );
}
