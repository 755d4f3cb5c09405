import type { ChatReply, ConversationUsage } from "../api/types.ts";
import { formatUsd, toNanoUsd } from "../format/money.ts";
import { formatMany } from "../format/numbers.ts";

/** Sums of a conversation's answers, exact to the nano-dollar. */
export interface Totals {
  readonly answers: number;
  readonly hits: number;
  readonly tokens: number;
  readonly cost: bigint;
  readonly saved: bigint;
  readonly netSaved: bigint;
}

export const NO_TOTALS: Totals = {
  answers: 0,
  hits: 0,
  tokens: 0,
  cost: 0n,
  saved: 0n,
  netSaved: 0n,
};

/** Adds one answer. */
export function addReply(totals: Totals, { cache, usage, cost }: ChatReply): Totals {
  return {
    answers: totals.answers + 1,
    hits: totals.hits + (cache.status === "hit" ? 1 : 0),
    tokens: totals.tokens + usage.total_tokens,
    cost: totals.cost + toNanoUsd(cost.total),
    saved: totals.saved + toNanoUsd(cost.saved),
    netSaved: totals.netSaved + toNanoUsd(cost.net_saved),
  };
}

/** Totals of a past conversation, from the ledger. */
export function toTotals({ requests, hits, usage, cost }: ConversationUsage): Totals {
  return {
    answers: requests,
    hits: hits.exact + hits.semantic + hits.verified,
    tokens: usage.total_tokens,
    cost: toNanoUsd(cost.total),
    saved: toNanoUsd(cost.saved),
    netSaved: toNanoUsd(cost.net_saved),
  };
}

/** The totals in one line; empty before the first answer. */
export function describeTotals({ answers, hits, tokens, cost, saved, netSaved }: Totals): string {
  if (answers === 0) return "";
  const net = netSaved === saved ? "" : ` (${formatUsd(netSaved)} net)`;
  const parts = [
    `${hits} of ${answers} from the cache`,
    formatMany(tokens, "token"),
    `cost ${formatUsd(cost)}`,
    `saved ${formatUsd(saved)}${net}`,
  ];
  // Line breaks only between the parts.
  return parts.map((part) => part.replaceAll(" ", "\u00A0")).join(" · ");
}
