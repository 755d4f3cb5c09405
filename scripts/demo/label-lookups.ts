import { z } from "zod";
import type { Client } from "./client.ts";
import { topicOf } from "./questions.ts";

const listSchema = z.object({
  lookups: z.array(
    z.object({
      id: z.string(),
      question: z.string().nullable(),
      nearest: z.object({ question: z.string().nullable() }).nullable(),
      verdict: z.enum(["hit", "miss"]),
      tier: z.string().nullable(),
    }),
  ),
  next_cursor: z.string().nullable(),
});

/** Lookups in one page. */
const PAGE = 100;

/**
 * Labels lookups as somebody would who knows what each question is about, and leaves some to be
 * labelled by hand; says how many it labelled.
 *
 * @param shares of those that can be labelled, 0..1
 */
export async function labelLookups(
  client: Client,
  { shares, random }: { shares: { hit: number; miss: number }; random: () => number },
): Promise<number> {
  let labelled = 0;
  let cursor: string | null = null;
  do {
    const from: string = cursor === null ? "" : `&cursor=${encodeURIComponent(cursor)}`;
    const path = `/v1/cache/lookups?label=none&limit=${PAGE}${from}`;
    const page: z.infer<typeof listSchema> = listSchema.parse(await client.call("GET", path));
    for (const { id, question, nearest, tier, verdict } of page.lookups) {
      const topics = [question, nearest?.question ?? null].map((text) =>
        text === null ? undefined : topicOf(text),
      );
      const [asked, stored] = topics;
      if (tier === "exact" || asked === undefined || stored === undefined) continue;
      if (random() >= shares[verdict]) continue;
      await client.call("POST", `/v1/cache/lookups/${id}/label`, { same: asked === stored });
      labelled += 1;
    }
    cursor = page.next_cursor;
  } while (cursor !== null);
  return labelled;
}
