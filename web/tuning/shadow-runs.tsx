import { useEffect, useRef, useState } from "preact/hooks";
import type { Policy, ShadowReport } from "../api/types.ts";
import { useResource } from "../api/use-resource.ts";
import { EmptyState } from "../components/empty-state.tsx";
import { Loaded } from "../components/loaded.tsx";
import { Section } from "../components/page.tsx";
import { ShadowDialog } from "./shadow-dialog.tsx";
import { ShadowFigures } from "./shadow-figures.tsx";
import { Warnings } from "./warnings.tsx";

interface Props {
  readonly policy: Policy | undefined;
  readonly onChanged: () => void;
}

/** The wrong-hit rate, measured by shadow runs. */
export function ShadowRuns({ policy, onChanged }: Props) {
  const report = useResource<ShadowReport>("/v1/cache/shadow");
  const { data } = report;
  // The warnings depend on the current policy.
  const version = policy?.version;
  const reported = useRef(version);
  useEffect(() => {
    if (reported.current !== undefined && reported.current !== version) report.reload();
    reported.current = version;
  }, [version]);
  const known = data === undefined || policy === undefined ? undefined : { data, policy };
  return (
    <Section title="Shadow runs">
      <Loaded of={{ ...report, data: known }} label="The shadow runs">
        {(both) => <Runs report={both.data} policy={both.policy} onChanged={onChanged} />}
      </Loaded>
    </Section>
  );
}

interface RunsProps {
  readonly report: ShadowReport;
  readonly policy: Policy;
  readonly onChanged: () => void;
}

function Runs({ report, policy, onChanged }: RunsProps) {
  const [isChanging, setIsChanging] = useState(false);
  const isOff = policy.shadow_rate === 0;
  const change = (
    <button type="button" onClick={() => setIsChanging(true)}>
      {isOff ? "Switch on…" : "Change…"}
    </button>
  );
  return (
    <>
      {isOff && report.runs === 0 ? (
        <EmptyState title="No shadow runs yet" action={change}>
          When shadow runs are on, the model also answers a share of the hits, after the reply.
          Comparing both answers shows how often cached answers are wrong.
        </EmptyState>
      ) : (
        <>
          <ShadowFigures report={report} policy={policy} />
          <Warnings warnings={report.warnings} />
          <div class="actions shadow-change">{change}</div>
        </>
      )}
      {isChanging && (
        <ShadowDialog policy={policy} onClose={() => setIsChanging(false)} onChanged={onChanged} />
      )}
    </>
  );
}
