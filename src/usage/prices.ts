import { readFile } from "node:fs/promises";
import { z } from "zod";
import { ConfigError, unusableSetting } from "../errors.ts";
import type { Clock } from "../operations/types.ts";
import type { NanoUsd } from "./types.ts";

/** Prices per token by kind of token. */
export interface TokenRates {
  readonly input: PicoUsdPerToken;
  /** Prompt tokens read from the provider's prompt cache. */
  readonly cachedInput: PicoUsdPerToken;
  /** Prompt tokens written to the provider's prompt cache. */
  readonly cacheWrite: PicoUsdPerToken;
  readonly output: PicoUsdPerToken;
}

/** The prices of a model. */
export interface ModelPrice extends TokenRates {
  /**
   * Rates of a call whose prompt has more than `aboveTokens`. They apply to the whole call, output
   * included.
   */
  readonly longPrompt?: (TokenRates & { readonly aboveTokens: number }) | undefined;
}

/** Prices by model name. */
export interface PriceList {
  /**
   * The price in effect today. Undefined for an unlisted model, which is reported as unpriced,
   * never as free.
   */
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

const rates = z.object({
  input: amount,
  cached_input: amount.optional(),
  cache_write: amount.optional(),
  output: amount,
});

const listing = z.object({
  id: z.string().min(1),
  aliases: z.array(z.string()).default([]),
  since: z.iso.date(),
});

const priceRow = z.discriminatedUnion("kind", [
  z.object({
    kind: z.literal("chat"),
    ...listing.shape,
    ...rates.shape,
    long_prompt: rates.extend({ above_tokens: z.int().positive() }).optional(),
  }),
  z.object({ kind: z.literal("embedding"), ...listing.shape, input: amount }),
]);

const priceFile = z
  .string()
  .transform((text, context): unknown => {
    try {
      return JSON.parse(text);
    } catch {
      context.addIssue({ code: "custom", message: "it is not JSON" });
      return z.NEVER;
    }
  })
  .pipe(z.object({ currency: z.literal("USD"), models: z.array(priceRow) }));

type PriceRow = z.infer<typeof priceRow>;

/** The only free model. Local embedders bill no tokens and are not looked up. */
const FREE_MODEL = "offline-extractive";
const FREE: ModelPrice = { input: 0n, cachedInput: 0n, cacheWrite: 0n, output: 0n };

/**
 * Reads a price file (`data/prices.json`, or the one that `PRICES_FILE` names).
 *
 * @throws ConfigError that names the file and the offending rows.
 */
export async function loadPrices(file: string, now: Clock): Promise<PriceList> {
  const text = await readFile(file, "utf8").catch((cause: unknown) => {
    throw unusableSetting("PRICES_FILE", `${file} cannot be read`, cause);
  });
  const parsed = priceFile.safeParse(text);
  if (!parsed.success) {
    const rows = z.prettifyError(parsed.error);
    throw new ConfigError([`PRICES_FILE: ${file} is not a price list:\n${rows}`]);
  }
  return createPriceList(parsed.data.models, now);
}

function createPriceList(rows: readonly PriceRow[], now: Clock): PriceList {
  const byName = new Map<string, { since: string; price: ModelPrice }[]>();
  for (const row of rows.toSorted((a, b) => a.since.localeCompare(b.since))) {
    const dated = { since: row.since, price: toPrice(row) };
    for (const name of [row.id, ...row.aliases]) {
      byName.set(name, [...(byName.get(name) ?? []), dated]);
    }
  }
  return {
    find(model) {
      if (model === FREE_MODEL) return FREE;
      const today = new Date(now()).toISOString().slice(0, 10);
      return listedNames(model)
        .map((name) => byName.get(name)?.findLast(({ since }) => since <= today)?.price)
        .find((price) => price !== undefined);
    },
  };
}

function toPrice(row: PriceRow): ModelPrice {
  if (row.kind === "embedding") return toRates({ input: row.input, output: 0n });
  const { long_prompt: long } = row;
  return {
    ...toRates(row),
    ...(long !== undefined && { longPrompt: { ...toRates(long), aboveTokens: long.above_tokens } }),
  };
}

function toRates({ input, cached_input, cache_write, output }: z.infer<typeof rates>): TokenRates {
  return { input, cachedInput: cached_input ?? input, cacheWrite: cache_write ?? input, output };
}

/**
 * Removes a prefix such as `anthropic:` (as in CHAT_MODEL) or Google's `models/`. A fine-tuned
 * `ft:` model has a price of its own.
 */
const PREFIX = /^(?:(?!ft:)[a-z_-]+:)?(?:models\/)?/;
/** The snapshot date in a model name, as OpenAI (2024-07-18) and Anthropic (20250929) write it. */
const SNAPSHOT_DATE = /-(?:\d{4}-\d{2}-\d{2}|\d{8})$/;

/** Names to look a model up by, the most specific first. */
function listedNames(model: string): string[] {
  const name = model.replace(PREFIX, "");
  return [model, name, name.replace(SNAPSHOT_DATE, "")];
}

/**
 * Pico-dollars (1e-12 USD) per token: an integer unit that represents every published price
 * exactly.
 */
export type PicoUsdPerToken = bigint;

const NANO_DIGITS = 9;

/**
 * Parses a price in USD per million tokens. One USD per million tokens is 1,000,000 pico-dollars
 * per token.
 *
 * @throws RangeError unless it is a plain decimal with at most six decimals
 */
export function parsePricePerMillion(decimal: string): PicoUsdPerToken {
  const parts = /^(\d{1,9})(?:\.(\d{1,6}))?$/.exec(decimal);
  if (parts === null) {
    throw new RangeError(
      `${decimal} is not a price: use a plain decimal with at most six decimals`,
    );
  }
  return BigInt(parts[1] ?? "0") * 1_000_000n + BigInt((parts[2] ?? "").padEnd(6, "0"));
}

/** Parses US dollars with at most nine decimals, such as `25` or `0.50`, to nano-dollars. */
export function parseUsd(decimal: string): NanoUsd {
  const [dollars = "0", places = ""] = decimal.split(".");
  return BigInt(dollars) * 1_000_000_000n + BigInt(places.padEnd(NANO_DIGITS, "0"));
}

/** Rounds pico-dollars to nano-dollars, half up. Amounts are never negative here. */
export function roundToNano(picoUsd: bigint): NanoUsd {
  return (picoUsd + 500n) / 1000n;
}

/** Formats nano-dollars as a decimal with nine places: `0.000412500`, `-0.000000180`. */
export function formatNanoUsd(amount: NanoUsd): string {
  const sign = amount < 0n ? "-" : "";
  const digits = (amount < 0n ? -amount : amount).toString().padStart(NANO_DIGITS + 1, "0");
  return `${sign}${digits.slice(0, -NANO_DIGITS)}.${digits.slice(-NANO_DIGITS)}`;
}
