/**
 * The UTC offsets of all time zones in use are multiples of 15 minutes, so such an interval never
 * spans two local days.
 */
export const QUARTER_MS = 15 * 60 * 1000;
const MINUTE_MS = 60 * 1000;
const DAY_MS = 24 * 60 * 60 * 1000;

/** The calendar days of a time zone. */
export interface LocalDays {
  /** The day of a time, such as `2026-11-25`. */
  readonly dayOf: (time: number) => string;
  /** Start of a day, in milliseconds since the epoch. Not always midnight. */
  readonly startOf: (day: string) => number;
  /** Start of the following day. */
  readonly endOf: (day: string) => number;
  /** Start of the local hour, in milliseconds since the epoch. */
  readonly hourOf: (time: number) => number;
}

/** True for an IANA time zone name, such as `Europe/Vienna` or `UTC`. */
export function isTimeZone(name: string): boolean {
  try {
    new Intl.DateTimeFormat("en", { timeZone: name }).format(0);
    return true;
  } catch {
    return false;
  }
}

/** @throws RangeError for an unknown time zone */
export function createLocalDays(timeZone: string): LocalDays {
  const format = new Intl.DateTimeFormat("en", {
    timeZone,
    calendar: "iso8601",
    numberingSystem: "latn",
    year: "numeric",
    month: "2-digit",
    day: "2-digit",
  });
  const dayOf = (time: number): string => {
    const parts = new Map(format.formatToParts(time).map(({ type, value }) => [type, value]));
    return `${parts.get("year")?.padStart(4, "0")}-${parts.get("month")}-${parts.get("day")}`;
  };
  const startOf = (day: string): number => {
    const midnight = Date.parse(`${day}T00:00:00Z`);
    let before = (midnight - DAY_MS) / QUARTER_MS;
    let begun = (midnight + DAY_MS) / QUARTER_MS;
    while (begun - before > 1) {
      const middle = Math.floor((before + begun) / 2);
      if (dayOf(middle * QUARTER_MS) >= day) begun = middle;
      else before = middle;
    }
    return begun * QUARTER_MS;
  };
  const minutes = new Intl.DateTimeFormat("en", { timeZone, minute: "numeric" });
  const hourOf = (time: number): number => {
    const past = Number(minutes.format(time)) * MINUTE_MS;
    return time - (time % MINUTE_MS) - past;
  };
  return {
    dayOf,
    hourOf,
    startOf,
    endOf: (day) =>
      startOf(new Date(Date.parse(`${day}T00:00:00Z`) + DAY_MS).toISOString().slice(0, 10)),
  };
}

const DAY = /^\d{4}-\d{2}-\d{2}$/;

/**
 * Converts the range of a report to milliseconds since the epoch. A date means the whole day in its
 * time zone: a date in `to` is included, a time in `to` is not.
 *
 * @param asked dates such as `2026-11-25`, or times in ISO 8601
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
