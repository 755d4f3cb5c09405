import { ASIDES, QUESTIONS } from "./questions.ts";
import { pick } from "./random.ts";
import { RARE_QUESTIONS } from "./rare-questions.ts";

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
const DAY_MS = 24 * HOUR_MS;

/** Relative traffic of each hour of the day, from midnight. */
const HOURS = [1, 1, 1, 1, 1, 2, 4, 8, 14, 18, 19, 17, 12, 15, 18, 17, 14, 10, 7, 5, 4, 3, 2, 1];
/** Share of rare questions. */
const RARE = 0.35;
const USERS = ["anna", "ben", "chiara", "dmitri", "elif", "farid", "grace", "hugo"];

/** A planned question. */
export interface AskEvent {
  readonly kind: "ask";
  /** Milliseconds since the epoch. */
  readonly at: number;
  readonly conversationId: string;
  readonly userId: string;
  readonly text: string;
  /** Undefined for small talk and follow-ups. */
  readonly topic: string | undefined;
}

/** A document is changed. */
export interface EditEvent {
  readonly kind: "edit";
  readonly at: number;
  readonly documentId: string;
  readonly sentence: string;
}

/** The policy is changed. */
export interface PolicyEvent {
  readonly kind: "policy";
  readonly at: number;
  readonly change: Readonly<Record<string, unknown>>;
}

export type DemoEvent = AskEvent | EditEvent | PolicyEvent;

export interface TrafficOptions {
  /** End of the week, in milliseconds since the epoch. */
  readonly end: number;
  /** Number of conversations on the last day, and on each of the six days before. */
  readonly conversations: { readonly lastDay: number; readonly dayBefore: number };
  /** Shadow rate of semantic hits since the day before the last, 0..1. */
  readonly shadowRate: number;
  readonly random: () => number;
}

/** A week of a help desk in chronological order; the last day is the busiest. */
export function planTraffic(options: TrafficOptions): readonly DemoEvent[] {
  const { end, conversations, shadowRate, random } = options;
  const events: DemoEvent[] = [...changes(end), switchShadowRunsOn(end, shadowRate)];
  for (let day = 7; day >= 1; day -= 1) {
    const count = day === 1 ? conversations.lastDay : conversations.dayBefore;
    for (let number = 0; number < count; number += 1) {
      const begin = momentOf(end - day * DAY_MS, random);
      events.push(...converse(`demo-${day}-${number}`, begin, random));
    }
  }
  return events.filter(({ at }) => at < end).toSorted((one, other) => one.at - other.at);
}

function momentOf(begin: number, random: () => number): number {
  const sum = HOURS.reduce((total, weight) => total + weight, 0);
  for (;;) {
    const at = begin + random() * DAY_MS;
    const weight = HOURS[new Date(at).getHours()] ?? 1;
    if (random() * sum < weight * HOURS.length * 0.4) return at;
  }
}

/** One to four questions, a minute or two apart. */
function converse(id: string, begin: number, random: () => number): AskEvent[] {
  const userId = pick(USERS, random, 1.6);
  const length = 1 + Math.floor(random() ** 2 * 4);
  return Array.from({ length }, (_value, place): AskEvent => {
    const at = begin + place * (0.5 + random()) * 1.5 * MINUTE_MS;
    const base = { kind: "ask", at, conversationId: id, userId } as const;
    if (place > 0 && random() < 0.12)
      return { ...base, text: pick(ASIDES, random), topic: undefined };
    if (random() < RARE) {
      const text = pick(RARE_QUESTIONS, random);
      return { ...base, text, topic: text };
    }
    const { text, topic } = pick(pick(QUESTIONS, random, 1.5), random, 1.3);
    return { ...base, text, topic };
  });
}

function changes(end: number): DemoEvent[] {
  const day = (back: number) => end - back * DAY_MS;
  return [
    {
      kind: "policy",
      at: day(5.2),
      change: {
        threshold: 0.92,
        reason: "Near misses of the first days asked the same",
        author: "mira",
      },
    },
    {
      kind: "policy",
      at: day(2.1),
      change: { threshold: 0.9, reason: "As measured for the built-in embeddings", author: "mira" },
    },
    {
      kind: "edit",
      at: end - 7 * HOUR_MS,
      documentId: "refunds",
      sentence: "Refunds by bank transfer take 3 working days as well.",
    },
    {
      kind: "edit",
      at: end - 3 * HOUR_MS,
      documentId: "support-and-status",
      sentence: "On Saturdays support answers by e-mail from 9:00 to 13:00.",
    },
  ];
}

/** No target: without a judge, the rule alone would tighten the policy needlessly. */
function switchShadowRunsOn(end: number, shadowRate: number): PolicyEvent {
  const reason = "To know how often hits are wrong under 0.9";
  const change = { shadow_rate: shadowRate, reason, author: "mira" };
  return { kind: "policy", at: end - 1.3 * DAY_MS, change };
}
