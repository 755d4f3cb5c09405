import type { CachePolicy } from "../cache/policy.ts";
import { RepriseError } from "../errors.ts";
import { findBreach, type Breach, tighten } from "./tighten.ts";
import { AUTOMATIC, type Policies, type PolicyVersion } from "./policies.ts";
import type { ShadowStore } from "./shadow-types.ts";

/** Runs looked at, the newest. */
const MAX_RUNS = 10_000;

/** What it leans on. */
export interface WatchDependencies {
  readonly policies: Pick<Policies, "of" | "change">;
  readonly store: Pick<ShadowStore, "list">;
  /** Told of each change that it made. */
  readonly onTightened: (change: {
    before: PolicyVersion;
    after: PolicyVersion;
    breach: Breach;
  }) => void;
}

/**
 * Looks whether the shadow runs under the policy in force break its target, and tightens it then. It
 * never loosens anything: that is for people.
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

/** Undefined where another replica, or a person, has changed the policy meanwhile. */
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
