/** Available targets: shares of wrong answers among served ones. */
export const TARGETS = [0.01, 0.02, 0.05, 0.1] as const;
const USUAL = 0.02;

/** The target from the address. */
export function readTarget(query: URLSearchParams): number {
  const asked = Number(query.get("target"));
  return TARGETS.find((target) => target === asked) ?? USUAL;
}

/** "2 %". */
export function formatTarget(target: number): string {
  return `${Math.round(target * 100)} %`;
}
