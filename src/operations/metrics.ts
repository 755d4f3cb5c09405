import { Counter, Gauge, Histogram, Registry, collectDefaultMetrics } from "prom-client";
import type { DegradedPart } from "./with-deadline.ts";

type StageName = "total" | "resolve" | "embed" | "lookup" | "judge" | "retrieve" | "model";

/** The labels of a finished answer, and the milliseconds of its stages. */
export interface FinishedAnswer {
  readonly cache: { readonly status: string; readonly tier: string | null; readonly kind: string };
  readonly timings: Readonly<Record<StageName, number>>;
}

/** What one ledger row used and saved. */
interface Spending {
  readonly usage: {
    readonly promptTokens: number;
    readonly completionTokens: number;
    readonly embeddingTokens: number;
  };
  readonly saved: { readonly promptTokens: number; readonly completionTokens: number };
  readonly cost: { readonly totalNanoUsd: bigint; readonly savedNanoUsd: bigint };
}

/** Metrics in the Prometheus text format. */
export interface Metrics {
  readonly contentType: string;
  render(): Promise<string>;
  observeRequest(request: { method: string; route: string; status: number; seconds: number }): void;
  /** Counts a finished answer by cache status, and observes the time of its stages. */
  observeAnswer(answer: FinishedAnswer): void;
  /** Counts a failed answer by its error code. */
  countFailedAnswer(code: string): void;
  /** Counts tokens, cost and savings of the ledger row of a turn. */
  readonly observeTurn: (turn: { readonly entry: Spending }) => void;
  countDegraded(part: DegradedPart): void;
  /** Counts lookups missing from the log. */
  countLostLookups(count: number): void;
  /** Counts shadow runs by result. */
  countShadow(result: string): void;
  /** Sets the wrong-hit rate of a tenant's latest shadow runs. */
  setWrongHitRate(
    tenant: string,
    rate: { readonly rate: number | null; readonly lower: number; readonly upper: number },
  ): void;
  countTightened(tier: string): void;
  /** Counts judge decisions before a reply, by outcome. */
  countJudged: (decision: string) => void;
  /** Only called if Redis is configured. */
  setRedisUp(isUp: boolean): void;
}

const STAGE_BUCKETS = [
  0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30,
];
const NANO = 1e9;

/** Uses its own registry, so that two services in one process do not share metrics. */
export function createMetrics(): Metrics {
  const registry = new Registry();
  collectDefaultMetrics({ register: registry, prefix: "reprise_" });
  const registers = [registry];
  const requests = new Histogram({
    name: "reprise_http_request_duration_seconds",
    help: "Time of HTTP requests by method, route and status.",
    labelNames: ["method", "route", "status"],
    registers,
  });
  const degraded = new Counter({
    name: "reprise_degraded_total",
    help: "Failed dependencies that answers continued without, by part.",
    labelNames: ["part"],
    registers,
  });
  const tuning = createTuningMetrics(registers);
  let redisUp: Gauge | undefined;
  return {
    contentType: registry.contentType,
    render: () => registry.metrics(),
    observeRequest({ method, route, status, seconds }) {
      requests.observe({ method, route, status: String(status) }, seconds);
    },
    ...createAnswerMetrics(registers),
    ...createSpendingMetrics(registers),
    countDegraded: (part) => degraded.inc({ part }),
    ...tuning,
    setRedisUp(isUp) {
      const help = "1 while Redis answers, 0 while answers continue without it.";
      redisUp ??= new Gauge({ name: "reprise_redis_up", help, registers });
      redisUp.set(isUp ? 1 : 0);
    },
  };
}

function createTuningMetrics(
  registers: Registry[],
): Pick<
  Metrics,
  "countLostLookups" | "countShadow" | "setWrongHitRate" | "countTightened" | "countJudged"
> {
  const lost = new Counter({
    name: "reprise_lookups_lost_total",
    help: "Lookups that could not be written to the log.",
    registers,
  });
  const shadow = new Counter({
    name: "reprise_shadow_runs_total",
    help: "Hits sampled for a shadow run, by result.",
    labelNames: ["result"],
    registers,
  });
  const rate = new Gauge({
    name: "reprise_wrong_hit_rate",
    help: "Wrong-hit rate of the last 1,000 shadow runs, with its 95 % confidence interval.",
    labelNames: ["tenant", "bound"],
    registers,
  });
  const tightened = new Counter({
    name: "reprise_policy_tightened_total",
    help: "Automatic policy changes after a broken target, by tier.",
    labelNames: ["tier"],
    registers,
  });
  const judged = new Counter({
    name: "reprise_judge_decisions_total",
    help: "Judge decisions before a reply: same, different, late, failed, skipped.",
    labelNames: ["decision"],
    registers,
  });
  return {
    countLostLookups: (count) => lost.inc(count),
    countShadow: (result) => shadow.inc({ result }),
    setWrongHitRate(tenant, { rate: share, lower, upper }) {
      rate.set({ tenant, bound: "estimate" }, share ?? 0);
      rate.set({ tenant, bound: "lower" }, lower);
      rate.set({ tenant, bound: "upper" }, upper);
    },
    countTightened: (tier) => tightened.inc({ tier }),
    countJudged: (decision) => judged.inc({ decision }),
  };
}

function createAnswerMetrics(
  registers: Registry[],
): Pick<Metrics, "observeAnswer" | "countFailedAnswer"> {
  const answers = new Counter({
    name: "reprise_answers_total",
    help: "Finished answers by cache status, tier and kind of message; errors have the status error.",
    labelNames: ["status", "tier", "kind"],
    registers,
  });
  const failures = new Counter({
    name: "reprise_answer_errors_total",
    help: "Failed answers by error code.",
    labelNames: ["code"],
    registers,
  });
  const stages = new Histogram({
    name: "reprise_stage_duration_seconds",
    help: "Time of each stage of an answer; skipped stages are not observed.",
    labelNames: ["stage", "status"],
    buckets: STAGE_BUCKETS,
    registers,
  });
  return {
    observeAnswer({ cache: { status, tier, kind }, timings }) {
      answers.inc({ status, tier: tier ?? "none", kind });
      for (const [stage, milliseconds] of Object.entries(timings)) {
        // A skipped stage has no time.
        if (milliseconds === 0) continue;
        stages.observe({ stage, status }, milliseconds / 1000);
      }
    },
    countFailedAnswer(code) {
      answers.inc({ status: "error", tier: "none", kind: "none" });
      failures.inc({ code });
    },
  };
}

function createSpendingMetrics(registers: Registry[]): Pick<Metrics, "observeTurn"> {
  const tokens = new Counter({
    name: "reprise_tokens_total",
    help: "Tokens used (prompt, completion, embedding) and saved by hits (saved).",
    labelNames: ["kind"],
    registers,
  });
  const money = new Counter({
    name: "reprise_cost_usd_total",
    help: "US dollars spent (total) and saved by hits (saved).",
    labelNames: ["kind"],
    registers,
  });
  return {
    observeTurn({ entry: { usage, saved, cost } }) {
      tokens.inc({ kind: "prompt" }, usage.promptTokens);
      tokens.inc({ kind: "completion" }, usage.completionTokens);
      tokens.inc({ kind: "embedding" }, usage.embeddingTokens);
      tokens.inc({ kind: "saved" }, saved.promptTokens + saved.completionTokens);
      money.inc({ kind: "total" }, Number(cost.totalNanoUsd) / NANO);
      money.inc({ kind: "saved" }, Number(cost.savedNanoUsd) / NANO);
    },
  };
}
