import { Badge } from "../components/badge.tsx";
import { EmptyState } from "../components/empty-state.tsx";
import { Loading } from "../components/loading.tsx";
import { PageBody, Section } from "../components/page.tsx";
import { Problem } from "../components/problem.tsx";
import { Answers } from "./answers.tsx";
import "./health.css";
import { Parts } from "./parts.tsx";
import { Process } from "./process.tsx";
import { Stages } from "./stages.tsx";
import { stageTimes } from "./stage-times.ts";
import { useHealth, type Health } from "./use-health.ts";

/** The state and the response times of the service. */
export function HealthPage() {
  const { health, error, reload } = useHealth();
  return (
    <PageBody
      title="Health"
      lead="The state of this replica, updated every five seconds."
      actions={health !== undefined && <State health={health} />}
    >
      {error !== undefined && <Problem error={error} onRetry={reload} />}
      {health === undefined && error === undefined && <Loading label="Health" />}
      {health !== undefined && <Details health={health} />}
    </PageBody>
  );
}

function State({ health }: { readonly health: Health }) {
  const isReady = health.readiness.status === "ok";
  return <Badge tone={isReady ? "good" : "bad"}>{isReady ? "ready" : "not ready"}</Badge>;
}

function Details({ health }: { readonly health: Health }) {
  const { readiness, samples, readAt } = health;
  const stages = stageTimes(samples);
  return (
    <>
      <Process samples={samples} now={readAt} />
      <Section title="Parts">
        <Parts parts={readiness.parts} samples={samples} />
      </Section>
      <Section title="Time by stage">
        {stages.length === 0 ? (
          <EmptyState
            title="No answers since the start"
            action={<a href="/">Ask the first question</a>}
          />
        ) : (
          <Stages stages={stages} />
        )}
      </Section>
      <Section title="Answers since the start">
        <Answers samples={samples} />
      </Section>
      <p class="raw">
        Machine-readable: <a href="/metrics">metrics</a>,{" "}
        <a href="/readyz" target="_blank" rel="noreferrer">
          readiness
        </a>
        .
      </p>
    </>
  );
}
