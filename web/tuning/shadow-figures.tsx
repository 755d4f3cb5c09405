import type { Policy, ShadowReport } from "../api/types.ts";
import { Badge } from "../components/badge.tsx";
import { Money } from "../components/money.tsx";
import { Stat, Stats } from "../components/stat.tsx";
import { formatCount, formatMany, formatShare } from "../format/numbers.ts";

interface Props {
  readonly report: ShadowReport;
  readonly policy: Policy;
}

/** Results of the shadow runs, compared with the target. */
export function ShadowFigures({ report, policy }: Props) {
  const { runs, wrong, by_tier: tiers, lower_bound: lower, upper_bound: upper } = report;
  const rate = report.wrong_hit_rate;
  const target = policy.target_wrong_hit_rate;
  return (
    <Stats>
      <Stat
        label="Wrong hits"
        note={
          rate === null
            ? "no run yet"
            : `95 % interval: from ${formatShare(lower)} to ${formatShare(upper)}`
        }
      >
        {rate === null ? "unknown" : formatShare(rate)}
      </Stat>
      <Stat
        label="Runs"
        note={`${formatCount(wrong)} wrong; ${formatCount(report.decided_by.rule)} decided by rule`}
      >
        {formatCount(runs)}
      </Stat>
      <Stat label="Semantic" note={`${formatCount(tiers.semantic.wrong)} wrong`}>
        {formatMany(tiers.semantic.runs, "run")}
      </Stat>
      <Stat label="Verified" note={`${formatCount(tiers.verified.wrong)} wrong`}>
        {formatMany(tiers.verified.runs, "run")}
      </Stat>
      <Stat
        label="Cost"
        note={
          policy.shadow_rate === 0 ? "off now" : `${formatShare(policy.shadow_rate)} of the hits`
        }
      >
        <Money usd={report.cost.total} />
      </Stat>
      <Stat label="Target" note={<TargetStatus report={report} target={target} />}>
        {target === null ? "none" : formatShare(target)}
      </Stat>
    </Stats>
  );
}

interface TargetStatusProps {
  readonly report: ShadowReport;
  readonly target: number | null;
}

function TargetStatus({ report, target }: TargetStatusProps) {
  const rate = report.wrong_hit_rate;
  if (target === null) return <>automatic tightening is off</>;
  if (rate === null) return <>no runs to compare</>;
  if (report.lower_bound > target) return <Badge tone="bad">missed</Badge>;
  if (report.upper_bound <= target) return <Badge tone="good">met</Badge>;
  return rate > target ? <Badge tone="warn">at risk</Badge> : <>not yet certain</>;
}
