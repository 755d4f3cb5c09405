import type { LookupNote } from "../answer/note-lookup.ts";
import type { ShadowAnswer } from "../answer/answer-in-shadow.ts";
import type { JudgeAnswers } from "../judging/judge-answers.ts";
import { RepriseError } from "../errors.ts";
import type { Clock } from "../operations/types.ts";
import type { NanoUsd } from "../usage/types.ts";
import { compareAnswers } from "./compare-answers.ts";
import { sampleFraction, servedFrom } from "./make-lookup.ts";
import type { LookupStore } from "./lookup-types.ts";
import type { PolicyVersion } from "./policies.ts";
import type { ShadowRun, ShadowStore, SimilarityTier } from "./shadow-types.ts";

/** Maximum concurrent shadow answers, to leave the model to users. */
const MAX_RUNNING = 2;
/** Maximum queued hits. Further ones are dropped, whatever they are. */
const MAX_WAITING = 20;

/** The result of a sampled hit. */
export type ShadowResult = "same" | "different" | "over-budget" | "dropped" | "failed";

/** Answers a sample of hits with the model too, after their replies. */
export interface Shadow {
  /** Queues the hit if it is sampled. Returns at once and never throws. */
  note(note: LookupNote): void;
  /** Resolves when the queue is empty and no answer is in progress. */
  settle(): Promise<void>;
  /** Aborts the answers in progress. */
  close(): Promise<void>;
}

/** Dependencies of shadow runs. */
export interface ShadowDependencies {
  readonly policyOf: (tenant: string) => PolicyVersion;
  readonly store: Pick<ShadowStore, "add">;
  readonly lookups: Pick<LookupStore, "label">;
  readonly settleLookups: () => Promise<void>;
  readonly newId: () => string;
  readonly now: Clock;
  /** Called only if the rule is not sure. Without a clear verdict, the rule decides. */
  readonly judge?: JudgeAnswers | undefined;
  readonly onResult: (result: ShadowResult, error?: unknown) => void;
  /** Called for each stored run. */
  readonly onRun: (tenant: string) => Promise<void>;
}

interface SampledHit {
  readonly note: LookupNote & { readonly hit: NonNullable<LookupNote["hit"]> };
  readonly tier: SimilarityTier;
  readonly policyVersion: number;
}

/**
 * Hits are sampled by their ids alone, so the wrong-hit rate of the sample is an unbiased estimate
 * for all hits.
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
  /** The rule, or the judging model. */
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
  const { same, isVerified } = compareAnswers(served, answer, answer.similarity);
  const byRule = { same, decidedBy: "rule", author: "rule", judgingNanoUsd: 0n } as const;
  if (isVerified || judge === undefined) return byRule;
  const texts = { question: outcome.question, served: served.text, generated: answer.text };
  const verdict = await judge({ id, tenant, ...texts, signal });
  if (verdict === undefined) return byRule;
  const judgingNanoUsd = verdict.costNanoUsd;
  if (verdict.same === undefined) return { ...byRule, judgingNanoUsd };
  return { same: verdict.same, decidedBy: "judge", author: verdict.author, judgingNanoUsd };
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
