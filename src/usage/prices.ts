import { readFile } from "node:fs/promises";
import { z } from "zod";
import { parsePricePerMillion, type PicoUsdPerToken } from "./money.ts";

/** What one token of a model costs. */
export interface ModelPrice {
  readonly input: PicoUsdPerToken;
  /** Prompt tokens that the provider served from its own prompt cache. */
  readonly cachedInput: PicoUsdPerToken;
  readonly output: PicoUsdPerToken;
}

/** Prices by model name. */
export interface PriceList {
  /** Undefined for a model that is not listed: it is then reported as not priced, never as free. */
  find(model: string): ModelPrice | undefined;
}

const amount = z.string().transform((decimal, context) => {
  try {
    return parsePricePerMillion(decimal);
  } catch {
    context.addIssue({ code: "custom", message: `${decimal} is not USD per million tokens` });
    return z.NEVER;
  }
});

const priceRow = z.object({
  id: z.string().min(1),
  aliases: z.array(z.string()).default([]),
  kind: z.enum(["chat", "embedding"]),
  input: amount,
  cached_input: amount.optional(),
  output: amount.optional(),
  since: z.iso.date(),
});

const priceFile = z.object({ currency: z.literal("USD"), models: z.array(priceRow) });

type PriceRow = z.infer<typeof priceRow>;

/** Models that run here and cost nothing. */
const FREE_MODELS = ["offline-extractive", "builtin", "local"];
const FREE: ModelPrice = { input: 0n, cachedInput: 0n, output: 0n };

/**
 * Reads a price file (`data/prices.json`, or the one that `PRICES_FILE` names).
 *
 * @throws Error that names the file and the offending rows.
 */
export async function loadPrices(file: string, now: Date): Promise<PriceList> {
  const parsed = priceFile.safeParse(JSON.parse(await readFile(file, "utf8")));
  if (!parsed.success) {
    throw new Error(`${file} is not a price list:\n${z.prettifyError(parsed.error)}`);
  }
  return createPriceList(parsed.data.models, now);
}

function createPriceList(rows: readonly PriceRow[], now: Date): PriceList {
  const today = now.toISOString().slice(0, 10);
  const byModel = new Map<string, ModelPrice>(FREE_MODELS.map((model) => [model, FREE]));
  const inForce = rows.filter((row) => row.since <= today);
  for (const row of inForce.sort((a, b) => a.since.localeCompare(b.since))) {
    const price = {
      input: row.input,
      cachedInput: row.cached_input ?? row.input,
      output: row.output ?? 0n,
    };
    for (const name of [row.id, ...row.aliases]) byModel.set(name, price);
  }
  return { find: (model) => byModel.get(model) ?? byModel.get(withoutProvider(model)) };
}

/** `openai:gpt-4o-mini` is priced as `gpt-4o-mini`. */
function withoutProvider(model: string): string {
  return model.slice(model.indexOf(":") + 1);
}
