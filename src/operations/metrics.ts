import { Counter, Gauge, Histogram, Registry, collectDefaultMetrics } from "prom-client";
import type { ChatEvent, DegradedPart } from "../chat/types.ts";
import type { ShadowResult } from "../tuning/shadow.ts";
import type { WrongHitRate } from "../tuning/wrong-hit-rate.ts";
import type { LedgerEntry } from "../usage/types.ts";

/** What the service counts, in the Prometheus text format. */
export interface Metrics {
  readonly contentType: string;
  render(): Promise<string>;
  observeRequest(request: { method: string; route: string; status: number; seconds: number }): void;
  /** Counts an ended answer by its cache status or error, and the time of the stages that it went through. */
  observeAnswer(last: ChatEvent): void;
  /** Counts tokens, cost and saving of one row of the ledger. */
  observeSpending(entry: Pick<LedgerEntry, "usage" | "saved" | "cost">): void;
  countDegraded(part: DegradedPart): void;
  /** Counts lookups that never came into the log. */
  countLostLookups(count: number): void;
  /** Counts hits that were drawn to be answered anew, by what became of them. */
  countShadow(result: ShadowResult): void;
  /** The wrong-hit rate of a tenant's last shadow runs. */
  setWrongHitRate(tenant: string, rate: WrongHitRate): void;
  countTightened(tier: string): void;
  /** Counts replies that a judge was wanted for, by what became of it. */
  countJudged: (decision: string) => void;
  /** Only called where there is a Redis. */
  setRedisUp(isUp: boolean): void;
}

const STAGE_BUCKETS = [
  0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30,
];
const NANO = 1e9;

/** A registry of its own, so that two services in one process do not share figures. */
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
    help: "Helpers that failed while answers went on, by part.",
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
      const help = "1 while Redis answers, 0 while answers go on without it.";
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
    help: "Hits drawn to be answered anew, by what became of them.",
    labelNames: ["result"],
    registers,
  });
  const rate = new Gauge({
    name: "reprise_wrong_hit_rate",
    help: "Wrong hits by similarity among the last 1,000 shadow runs: the share, and its interval at 95 %.",
    labelNames: ["tenant", "bound"],
    registers,
  });
  const tightened = new Counter({
    name: "reprise_policy_tightened_total",
    help: "Times that a broken target tightened a policy, by tier.",
    labelNames: ["tier"],
    registers,
  });
  const judged = new Counter({
    name: "reprise_judge_decisions_total",
    help: "Replies that waited for a judge, by what it said: same, different, late, failed, skipped.",
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

function createAnswerMetrics(registers: Registry[]): Pick<Metrics, "observeAnswer"> {
  const answers = new Counter({
    name: "reprise_answers_total",
    help: "Ended answers by cache status, tier and kind of message; errors have the status error.",
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
    help: "Time of the stages of an answer, of those that it went through.",
    labelNames: ["stage", "status"],
    buckets: STAGE_BUCKETS,
    registers,
  });
  return {
    observeAnswer(last) {
      if (last.type === "answer-error") {
        answers.inc({ status: "error", tier: "none", kind: "none" });
        failures.inc({ code: last.error.code });
      }
      if (last.type !== "answer-end") return;
      const { reply } = last;
      const { status, tier, kind } = reply.cache;
      answers.inc({ status, tier: tier ?? "none", kind });
      for (const [stage, milliseconds] of Object.entries(reply.timings)) {
        // A stage that did not run took no time at all.
        if (milliseconds === 0) continue;
        stages.observe({ stage, status: reply.cache.status }, milliseconds / 1000);
      }
    },
  };
}

function createSpendingMetrics(registers: Registry[]): Pick<Metrics, "observeSpending"> {
  const tokens = new Counter({
    name: "reprise_tokens_total",
    help: "Tokens used (prompt, completion, embedding) and spared by hits (saved).",
    labelNames: ["kind"],
    registers,
  });
  const money = new Counter({
    name: "reprise_cost_usd_total",
    help: "US dollars spent (total) and spared by hits (saved).",
    labelNames: ["kind"],
    registers,
  });
  return {
    observeSpending({ usage, saved, cost }) {
      tokens.inc({ kind: "prompt" }, usage.promptTokens);
      tokens.inc({ kind: "completion" }, usage.completionTokens);
      tokens.inc({ kind: "embedding" }, usage.embeddingTokens);
      tokens.inc({ kind: "saved" }, saved.promptTokens + saved.completionTokens);
      money.inc({ kind: "total" }, Number(cost.totalNanoUsd) / NANO);
      money.inc({ kind: "saved" }, Number(cost.savedNanoUsd) / NANO);
    },
  };
}
