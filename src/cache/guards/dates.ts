import type { DateParts } from "./date-types.ts";
import type { GuardFinding } from "./types.ts";

/** Dates looked at in each question; more than these say nothing of what is asked. */
const MOST_DATES = 32;

/**
 * Each question has a date that no date of the other can be: hard. One has a date and the other has
 * none: soft.
 */
export function compareDates(
  asked: readonly DateParts[],
  stored: readonly DateParts[],
): GuardFinding["strength"] | undefined {
  const left = asked.slice(0, MOST_DATES);
  const right = stored.slice(0, MOST_DATES);
  if (hasUnmatched(left, right) && hasUnmatched(right, left)) return "hard";
  // `Today` and `last week` tell a story more often than they ask for a date.
  const isDated = (dates: readonly DateParts[]) =>
    dates.some(({ relative }) => relative === undefined);
  return isDated(left) !== isDated(right) ? "soft" : undefined;
}

function hasUnmatched(dates: readonly DateParts[], others: readonly DateParts[]): boolean {
  return dates.some((date) => !others.some((other) => mayBeSame(date, other)));
}

/** `March 2020` may be `2020`: what both say agrees, and they say something in common. */
function mayBeSame(one: DateParts, other: DateParts): boolean {
  const others = new Map<string, unknown>(Object.entries(other));
  const common = Object.entries(one).filter(([name]) => others.has(name));
  return common.length > 0 && common.every(([name, value]) => others.get(name) === value);
}
