import { ONE_OFFS } from "./one-offs.ts";
import { TOPICS, type Topic } from "./questions.ts";

/** One thing that somebody asks. */
export interface Asked {
  /** Milliseconds since the epoch. */
  readonly at: number;
  readonly conversationId: string;
  /** Some ask without saying who they are. */
  readonly userId: string | undefined;
  readonly message: string;
}

const DAY_MS = 24 * 3_600_000;
const MINUTE_MS = 60_000;
const CONVERSATIONS = 260;
/** Share of the matters that nobody else asks about. */
const ONE_OFF_SHARE = 0.22;
const USERS = ["anna", "ben", "carla", "david", "elif", "farid", "greta", "hana", "ivan", "jonas"];
/** How busy each hour of the day is, from midnight UTC. */
const BUSY = [1, 1, 1, 1, 1, 2, 4, 7, 10, 12, 12, 11, 8, 10, 12, 11, 9, 7, 5, 4, 3, 2, 2, 1];

/** What was asked in the 24 hours before `until`, in order. `random` gives numbers from 0 to 1. */
export function dayOfTraffic(until: number, random: () => number): readonly Asked[] {
  const asked: Asked[] = [];
  const oneOffs = [...ONE_OFFS];
  for (let count = 0; count < CONVERSATIONS; count += 1) {
    const conversationId = `demo-${String(count + 1).padStart(3, "0")}`;
    const userId = random() < 0.7 ? pick(USERS, random) : undefined;
    let at = busyTime(until - DAY_MS, random);
    for (const message of conversation(oneOffs, random)) {
      if (at < until) asked.push({ at: Math.round(at), conversationId, userId, message });
      at += (0.5 + random() * 2) * MINUTE_MS;
    }
  }
  return asked.sort((a, b) => a.at - b.at);
}

/** One to three matters, some with what is asked after them; what is asked once is taken off its list. */
function conversation(oneOffs: string[], random: () => number): string[] {
  const matters = 1 + Number(random() < 0.35) + Number(random() < 0.12);
  return Array.from({ length: matters }).flatMap(() => {
    const oneOff = random() < ONE_OFF_SHARE ? oneOffs.pop() : undefined;
    if (oneOff !== undefined) return [oneOff];
    const topic = weighted(random);
    const followUp = topic.followUps?.[Math.floor(random() * topic.followUps.length)];
    const wants = followUp !== undefined && random() < 0.4;
    return wants ? [pick(topic.wordings, random), followUp] : [pick(topic.wordings, random)];
  });
}

function weighted(random: () => number): Topic {
  const all = TOPICS.reduce((sum, { weight }) => sum + weight, 0);
  let left = random() * all;
  for (const topic of TOPICS) {
    left -= topic.weight;
    if (left < 0) return topic;
  }
  return { weight: 0, wordings: [] };
}

/** A time of the day that begins at `from`, more likely in a busy hour. */
function busyTime(from: number, random: () => number): number {
  const most = Math.max(...BUSY);
  for (;;) {
    const at = from + random() * DAY_MS;
    if (random() * most < (BUSY[new Date(at).getUTCHours()] ?? 0)) return at;
  }
}

function pick<Item>(items: readonly Item[], random: () => number): Item {
  const item = items[Math.floor(random() * items.length)];
  if (item === undefined) throw new RangeError("there is nothing to pick from");
  return item;
}
