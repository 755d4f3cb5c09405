import { useEffect, useState } from "preact/hooks";
import type { Policy, ShadowReport } from "../api/types.ts";
import { useResource } from "../api/use-resource.ts";
import { EmptyState } from "../components/empty-state.tsx";
import { Loading } from "../components/loading.tsx";
import { Section } from "../components/page.tsx";
import { Problem } from "../components/problem.tsx";
import { ShadowDialog } from "./shadow-dialog.tsx";
import { ShadowFigures } from "./shadow-figures.tsx";

interface Props {
  readonly policy: Policy | undefined;
  readonly onChanged: () => void;
}

/** How often hits were wrong, by answering some of them twice. */
export function ShadowRuns({ policy, onChanged }: Props) {
  const { data, error, reload } = useResource<ShadowReport>("/v1/cache/shadow");
  const version = policy?.version;
  useEffect(() => {
    if (version !== undefined) reload();
  }, [version]);
  return (
    <Section title="Shadow runs">
      {error !== undefined ? (
        <Problem error={error} onRetry={reload} />
      ) : data === undefined || policy === undefined ? (
        <Loading label="The shadow runs" />
      ) : (
        <Runs report={data} policy={policy} onChanged={onChanged} />
      )}
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
        <EmptyState title="Shadow runs are off" action={change}>
          A share of the hits is answered by the model as well, after the reply, and the two are
          compared: that tells how often stored answers are wrong.
        </EmptyState>
      ) : (
        <>
          <ShadowFigures report={report} policy={policy} />
          <div class="actions shadow-change">{change}</div>
        </>
      )}
      {isChanging && (
        <ShadowDialog policy={policy} onClose={() => setIsChanging(false)} onChanged={onChanged} />
      )}
    </>
  );
}
