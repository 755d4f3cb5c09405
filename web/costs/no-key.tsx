import type { CostRow } from "../api/types.ts";
import { Money } from "../components/money.tsx";
import { toNanoUsd } from "../format/money.ts";

interface Props {
  readonly row: CostRow;
  /** What the row has none of, such as "conversation". */
  readonly group: string;
}

/** In place of a name: what costs without one is mostly what nobody asked for. */
export function NoKey({ row, group }: Props) {
  const { requests, cost } = row;
  return (
    <span class="soft">
      without a {group}
      <small class="row-note">{noteOf(requests, cost)}</small>
    </span>
  );
}

function noteOf(requests: number, { total, shadow }: CostRow["cost"]) {
  if (requests === 0)
    return "No questions: hits answered anew and judged, as checks, and vectors for clients.";
  if (toNanoUsd(shadow) === 0n) return null;
  return (
    <>
      {shadow === total ? "All" : <Money usd={shadow} />} of it for hits answered anew, as checks.
    </>
  );
}
