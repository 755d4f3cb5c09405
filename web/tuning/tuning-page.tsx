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

/** When an old answer may be served again: what others would do, labels, and the policy's history. */
export function TuningPage({ query }: PageProps) {
  const target = readTarget(query);
  const policy = useResource<Policy>("/v1/cache/policy");
  const evaluation = useEvaluation(target);
  const [tried, setTried] = useState<Tried>({ zone: "threshold", value: undefined });
  return (
    <PageBody
      title="Tuning"
      lead="How near a question must come to a stored one to get its answer, and how often that goes wrong."
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
