import type { CostRow } from "../api/types.ts";
import { Money } from "../components/money.tsx";
import { toNanoUsd } from "../format/money.ts";

interface Props {
  readonly row: CostRow;
  /** The missing group, such as "conversation". */
  readonly group: string;
}

/** Shown instead of a name: costs without one are mostly background work. */
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
  if (requests === 0) return "No questions: shadow runs and embeddings for clients.";
  if (toNanoUsd(shadow) === 0n) return null;
  return <>{shadow === total ? "All" : <Money usd={shadow} />} of it for shadow runs.</>;
}
