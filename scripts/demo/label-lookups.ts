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
      label: z.object({ source: z.string() }).nullable(),
    }),
  ),
  next_cursor: z.string().nullable(),
});

/** Lookups in one page. */
const PAGE = 100;

/** Which lookups are labelled, and how many. */
export interface Labelling {
  /** Unlabelled ones, or those that the shadow rule called different. */
  readonly of: "none" | "different";
  /** Share of the lookups that can be labelled, 0..1. */
  readonly shares: { readonly hit: number; readonly miss: number };
  readonly random: () => number;
}

/**
 * Labels lookups by the known topic of each question, and leaves some to label
 * by hand. Returns the number of labels.
 */
export async function labelLookups(
  client: Client,
  { of, shares, random }: Labelling,
): Promise<number> {
  let labelled = 0;
  let cursor: string | null = null;
  do {
    const from: string = cursor === null ? "" : `&cursor=${encodeURIComponent(cursor)}`;
    const path = `/v1/cache/lookups?label=${of}&limit=${PAGE}${from}`;
    const page: z.infer<typeof listSchema> = listSchema.parse(await client.call("GET", path));
    for (const { id, question, nearest, tier, verdict, label } of page.lookups) {
      // Keep labels by readers and people.
      if (label !== null && label.source !== "shadow") continue;
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
