/** What ran in the shadow: answers made anew beside hits, and what a judge took to compare them. */
export const SHADOW_STATUSES = ["shadow", "shadow-judged"] as const;

/** The statuses of what is no question: nobody asked for it, or only for vectors. It costs all the same. */
export const BESIDE_STATUSES = ["judged", "embeddings", ...SHADOW_STATUSES] as const;

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
