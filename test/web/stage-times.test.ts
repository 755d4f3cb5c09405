import { describe, expect, it } from "vitest";
import { parseMetrics, valueOf } from "../../web/health/parse-metrics.ts";
import { quantile, stageTimes } from "../../web/health/stage-times.ts";
import { createMetrics } from "../../src/operations/metrics.ts";

describe("the service's own figures", () => {
  it("are read as they were written", async () => {
    const metrics = createMetrics();
    metrics.countDegraded("cache");
    metrics.countDegraded("cache");
    const samples = parseMetrics(await metrics.render());
    expect(samples.find(({ name }) => name === "reprise_degraded_total")).toEqual({
      name: "reprise_degraded_total",
      labels: { part: "cache" },
      value: 2,
    });
    expect(valueOf(samples, "reprise_process_start_time_seconds")).toBeGreaterThan(0);
    expect(valueOf(samples, "nothing")).toBeUndefined();
    expect(stageTimes(samples)).toEqual([]);
  });

  it("give the times of a stage, of all statuses together", () => {
    const lines = (status: string, counts: [string, number][], sum: number, count: number) => [
      ...counts.map(
        ([le, value]) =>
          `reprise_stage_duration_seconds_bucket{le="${le}",stage="model",status="${status}"} ${value}`,
      ),
      `reprise_stage_duration_seconds_sum{stage="model",status="${status}"} ${sum}`,
      `reprise_stage_duration_seconds_count{stage="model",status="${status}"} ${count}`,
    ];
    const text = [
      ...lines(
        "miss",
        [
          ["0.1", 0],
          ["0.2", 10],
          ["+Inf", 10],
        ],
        1.5,
        10,
      ),
      ...lines(
        "hit",
        [
          ["0.1", 10],
          ["0.2", 10],
          ["+Inf", 10],
        ],
        0.5,
        10,
      ),
    ].join("\n");
    expect(stageTimes(parseMetrics(text))).toEqual([
      { stage: "model", count: 20, mean: 100, median: 100, p95: 190 },
    ]);
  });

  it("are cut at the last bound that is known", () => {
    const buckets = [
      { bound: 1, count: 1 },
      { bound: Infinity, count: 10 },
    ];
    expect(quantile(buckets, 0.95)).toBe(1);
    expect(quantile([], 0.5)).toBe(0);
  });
});
