import type { CachePolicy } from "../cache/policy.ts";
import { RepriseError } from "../errors.ts";
import { findBreach, type Breach, tighten } from "./tighten.ts";
import { AUTOMATIC, type Policies, type PolicyVersion } from "./policies.ts";
import type { ShadowStore } from "./shadow-types.ts";

/** Maximum runs considered, the newest. */
const MAX_RUNS = 10_000;

/** Dependencies of the policy watch. */
export interface WatchDependencies {
  readonly policies: Pick<Policies, "of" | "change">;
  readonly store: Pick<ShadowStore, "list">;
  /** Called for each automatic change. */
  readonly onTightened: (change: {
    before: PolicyVersion;
    after: PolicyVersion;
    breach: Breach;
  }) => void;
}

/**
 * Tightens a policy when the shadow runs under it break its target. Never loosens one: that is a
 * human decision.
 */
export function createPolicyWatch({ policies, store, onTightened }: WatchDependencies) {
  return async (tenant: string): Promise<void> => {
    const before = policies.of(tenant);
    const { policy, version } = before;
    const target = policy.targetWrongHitRate ?? null;
    if (target === null) return;
    const runs = await store.list({ tenant, policyVersion: version, limit: MAX_RUNS });
    const breach = findBreach(runs, target);
    if (breach === null) return;
    const stricter = tighten(policy, breach, runs, target);
    if (stricter === null) return;
    const after = await change(before, stricter, reasonOf(breach, target), policies);
    if (after !== undefined) onTightened({ before, after, breach });
  };
}

/** Returns undefined if another replica or a person changed the policy concurrently. */
async function change(
  { tenant, version: expected }: PolicyVersion,
  policy: CachePolicy,
  reason: string,
  policies: Pick<Policies, "change">,
): Promise<PolicyVersion | undefined> {
  try {
    return await policies.change({ tenant, policy, author: AUTOMATIC, reason, expected });
  } catch (error) {
    if (error instanceof RepriseError && error.code === "conflict") return undefined;
    throw error;
  }
}

function reasonOf({ tier, wrong, runs }: Breach, target: number): string {
  return `${wrong} of ${runs} shadow runs of ${tier} hits were wrong, which is more than the target of ${target * 100} % allows`;
}
