import type { CurveRow } from "../api/types.ts";
import { Stat, Stats } from "../components/stat.tsx";
import { formatUsd, formatUsdShort, toNanoUsd } from "../format/money.ts";
import { formatCount, formatMany, formatShare } from "../format/numbers.ts";
import { formatTarget } from "./targets.ts";

interface Props {
  readonly row: CurveRow | undefined;
  /** What is in force. */
  readonly before: CurveRow | undefined;
  readonly days: number;
  readonly target: number;
}

/** What the threshold under the slider would have done. */
export function CurveFigures({ row, before, days, target }: Props) {
  if (row === undefined) return null;
  const perDay = toPerDay(row, days);
  const change = before === undefined ? 0n : perDay - toPerDay(before, days);
  const more = before === undefined ? 0 : row.hits - before.hits;
  return (
    <div aria-live="polite">
      <Stats>
        <Stat label="Served" note={`${formatShare(row.hit_rate)} of the lookups${differs(more)}`}>
          {formatCount(row.hits)}
        </Stat>
        <Stat label="Wrong" note={`of ${formatMany(row.labelled_hits, "label")} that count`}>
          {formatCount(row.wrong_hits)}
        </Stat>
        <Stat label="Wrong at most" note={boundNote(row, target)}>
          {row.labelled_hits === 0 ? "unknown" : formatShare(row.upper_bound)}
        </Stat>
        <Stat label="Saved a day" note={changeNote(change)}>
          <span title={formatUsd(perDay)}>{formatUsdShort(perDay)}</span>
        </Stat>
      </Stats>
    </div>
  );
}

function toPerDay({ saved }: CurveRow, days: number): bigint {
  return BigInt(Math.round(Number(toNanoUsd(saved.usd)) / Math.max(days, 1 / 24)));
}

function differs(more: number): string {
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
  const kept = bound <= target ? "keeps" : "is above";
  const rest =
    unlabelled === 0 ? "" : `; ${formatCount(unlabelled)} without a label count as wrong`;
  return `95 % sure; ${kept} the ${formatTarget(target)}${rest}`;
}
