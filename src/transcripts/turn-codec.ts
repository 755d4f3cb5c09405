import { z } from "zod";
import { citationSchema } from "../knowledge/citation-schema.ts";
import type { EndedTurn } from "./types.ts";

const count = z.int().nonnegative();
/** Nano-dollars as text: JSON's numbers are not exact enough. */
const amount = z
  .string()
  .regex(/^-?\d{1,30}$/)
  .transform((text) => BigInt(text));

const usage = z.object({
  model: z.string(),
  promptTokens: count,
  completionTokens: count,
  totalTokens: count,
  cachedPromptTokens: count,
  cacheWriteTokens: count.optional(),
  reasoningTokens: count.optional(),
  embeddingTokens: count,
  estimated: z.boolean(),
});

const entry = z.object({
  id: z.string(),
  tenant: z.string(),
  createdAt: z.int(),
  conversationId: z.string().nullable(),
  userId: z.string().nullable(),
  status: z.string(),
  tier: z.string().nullable(),
  finishReason: z.string(),
  usage,
  saved: z.object({ promptTokens: count, completionTokens: count }),
  cost: z.object({
    totalNanoUsd: amount,
    savedNanoUsd: amount,
    netSavedNanoUsd: amount,
    priced: z.boolean(),
  }),
  totalMs: z.number(),
});

const text = z.object({
  question: z.string(),
  answer: z.string(),
  citations: z.array(citationSchema),
  askedAt: z.int(),
  order: z.int(),
  owner: z.string().optional(),
  again: z.boolean().optional(),
});

const endedTurn = z.object({ entry, text: text.nullable() });

/** A turn as one line of text. */
export function encodeTurn(turn: EndedTurn): string {
  return JSON.stringify(turn, (_key, value: unknown) =>
    typeof value === "bigint" ? value.toString() : value,
  );
}

/** Undefined for a text that is no turn. */
export function decodeTurn(encoded: string): EndedTurn | undefined {
  const parsed = endedTurn.safeParse(parseJson(encoded));
  return parsed.success ? parsed.data : undefined;
}

function parseJson(encoded: string): unknown {
  try {
    return JSON.parse(encoded);
  } catch {
    return undefined;
  }
}
