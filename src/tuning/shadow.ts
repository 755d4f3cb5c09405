import type { LookupNote } from "../answer/note-lookup.ts";
import type { ShadowAnswer } from "../answer/answer-in-shadow.ts";
import type { JudgeAnswers } from "../judging/judge-answers.ts";
import { RepriseError } from "../errors.ts";
import type { Clock } from "../operations/types.ts";
import type { NanoUsd } from "../usage/types.ts";
import { compareAnswers } from "./compare-answers.ts";
import { sampleFraction } from "./sampling.ts";
import type { LookupStore } from "./lookup-types.ts";
import type { PolicyVersion } from "./policies.ts";
import { servedFrom } from "./make-lookup.ts";
import type { ShadowRun, ShadowStore, SimilarityTier } from "./shadow-types.ts";

/** Answers made at the same time: the model is there for those who wait. */
const MAX_RUNNING = 2;
/** Hits that wait for their turn; more are left out, which is no matter of what they are. */
const MAX_WAITING = 20;

/** How a hit that was drawn ended. */
export type ShadowResult = "same" | "different" | "over-budget" | "dropped" | "failed";

/** Hits that are answered anew, after their replies. */
export interface Shadow {
  /** Returns at once and never throws. */
  note(note: LookupNote): void;
  /** Resolves when no answer is under way and none waits. */
  settle(): Promise<void>;
  /** Stops what is under way. */
  close(): Promise<void>;
}

/** What it leans on. */
export interface ShadowDependencies {
  readonly policyOf: (tenant: string) => PolicyVersion;
  readonly store: Pick<ShadowStore, "add">;
  readonly lookups: Pick<LookupStore, "label">;
  readonly settleLookups: () => Promise<void>;
  readonly newId: () => string;
  readonly now: Clock;
  /** Asked only where the rule is not sure; where it cannot say, the rule's word stands. */
  readonly judge?: JudgeAnswers | undefined;
  readonly onResult: (result: ShadowResult, error?: unknown) => void;
  /** Told of each run that is in the record. */
  readonly onRun: (tenant: string) => Promise<void>;
}

interface SampledHit {
  readonly note: LookupNote & { readonly hit: NonNullable<LookupNote["hit"]> };
  readonly tier: SimilarityTier;
  readonly policyVersion: number;
}

/**
 * Which hits are answered anew is drawn from their ids, so that nothing else has a say in it: the share
 * of wrong ones among them is that of all hits, but for chance.
 */
export function createShadow(dependencies: ShadowDependencies): Shadow {
  const waiting: SampledHit[] = [];
  const stop = new AbortController();
  const running = new Set<Promise<void>>();

  function begin(): void {
    while (running.size < MAX_RUNNING) {
      const next = waiting.shift();
      if (next === undefined) return;
      const run = runShadow(next, stop.signal, dependencies).finally(() => {
        running.delete(run);
        begin();
      });
      running.add(run);
    }
  }

  async function settle(): Promise<void> {
    while (running.size > 0) await Promise.all(running);
  }

  return {
    note(note) {
      const sampled = sample(note, dependencies);
      if (sampled === undefined || stop.signal.aborted) return;
      if (waiting.length >= MAX_WAITING) dependencies.onResult("dropped");
      else waiting.push(sampled);
      begin();
    },
    settle,
    async close() {
      waiting.length = 0;
      stop.abort(new Error("shutting down"));
      await settle();
    },
  };
}

function sample(note: LookupNote, { policyOf }: ShadowDependencies): SampledHit | undefined {
  const { hit, outcome, id, tenant } = note;
  const { tier } = outcome;
  // The same words are no matter of a threshold.
  if (hit === undefined || tier === null || tier === "exact") return undefined;
  const { policy, version } = policyOf(tenant);
  if (sampleFraction(id) >= (policy.shadowRate ?? 0)) return undefined;
  return { note: { ...note, hit }, tier, policyVersion: version };
}

/** Never rejects. */
async function runShadow(
  sampled: SampledHit,
  signal: AbortSignal,
  dependencies: ShadowDependencies,
): Promise<void> {
  const { onResult, onRun, store, newId } = dependencies;
  try {
    const id = newId();
    const answer = await sampled.note.hit.answerAnew({ id, signal });
    const decision = await decide({ id, sampled, answer, signal }, dependencies);
    const run = toRun({ id, sampled, answer }, decision, dependencies);
    await store.add(run);
    onResult(run.same ? "same" : "different");
    await label(run, decision.author, dependencies);
    await onRun(run.tenant);
  } catch (error) {
    if (signal.aborted) return;
    const isOver = error instanceof RepriseError && error.code === "budget_exceeded";
    onResult(isOver ? "over-budget" : "failed", error);
  }
}

function toRun(
  { id, sampled, answer }: { id: string; sampled: SampledHit; answer: ShadowAnswer },
  { same, decidedBy, judgingNanoUsd }: Decision,
  { now }: ShadowDependencies,
): ShadowRun {
  const { note, tier, policyVersion } = sampled;
  const { tenant, thresholds, candidates, hit, outcome } = note;
  const served = candidates.find(({ entry }) => entry.id === hit.served.id);
  return {
    tenant,
    id,
    lookupId: note.id,
    createdAt: now(),
    tier,
    similarity: outcome.similarity ?? 1,
    servedFrom:
      served === undefined ? { serve: null, grey: null } : servedFrom(served, thresholds.evidence),
    thresholds: { serve: thresholds.serve, grey: thresholds.grey },
    policyVersion,
    same,
    decidedBy,
    costNanoUsd: answer.costNanoUsd + judgingNanoUsd,
  };
}

interface Decision extends Pick<ShadowRun, "same" | "decidedBy"> {
  /** The rule, or the model that judged. */
  readonly author: string;
  readonly judgingNanoUsd: NanoUsd;
}

async function decide(
  run: { id: string; sampled: SampledHit; answer: ShadowAnswer; signal: AbortSignal },
  { judge }: ShadowDependencies,
): Promise<Decision> {
  const { id, sampled, answer, signal } = run;
  const { hit, outcome, tenant } = sampled.note;
  const served = {
    text: hit.served.answer,
    documentIds: hit.served.citations.map(({ documentId }) => documentId),
    isRefusal: false,
  };
  const { same, isSure } = compareAnswers(served, answer, answer.similarity);
  const byRule = { same, decidedBy: "rule", author: "rule", judgingNanoUsd: 0n } as const;
  if (isSure || judge === undefined) return byRule;
  const texts = { question: outcome.question, served: served.text, anew: answer.text };
  const said = await judge({ id, tenant, ...texts, signal });
  if (said === undefined) return byRule;
  const judgingNanoUsd = said.costNanoUsd;
  if (said.same === undefined) return { ...byRule, judgingNanoUsd };
  return { same: said.same, decidedBy: "judge", author: said.author, judgingNanoUsd };
}

async function label(
  { tenant, lookupId, same, decidedBy, createdAt }: ShadowRun,
  author: string,
  { lookups, settleLookups }: ShadowDependencies,
): Promise<void> {
  await settleLookups();
  const source = decidedBy === "judge" ? "judge" : "shadow";
  const word = { source, same, author, note: null, createdAt } as const;
  await lookups.label({ tenant, id: lookupId }, word);
}
