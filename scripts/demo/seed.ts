import { z } from "zod";
import type { Client } from "./client.ts";
import type { DemoClock } from "./demo-clock.ts";
import type { AskEvent, DemoEvent, EditEvent } from "./plan-traffic.ts";
import { topicOf } from "./questions.ts";

/** Share of the answers with feedback. */
const RATED = 0.07;

const replySchema = z.object({
  id: z.string(),
  cache: z.object({
    status: z.string(),
    tier: z.string().nullable(),
    matched_question: z.string().nullable(),
  }),
});
const documentSchema = z.object({ title: z.string(), text: z.string() });

export interface SeedOptions {
  readonly client: Client;
  readonly clock: DemoClock;
  readonly random: () => number;
}

/** The outcome: number of answers by cache result. */
export type Seeded = ReadonlyMap<string, number>;

/** Runs the planned events in order, each at its time. */
export async function seed(events: readonly DemoEvent[], options: SeedOptions): Promise<Seeded> {
  const { client, clock } = options;
  const outcomes = new Map<string, number>();
  const count = (name: string) => outcomes.set(name, (outcomes.get(name) ?? 0) + 1);
  for (const event of events) {
    clock.set(event.at);
    if (event.kind === "ask") count(await ask(event, options));
    else if (event.kind === "policy") await client.call("PUT", "/v1/cache/policy", event.change);
    else await edit(event, client);
  }
  return outcomes;
}

async function ask(event: AskEvent, { client, random }: SeedOptions): Promise<string> {
  const { text: message, conversationId, userId } = event;
  const body = { message, conversation_id: conversationId, user_id: userId };
  const { id, cache } = replySchema.parse(await client.call("POST", "/v1/chat", body));
  const served = cache.matched_question === null ? undefined : topicOf(cache.matched_question);
  const isWrong = cache.status === "hit" && served !== undefined && served !== event.topic;
  if (isWrong) {
    const comment = "This answers another question.";
    await client.call("POST", `/v1/messages/${id}/feedback`, { rating: "down", comment });
  } else if (random() < RATED) {
    await client.call("POST", `/v1/messages/${id}/feedback`, { rating: "up" });
  }
  return cache.status === "hit" ? (cache.tier ?? "hit") : cache.status;
}

async function edit({ documentId, sentence }: EditEvent, client: Client): Promise<void> {
  const path = `/v1/documents/${documentId}`;
  const { title, text } = documentSchema.parse(await client.call("GET", path));
  await client.call("PUT", path, { title, text: `${text.trimEnd()}\n\n${sentence}\n` });
}
