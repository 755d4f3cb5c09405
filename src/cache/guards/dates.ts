import type { DateParts } from "./date-types.ts";
import type { GuardFinding } from "./types.ts";

/** Maximum dates read per question; further ones are not significant. */
const MOST_DATES = 32;

/** Hard if each question has a date that matches none of the other's. Soft if only one question has a date. */
export function compareDates(
  asked: readonly DateParts[],
  stored: readonly DateParts[],
): GuardFinding["strength"] | undefined {
  const left = asked.slice(0, MOST_DATES);
  const right = stored.slice(0, MOST_DATES);
  if (hasUnmatched(left, right) && hasUnmatched(right, left)) return "hard";
  // `Today` and `last week` are usually part of a story, not the date that is asked about.
  const isDated = (dates: readonly DateParts[]) =>
    dates.some(({ relative }) => relative === undefined);
  return isDated(left) !== isDated(right) ? "soft" : undefined;
}

function hasUnmatched(dates: readonly DateParts[], others: readonly DateParts[]): boolean {
  return dates.some((date) => !others.some((other) => mayBeSame(date, other)));
}

/** `March 2020` may be `2020`: common parts must be equal, and at least one must be common. */
function mayBeSame(one: DateParts, other: DateParts): boolean {
  const others = new Map<string, unknown>(Object.entries(other));
  const common = Object.entries(one).filter(([name]) => others.has(name));
  return common.length > 0 && common.every(([name, value]) => others.get(name) === value);
}
