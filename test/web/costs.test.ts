import { describe, expect, it } from "vitest";
import type { Conversation, CostRow, LedgerLine } from "../../web/api/types.ts";
import { toBuckets } from "../../web/costs/buckets.ts";
import { joinAnswers } from "../../web/costs/join-answers.ts";
import { daysOf, isDay, lastDays, readRange, spanOf } from "../../web/costs/range.ts";
import { PARTS, partsOf } from "../../web/costs/request-parts.ts";
import { hitRateOf, sumRows } from "../../web/costs/totals.ts";
import { toLedgerBody } from "../../src/http/formats/record-format.ts";
import { makeLedgerEntry } from "../support/make-turn.ts";
import { formatUsdPlaces, formatUsdShort, placesOf } from "../../web/format/money.ts";

const TOKENS = { prompt_tokens: 6, completion_tokens: 4, total_tokens: 10 };

function row(parts: Partial<CostRow> = {}): CostRow {
  return {
    requests: 4,
    hits: { exact: 1, semantic: 1, verified: 0 },
    misses: 1,
    hit_rate: 0.6667,
    usage: {
      ...TOKENS,
      cached_prompt_tokens: 0,
      reasoning_tokens: 0,
      embedding_tokens: 0,
      estimated_requests: 0,
    },
    cost: {
      currency: "USD",
      total: "9007199.254740993",
      saved: "0.000000001",
      net_saved: "-0.000000002",
      priced: true,
      unpriced_requests: 0,
      shadow: "0.000000000",
    },
    saved: TOKENS,
    ...parts,
  };
}

function makeLine(id: string): LedgerLine {
  return toLedgerBody({ ...makeLedgerEntry(), id });
}

describe("the figures of the costs page", () => {
  it("are added up exactly, beyond what a float holds", () => {
    const totals = sumRows([row(), row()]);
    expect(totals.spent).toBe(18_014_398_509_481_986n);
    expect(totals.netSaved).toBe(-4n);
    expect(hitRateOf(totals)).toBeCloseTo(2 / 3, 9);
    expect(hitRateOf(sumRows([]))).toBeUndefined();
  });

  it("have a place for every day and hour, the empty ones too", () => {
    const week = { from: "2026-02-26", to: "2026-03-02" };
    expect(daysOf(week)).toEqual([
      "2026-02-26",
      "2026-02-27",
      "2026-02-28",
      "2026-03-01",
      "2026-03-02",
    ]);
    const buckets = toBuckets([row({ day: "2026-03-01" })], week, "day");
    expect(buckets.map((bucket) => bucket.row?.requests)).toEqual([
      undefined,
      undefined,
      undefined,
      4,
      undefined,
    ]);
    const day = { from: "2026-02-26", to: "2026-02-26" };
    const hour = new Date("2026-02-26T05:00:00").toISOString();
    const hours = toBuckets([row({ hour })], day, "hour");
    expect(hours).toHaveLength(24);
    expect(hours.findIndex((bucket) => bucket.row !== undefined)).toBe(5);
  });

  it("tell what was looked up in vain from what was never looked up", () => {
    expect(PARTS).toEqual(["exact", "semantic", "verified", "miss", "cache not used"]);
    expect(partsOf(row())).toEqual([1, 1, 0, 1, 1]);
    expect(partsOf(undefined)).toEqual([0, 0, 0, 0, 0]);
  });

  it("are of the time in the address, whatever stands there", () => {
    const read = (text: string) => readRange(new URLSearchParams(text));
    expect(read("from=2026-11-25&to=2026-11-20")).toEqual({ from: "2026-11-20", to: "2026-11-25" });
    expect(read("from=yesterday")).toEqual(lastDays(7));
    expect(read("from=2026-13-45&to=2026-02-31")).toEqual(lastDays(7));
    expect(["2026-02-28", "2026-02-31", "2026-13-45", "x"].map(isDay)).toEqual([
      true,
      false,
      false,
      false,
    ]);
    expect(spanOf({ from: "2026-11-24", to: "2026-11-25" })).toBe("hour");
    expect(spanOf({ from: "2026-11-23", to: "2026-11-25" })).toBe("day");
    const now = new Date("2026-03-01T12:00:00");
    expect(lastDays(2, now)).toEqual({ from: "2026-02-28", to: "2026-03-01" });
  });

  it("have three digits below a dollar, so that they stand below one another", () => {
    expect(formatUsdShort(360_000n)).toBe("$0.000360");
    expect(formatUsdShort(1_234_567_890_000n)).toBe("$1,234.57");
    expect(formatUsdShort(-5_000_000n)).toBe("−$0.00500");
    expect(formatUsdShort(0n)).toBe("$0");
  });

  it("have the places of the largest where they stand below one another", () => {
    const column = [24_400_000n, -2_900_000n, 80_900n, 40_000n, 0n];
    const places = placesOf(column);
    expect(column.map((amount) => formatUsdPlaces(amount, places))).toEqual([
      "$0.0244",
      "−$0.0029",
      "$0.0001",
      "<$0.0001",
      "$0",
    ]);
    expect([placesOf([]), placesOf([0n]), placesOf([5_000_000_000n, 1n])]).toEqual([2, 2, 2]);
  });

  it("stand beside what was said, or say that it is gone", () => {
    const said = { created_at: "2026-11-25T12:00:00.000Z" };
    const transcript: Conversation["transcript"] = [
      { ...said, id: "q1", role: "user", content: "Why?" },
      { ...said, id: "msg_1", role: "assistant", content: "So." },
    ];
    const joined = joinAnswers([makeLine("msg_1"), makeLine("msg_2")], transcript);
    expect(joined.map(({ question, answer }) => [question, answer?.content])).toEqual([
      ["Why?", "So."],
      [undefined, undefined],
    ]);
  });
});
