import type { Policy, ShadowReport } from "../api/types.ts";
import { Badge } from "../components/badge.tsx";
import { Money } from "../components/money.tsx";
import { Stat, Stats } from "../components/stat.tsx";
import { formatCount, formatMany, formatShare } from "../format/numbers.ts";

interface Props {
  readonly report: ShadowReport;
  readonly policy: Policy;
}

/** What the runs say, and the target they are held against. */
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
            : `95 % sure: from ${formatShare(lower)} to ${formatShare(upper)}`
        }
      >
        {rate === null ? "unknown" : formatShare(rate)}
      </Stat>
      <Stat
        label="Runs"
        note={`${formatCount(wrong)} wrong; a rule decided ${formatCount(report.decided_by.rule)}`}
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
        label="Spent on them"
        note={
          policy.shadow_rate === 0 ? "off now" : `${formatShare(policy.shadow_rate)} of the hits`
        }
      >
        <Money usd={report.cost.total} />
      </Stat>
      <Stat label="Target" note={<Danger report={report} target={target} />}>
        {target === null ? "none" : formatShare(target)}
      </Stat>
    </Stats>
  );
}

interface DangerProps {
  readonly report: ShadowReport;
  readonly target: number | null;
}

function Danger({ report, target }: DangerProps) {
  const rate = report.wrong_hit_rate;
  if (target === null) return <>the policy does not tighten by itself</>;
  if (rate === null) return <>nothing to hold against it</>;
  if (report.lower_bound > target) return <Badge tone="bad">missed</Badge>;
  if (report.upper_bound <= target) return <Badge tone="good">kept</Badge>;
  return rate > target ? <Badge tone="warn">in danger</Badge> : <>not yet sure</>;
}
