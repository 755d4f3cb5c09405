/** A period: whole days in the reader's time zone, both ends included. */
export interface Range {
  /** As `2026-11-25`. */
  readonly from: string;
  readonly to: string;
}

/** Preset periods. */
export const PRESETS = [
  { name: "Today", days: 1 },
  { name: "7 days", days: 7 },
  { name: "30 days", days: 30 },
] as const;

const USUAL_DAYS = 7;
/** Longer periods are shown by day. */
const MAX_HOURLY_DAYS = 2;
const DAY = /^\d{4}-\d{2}-\d{2}$/;

/** The reader's time zone. */
export const TIME_ZONE = Intl.DateTimeFormat().resolvedOptions().timeZone;

/** The last `days` days, including today. */
export function lastDays(days: number, now = new Date()): Range {
  const from = new Date(now);
  from.setDate(from.getDate() - days + 1);
  return { from: toDay(from), to: toDay(now) };
}

/** The period from the address; the last week if it has no valid days. */
export function readRange(query: URLSearchParams): Range {
  const usual = lastDays(USUAL_DAYS);
  const from = readDay(query.get("from")) ?? usual.from;
  const to = readDay(query.get("to")) ?? usual.to;
  return from <= to ? { from, to } : { from: to, to: from };
}

/** The bucket size: hours for short periods, days for long ones. */
export function spanOf(range: Range): "hour" | "day" {
  return daysOf(range).length <= MAX_HOURLY_DAYS ? "hour" : "day";
}

/** Every day of a range; at most a year. */
export function daysOf({ from, to }: Range): readonly string[] {
  const days: string[] = [];
  for (const day = startOf(from); toDay(day) <= to && days.length < 366;) {
    days.push(toDay(day));
    day.setDate(day.getDate() + 1);
  }
  return days;
}

/** The start of a day in the local time zone. */
export function startOf(day: string): Date {
  return new Date(`${day}T00:00:00`);
}

export function toDay(time: Date): string {
  const two = (part: number) => String(part).padStart(2, "0");
  return `${time.getFullYear()}-${two(time.getMonth() + 1)}-${two(time.getDate())}`;
}

/** Whether a text is a valid date: not `2026-13-45`. */
export function isDay(text: string): boolean {
  return DAY.test(text) && toDay(startOf(text)) === text;
}

function readDay(text: string | null): string | undefined {
  return text !== null && isDay(text) ? text : undefined;
}
