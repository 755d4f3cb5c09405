import type { Policy } from "../api/types.ts";
import { Moment } from "../components/moment.tsx";
import { Stat, Stats } from "../components/stat.tsx";
import { formatShare, formatSimilarity } from "../format/numbers.ts";

const HOUR = 3600;
const DAY = 24 * HOUR;

/** The current policy. */
export function InForce({ policy }: { readonly policy: Policy }) {
  const { threshold, grey_threshold: grey, ttl_seconds: ttl, version, author } = policy;
  return (
    <Stats>
      <Stat label="Threshold" note="minimum similarity">
        {formatSimilarity(threshold)}
      </Stat>
      <Stat
        label="Grey zone"
        note={grey < threshold ? "served if the passages agree" : "off: not below the threshold"}
      >
        {grey < threshold ? `from ${formatSimilarity(grey)}` : "–"}
      </Stat>
      <Stat label="Answers expire after">{formatTtl(ttl)}</Stat>
      <Stat label="Shadow runs" note="of the semantic hits">
        {formatShare(policy.shadow_rate)}
      </Stat>
      <Stat
        label="Version"
        note={
          <>
            {version === 0 ? "from the settings" : `by ${author}`}
            {policy.created_at !== null && (
              <>
                , <Moment at={policy.created_at} />
              </>
            )}
          </>
        }
      >
        {version}
      </Stat>
    </Stats>
  );
}

function formatTtl(seconds: number): string {
  if (seconds === 0) return "cache off";
  if (seconds >= 2 * DAY) return `${Math.round(seconds / DAY)} days`;
  if (seconds >= HOUR) return `${Math.round(seconds / HOUR)} h`;
  return `${Math.max(1, Math.round(seconds / 60))} min`;
}
