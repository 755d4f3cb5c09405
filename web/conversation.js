import { formatUsd, toNanoUsd } from "./money.js";

/** A conversation's id, which the server gives, and the sums of its answers, exact to the nano-dollar. */
export function createConversation() {
  const sums = { answers: 0, hits: 0, cost: 0n, saved: 0n, netSaved: 0n };
  return {
    id: undefined,
    add({ cache, cost }) {
      sums.answers += 1;
      if (cache.status === "hit") sums.hits += 1;
      sums.cost += toNanoUsd(cost.total);
      sums.saved += toNanoUsd(cost.saved);
      sums.netSaved += toNanoUsd(cost.net_saved);
    },
    /** Empty before the first answer. */
    describe() {
      const { answers, hits, cost, saved, netSaved } = sums;
      if (answers === 0) return "";
      const net = netSaved === saved ? "" : ` (${formatUsd(netSaved)} net)`;
      const parts = [
        `${hits} of ${answers} from the cache`,
        `cost ${formatUsd(cost)}`,
        `saved ${formatUsd(saved)}${net}`,
      ];
      // Lines break between the parts only.
      return parts.map((part) => part.replaceAll(" ", "\u00A0")).join(" · ");
    },
  };
}
