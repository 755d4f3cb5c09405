import { formatMany } from "./numbers.ts";

const MINUTE = 60;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;
const relative = new Intl.RelativeTimeFormat("en", { numeric: "auto", style: "short" });
const exactFormat = new Intl.DateTimeFormat("en-GB", { dateStyle: "medium", timeStyle: "short" });
const day = new Intl.DateTimeFormat("en-GB", { dateStyle: "medium", timeZone: "UTC" });

/** "3 hr. ago", "in 2 days": for moments in ISO 8601. */
export function formatAgo(moment: string, now: number = Date.now()): string {
  const seconds = (Date.parse(moment) - now) / 1000;
  const size = Math.abs(seconds);
  if (size < MINUTE) return seconds <= 0 ? "just now" : "in a moment";
  if (size < HOUR) return relative.format(Math.round(seconds / MINUTE), "minute");
  if (size < DAY) return relative.format(Math.round(seconds / HOUR), "hour");
  return relative.format(Math.round(seconds / DAY), "day");
}

/** "50 s", "3 min", "5 h", "2 days": a duration given in seconds. */
export function formatAge(seconds: number): string {
  if (seconds < MINUTE) return `${Math.floor(seconds)} s`;
  if (seconds < HOUR) return `${Math.floor(seconds / MINUTE)} min`;
  if (seconds < DAY) return `${Math.floor(seconds / HOUR)} h`;
  return formatMany(Math.floor(seconds / DAY), "day");
}

/** "25 Nov 2026, 14:03", in the reader's time zone. */
export function formatMoment(moment: string): string {
  return exactFormat.format(new Date(moment));
}

/** "25 Nov 2026" of "2026-11-25". */
export function formatDay(date: string): string {
  return day.format(new Date(`${date}T00:00:00Z`));
}
