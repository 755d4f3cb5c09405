import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  createLocalDays,
  isTimeZone,
  QUARTER_MS,
  toReportRange,
} from "../../src/usage/local-days.ts";

const ZONES = [
  "UTC",
  "Europe/Vienna",
  "America/New_York",
  "America/Sao_Paulo",
  "Asia/Kolkata",
  "Asia/Kathmandu",
  "Asia/Beirut",
  "Australia/Lord_Howe",
  "Pacific/Apia",
  "Pacific/Chatham",
];

describe("the days of a time zone", () => {
  it("start at their first moment and end where the next one starts", () => {
    fc.assert(
      fc.property(
        fc.constantFrom(...ZONES),
        fc.integer({ min: Date.UTC(2015, 0), max: Date.UTC(2035, 0) }),
        (zone, time) => {
          const days = createLocalDays(zone);
          const day = days.dayOf(time);
          const [start, end] = [days.startOf(day), days.endOf(day)];
          expect(start).toBeLessThanOrEqual(time);
          expect(end).toBeGreaterThan(time);
          expect(days.dayOf(start)).toBe(day);
          expect(days.dayOf(start - 1) < day).toBe(true);
          expect(days.dayOf(end - 1)).toBe(day);
          expect(start % QUARTER_MS).toBe(0);
        },
      ),
      { numRuns: 150 },
    );
  });

  it("have 23 or 25 hours when the clock changes", () => {
    const hours = (day: string) => {
      const days = createLocalDays("Europe/Vienna");
      return (days.endOf(day) - days.startOf(day)) / 3_600_000;
    };
    expect(hours("2026-03-29")).toBe(23);
    expect(hours("2026-10-25")).toBe(25);
    expect(hours("2026-10-26")).toBe(24);
  });

  it("reject unknown time zone names", () => {
    for (const zone of ZONES) expect(isTimeZone(zone)).toBe(true);
    for (const name of ["", "Mars", "Europe/Nowhere"]) expect(isTimeZone(name)).toBe(false);
  });
});

describe("the range of a report", () => {
  it("reads dates as whole days of the time zone, and times as given", () => {
    const range = (from?: string, to?: string, timeZone = "Asia/Kolkata") =>
      toReportRange({ from, to, timeZone });
    expect(range("2026-11-24", "2026-11-24")).toEqual({
      from: Date.parse("2026-11-23T18:30:00Z"),
      to: Date.parse("2026-11-24T18:30:00Z"),
    });
    expect(range("2026-11-24T12:00:00+01:00")).toEqual({
      from: Date.parse("2026-11-24T11:00:00Z"),
      to: undefined,
    });
  });
});
