import type { JudgeAnswers } from "../judging/judge-answers.ts";
import type { Judged } from "../judging/judge.ts";
import type { LookupNote } from "../answer/note-lookup.ts";
import type { RecordStores } from "./records.ts";
import type { Config } from "../config.ts";
import type { Logger } from "../operations/logger.ts";
import type { Metrics } from "../operations/metrics.ts";
import type { Clock } from "../operations/types.ts";
import { labelJudged } from "../tuning/label-lookups.ts";
import { createLookupLog } from "../tuning/lookup-log.ts";
import type { Policies, PolicyVersion } from "../tuning/policies.ts";
import { policyWarnings, wrongHitRate } from "../tuning/wrong-hit-rate.ts";
import { createShadow } from "../tuning/shadow.ts";
import { createPolicyWatch } from "../tuning/watch-policy.ts";

/** Number of latest runs in the metric. */
const METRIC_RUNS = 1_000;

interface TuningParts {
  readonly records: RecordStores;
  /** Read lazily, because the answers are composed later. */
  readonly policies: () => Policies;
  readonly metrics: Metrics;
  readonly logger: Logger;
  readonly newId: (prefix: string) => string;
  readonly now: Clock;
  /** Resolves undefined without a judge. */
  readonly judgeAnswers: JudgeAnswers;
  /** True if there is a judge. */
  readonly hasJudge: () => boolean;
}

/** Processes lookups in the background: the log and shadow runs. */
export interface Tuning {
  readonly note: (note: LookupNote) => void;
  /** Labels a judged lookup; failures are logged. */
  noteJudged(judged: Judged): void;
  /** Logs warnings about a policy that takes effect. */
  notePolicy(version: PolicyVersion): void;
  settleLookups(): Promise<void>;
  close(): Promise<void>;
}

/** Composes the lookup log and the shadow runs, which run in the background. */
export function composeTuning({ lookupLog }: Config, parts: TuningParts): Tuning {
  const { records, metrics, logger } = parts;
  const log = createLookupLog({
    ...lookupLog,
    store: records.lookups,
    random: Math.random,
    onLost({ count, error }) {
      metrics.countLostLookups(count);
      if (error !== undefined) logger.warn({ err: error, count }, "lookups were not logged");
    },
  });
  const shadow = composeShadow(parts, () => log.settle());
  return {
    note(note) {
      log.note(note);
      if (note.hit !== undefined) shadow.note(note);
    },
    noteJudged({ accounted, messageId: id, entryId, isSame: same }) {
      const { tenant, createdAt, usage } = accounted;
      const word = { tenant, id, entryId, same, author: usage.model, createdAt };
      const parts = { lookups: records.lookups, settleLookups: () => log.settle() };
      labelJudged(word, parts).catch((err: unknown) =>
        logger.warn({ err }, "cannot label a judged lookup"),
      );
    },
    notePolicy({ tenant, version, policy }) {
      for (const { code, message } of policyWarnings(policy, { hasJudge: parts.hasJudge() })) {
        logger.warn({ tenant, version, code }, message);
      }
    },
    settleLookups: () => log.settle(),
    async close() {
      await shadow.close();
      await log.close();
    },
  };
}

function composeShadow(parts: TuningParts, settleLookups: () => Promise<void>) {
  const { records, policies, metrics, logger, newId, now, judgeAnswers } = parts;
  const { shadowRuns: store, lookups } = records;
  const watch = createPolicyWatch({
    policies: {
      of: (tenant) => policies().of(tenant),
      change: (change) => policies().change(change),
    },
    store,
    onTightened({ before, after, breach }) {
      metrics.countTightened(breach.tier);
      const { tenant, version, reason } = after;
      const policy = { before: before.policy, after: after.policy };
      logger.warn(
        { tenant, version, breach, policy, reason },
        "cache policy tightened: its target was broken",
      );
    },
  });
  return createShadow({
    policyOf: (tenant) => policies().of(tenant),
    store,
    lookups,
    settleLookups,
    newId: () => newId("shd"),
    now,
    judge: judgeAnswers,
    onResult(result, error) {
      metrics.countShadow(result);
      if (result === "failed") logger.warn({ err: error }, "shadow run failed");
    },
    async onRun(tenant) {
      const runs = await store.list({ tenant, limit: METRIC_RUNS });
      metrics.setWrongHitRate(tenant, wrongHitRate(runs));
      await watch(tenant);
    },
  });
}
