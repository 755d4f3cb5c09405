import { Stat, Stats } from "../components/stat.tsx";
import { formatUsd, formatUsdShort } from "../format/money.ts";
import { formatCount, formatMany, formatShare } from "../format/numbers.ts";
import { hitRateOf, type Totals } from "./totals.ts";

/** The sums of a period. */
export function Headline({ totals }: { readonly totals: Totals }) {
  const { requests, spent, saved, netSaved, unpriced } = totals;
  const rate = hitRateOf(totals);
  return (
    <Stats>
      <Stat label="Requests" note={`${formatCount(totals.tokens)} tokens`}>
        {formatCount(requests)}
      </Stat>
      <Stat label="Hit rate" note={tiersOf(totals)}>
        {rate === undefined ? "–" : formatShare(rate)}
      </Stat>
      <Stat
        label="Spent"
        note={unpriced === 0 ? undefined : `${formatMany(unpriced, "request")} without a price`}
      >
        <span title={formatUsd(spent)}>{formatUsdShort(spent)}</span>
      </Stat>
      <Stat label="Saved" note={`${formatCount(totals.savedTokens)} tokens`}>
        <span title={formatUsd(saved)}>{formatUsdShort(saved)}</span>
      </Stat>
      <Stat label="Net saved" note="minus the cost of lookups">
        <span title={formatUsd(netSaved)}>{formatUsdShort(netSaved)}</span>
      </Stat>
    </Stats>
  );
}

function tiersOf({ exact, semantic, verified }: Totals): string {
  return `${formatCount(exact)} exact, ${formatCount(semantic)} semantic, ${formatCount(verified)} verified`;
}
