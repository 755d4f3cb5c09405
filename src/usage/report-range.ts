import { createLocalDays } from "./local-days.ts";

const DAY = /^\d{4}-\d{2}-\d{2}$/;

/**
 * The time that a report is asked for, in milliseconds since the epoch. A day is meant whole, in its
 * time zone: `to` a day includes it, `to` a time does not.
 *
 * @param asked days such as `2026-11-25`, or times in ISO 8601
 */
export function toReportRange(asked: {
  from?: string | undefined;
  to?: string | undefined;
  timeZone: string;
}): { from: number | undefined; to: number | undefined } {
  const days = createLocalDays(asked.timeZone);
  const toTime = (moment: string | undefined, ofDay: (day: string) => number) => {
    if (moment === undefined) return undefined;
    return DAY.test(moment) ? ofDay(moment) : Date.parse(moment);
  };
  return { from: toTime(asked.from, days.startOf), to: toTime(asked.to, days.endOf) };
}
