import { describe, expect, it } from "vitest";
import { parseMetrics, valueOf } from "../../web/health/parse-metrics.ts";
import { quantile, stageTimes } from "../../web/health/stage-times.ts";
import { createMetrics, type FinishedAnswer } from "../../src/operations/metrics.ts";

import { formatDuration } from "../../web/format/numbers.ts";

/** An ended answer, with what its metrics are made of. */
function ended(status: "hit" | "miss", timings: FinishedAnswer["timings"]): FinishedAnswer {
  return { cache: { status, tier: null, kind: "question" }, timings };
}

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
      {
        stage: "model",
        count: 20,
        mean: 100,
        median: { time: 100, isBelow: true },
        p95: { time: 190, isBelow: false },
      },
    ]);
  });

  it("are cut at the last bound that is known", () => {
    const buckets = [
      { bound: 1, count: 1 },
      { bound: Infinity, count: 10 },
    ];
    expect(quantile(buckets, 0.95).at).toBe(1);
    expect(quantile([], 0.5).at).toBe(0);
  });

  it("count a stage only for the answers that went through it", async () => {
    const metrics = createMetrics();
    const spent = {
      total: 20,
      resolve: 0.1,
      embed: 0,
      lookup: 0.2,
      judge: 0,
      retrieve: 0,
      model: 0,
    };
    metrics.observeAnswer(ended("hit", spent));
    metrics.observeAnswer(ended("miss", { ...spent, retrieve: 3, model: 15 }));
    const times = stageTimes(parseMetrics(await metrics.render()));
    expect(times.map(({ stage, count }) => [stage, count])).toEqual([
      ["resolve", 2],
      ["lookup", 2],
      ["retrieve", 1],
      ["model", 1],
      ["total", 2],
    ]);
  });

  it("say only that a median is less, where its bucket would put it beyond the mean", () => {
    const lines = [
      'reprise_stage_duration_seconds_bucket{le="0.01",stage="model",status="miss"} 2',
      'reprise_stage_duration_seconds_bucket{le="0.1",stage="model",status="miss"} 10',
      'reprise_stage_duration_seconds_bucket{le="+Inf",stage="model",status="miss"} 10',
      'reprise_stage_duration_seconds_sum{stage="model",status="miss"} 0.2',
      'reprise_stage_duration_seconds_count{stage="model",status="miss"} 10',
    ];
    const [model] = stageTimes(parseMetrics(lines.join("\n")));
    expect(model).toMatchObject({ mean: 20, median: { time: 100, isBelow: true } });
    expect(formatDuration(0.02)).toBe("< 0.1 ms");
  });
});
