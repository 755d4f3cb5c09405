/** What ran in the shadow: answers made anew beside hits, and what a judge took to compare them. */
export const SHADOW_STATUSES = ["shadow", "shadow-judged"] as const;

/** The statuses of what nobody asked for: it costs, and is no request. */
export const BESIDE_STATUSES = ["judged", ...SHADOW_STATUSES] as const;

const beside = new Set<string>(BESIDE_STATUSES);
const shadow = new Set<string>(SHADOW_STATUSES);

/** Whether a row of the ledger is somebody's request. */
export function isRequest(status: string): boolean {
  return !beside.has(status);
}

/** Whether what a row of the ledger cost is a shadow cost. */
export function isShadowCost(status: string): boolean {
  return shadow.has(status);
}
