import type { z } from "zod";
import type { chatReplySchema } from "../../src/http/schemas/chat-schemas.ts";
import type { lookupListSchema } from "../../src/http/schemas/lookup-schemas.ts";
import type { Call } from "./call-service.ts";
import { dayOfTraffic } from "./day-of-traffic.ts";
import { areSame } from "./questions.ts";

type ChatReply = z.infer<typeof chatReplySchema>;
type LookupList = z.infer<typeof lookupListSchema>;

interface Seeding {
  readonly call: Call;
  /** From 0 to 1. */
  readonly random: () => number;
  /** The end of the day, in milliseconds since the epoch. */
  readonly until: number;
  /** Sets the service's clock. */
  readonly setClock: (at: number) => void;
  readonly onProgress: (done: number, all: number) => void;
}

/** Share of the served answers that a reader finds good, and bad. */
const LIKED = 0.15;
const DISLIKED = 0.03;
/** Share of the lookups that somebody has labelled; the others are left to be tried. */
const LABELLED = 0.75;

const NOTES = [
  "Team may have guests; each guest may see 20 folders at once.",
  "Team may have guests; each guest may see 50 folders at once.",
] as const;

/** Asks a day of questions, and does what a team does on such a day beside. */
export async function seed(seeding: Seeding): Promise<void> {
  const { call, random, until, setClock, onProgress } = seeding;
  const asked = dayOfTraffic(until, random);
  const events = dayEvents(seeding);
  for (const [place, { at, conversationId, userId, message }] of asked.entries()) {
    setClock(at);
    await events[Math.floor((place / asked.length) * 100)]?.();
    delete events[Math.floor((place / asked.length) * 100)];
    const reply = await call<ChatReply>("POST", "/v1/chat", {
      message,
      conversation_id: conversationId,
      ...(userId !== undefined && { user_id: userId }),
    });
    await judge(reply, seeding);
    onProgress(place + 1, asked.length);
  }
  setClock(until);
  await labelLookups(seeding);
}

/** By how much of the day has passed, in per cent. */
function dayEvents({ call }: Seeding): Record<number, () => Promise<unknown>> {
  const put = (text: string) =>
    call("PUT", "/v1/documents/guest-folders", { title: "Folders of guests", text });
  return {
    0: () => put(NOTES[0]),
    20: () =>
      call("POST", "/v1/cache/entries", {
        question: "Is there a phone number?",
        answer: "Business customers can call; the number is under Help in the app.",
        documents: ["support-and-status"],
        pinned: true,
      }),
    45: () =>
      call("PUT", "/v1/cache/policy", {
        threshold: 0.92,
        reason: "A morning of near misses, all of them right",
        author: "anna",
      }),
    60: () => put(NOTES[1]),
    70: () =>
      call("PUT", "/v1/cache/policy", {
        threshold: 0.9,
        reason: "The recommendation for a target of 2 %",
        author: "ben",
      }),
  };
}

async function judge({ id, cache }: ChatReply, { call, random }: Seeding): Promise<void> {
  const chance = random();
  if (cache.status !== "hit" || chance > LIKED + DISLIKED) return;
  const rating = chance < DISLIKED ? "down" : "up";
  await call("POST", `/v1/messages/${id}/feedback`, { rating });
}

/** Labels what is known of the topics: whether the nearest stored question asks the same. */
async function labelLookups({ call, random }: Seeding): Promise<void> {
  let cursor = "";
  do {
    const page = await call<LookupList>(
      "GET",
      `/v1/cache/lookups?near_misses=true&label=none&limit=100${cursor}`,
    );
    for (const { id, question, nearest } of page.lookups) {
      const same = areSame(question ?? "", nearest?.question ?? "");
      if (same === undefined || random() > LABELLED) continue;
      await call("POST", `/v1/cache/lookups/${id}/label`, { same });
    }
    cursor = page.next_cursor === null ? "" : `&cursor=${encodeURIComponent(page.next_cursor)}`;
  } while (cursor !== "");
}
