import type { CurveRow } from "../api/types.ts";
import { Stat, Stats } from "../components/stat.tsx";
import { formatUsd, formatUsdShort, toNanoUsd } from "../format/money.ts";
import { formatCount, formatMany, formatShare } from "../format/numbers.ts";
import { formatTarget } from "./targets.ts";

interface Props {
  readonly row: CurveRow | undefined;
  /** The row of the current threshold. */
  readonly before: CurveRow | undefined;
  readonly days: number;
  readonly target: number;
}

/** The figures of the threshold under the slider. */
export function CurveFigures({ row, before, days, target }: Props) {
  if (row === undefined) return null;
  const perDay = toPerDay(row, days);
  const change = before === undefined ? 0n : perDay - toPerDay(before, days);
  const more = before === undefined ? 0 : row.hits - before.hits;
  return (
    <div aria-live="polite">
      <Stats>
        <Stat
          label="Served"
          note={`${formatShare(row.hit_rate)} of the lookups${describeDifference(more)}`}
        >
          {formatCount(row.hits)}
        </Stat>
        <Stat label="Wrong" note={`of ${formatMany(row.labelled_hits, "label")} in the sample`}>
          {formatCount(row.wrong_hits)}
        </Stat>
        <Stat label="Wrong at most" note={boundNote(row, target)}>
          {row.labelled_hits === 0 ? "unknown" : formatShare(row.upper_bound)}
        </Stat>
        <Stat label="Saved per day" note={changeNote(change)}>
          <span title={formatUsd(perDay)}>{formatUsdShort(perDay)}</span>
        </Stat>
      </Stats>
    </div>
  );
}

function toPerDay({ saved }: CurveRow, days: number): bigint {
  return BigInt(Math.round(Number(toNanoUsd(saved.usd)) / Math.max(days, 1 / 24)));
}

function describeDifference(more: number): string {
  if (more === 0) return "";
  return more > 0
    ? `, ${formatCount(more)} more than now`
    : `, ${formatCount(-more)} fewer than now`;
}

function changeNote(change: bigint): string {
  if (change === 0n) return "as now";
  return change > 0n
    ? `${formatUsdShort(change)} more than now`
    : `${formatUsdShort(-change)} less than now`;
}

function boundNote({ unlabelled_hits: unlabelled, upper_bound: bound }: CurveRow, target: number) {
  const kept = bound <= target ? "meets" : "exceeds";
  const rest =
    unlabelled === 0 ? "" : `; ${formatCount(unlabelled)} without a label count as wrong`;
  return `95 % bound; ${kept} the target of ${formatTarget(target)}${rest}`;
}
