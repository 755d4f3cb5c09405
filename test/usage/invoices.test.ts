import { describe, expect, it } from "vitest";
import { readUsage } from "../../src/chat/read-usage.ts";
import { loadPrices } from "../../src/usage/prices.ts";
import { priceRequest } from "../../src/usage/request-cost.ts";

const NOVEMBER = Date.UTC(2026, 10, 24);

/** A call as its provider reports it through LangChain, worked out by hand from the published prices. */
interface Invoice {
  readonly what: string;
  readonly model: string;
  readonly usage: object;
  readonly at?: number;
  readonly embedded?: number;
  /** Nano-dollars. One US dollar for a million tokens is 1,000 nano-dollars for one. */
  readonly nanoUsd: bigint;
}

const INVOICES: readonly Invoice[] = [
  {
    what: "1,000 tokens in at 150, 500 out at 600",
    model: "gpt-4o-mini",
    usage: { input_tokens: 1_000, output_tokens: 500, total_tokens: 1_500 },
    nanoUsd: 150_000n + 300_000n,
  },
  {
    what: "10,000 in, of which 8,192 cached at 1,250 and 1,808 at 2,500, 300 out at 10,000",
    model: "gpt-4o",
    usage: {
      input_tokens: 10_000,
      output_tokens: 300,
      total_tokens: 10_300,
      input_token_details: { cache_read: 8_192 },
    },
    nanoUsd: 10_240_000n + 4_520_000n + 3_000_000n,
  },
  {
    what: "2,345 in, of which 1,024 cached at 100 and 1,321 at 400, 678 out at 1,600",
    model: "gpt-4.1-mini",
    usage: {
      input_tokens: 2_345,
      output_tokens: 678,
      total_tokens: 3_023,
      input_token_details: { cache_read: 1_024 },
    },
    nanoUsd: 102_400n + 528_400n + 1_084_800n,
  },
  {
    what: "512 in at 1,100, 2,048 out at 4,400, of which 1,536 were thought",
    model: "o4-mini",
    usage: {
      input_tokens: 512,
      output_tokens: 2_048,
      total_tokens: 2_560,
      output_token_details: { reasoning: 1_536 },
    },
    nanoUsd: 563_200n + 9_011_200n,
  },
  {
    what: "6,000 in, 4,096 cached at 500 and 1,904 at 2,000, 1,234 out at 8,000, 1,024 thought",
    model: "o3",
    usage: {
      input_tokens: 6_000,
      output_tokens: 1_234,
      total_tokens: 7_234,
      input_token_details: { cache_read: 4_096 },
      output_token_details: { reasoning: 1_024 },
    },
    nanoUsd: 2_048_000n + 3_808_000n + 9_872_000n,
  },
  {
    what: "12,000 in: 8,000 read at 300, 2,500 written at 3,750, 1,500 at 3,000; 700 out at 15,000",
    model: "claude-sonnet-4-6",
    usage: {
      input_tokens: 12_000,
      output_tokens: 700,
      total_tokens: 12_700,
      input_token_details: { cache_read: 8_000, cache_creation: 2_500 },
    },
    nanoUsd: 2_400_000n + 9_375_000n + 4_500_000n + 10_500_000n,
  },
  {
    what: "333 in at 1,000, 77 out at 5,000, by a dated name",
    model: "claude-haiku-4-5-20251001",
    usage: { input_tokens: 333, output_tokens: 77, total_tokens: 410 },
    nanoUsd: 333_000n + 385_000n,
  },
  {
    what: "a prompt over 100,000: 50,000 cached at 50, 50,001 at 500, 100 out at 2,500",
    model: "claude-haiku-5-5",
    usage: {
      input_tokens: 100_001,
      output_tokens: 100,
      total_tokens: 100_101,
      input_token_details: { cache_read: 50_000 },
    },
    nanoUsd: 2_500_000n + 25_000_500n + 250_000n,
  },
  {
    what: "4,000 in, 1,000 cached at 75 and 3,000 at 750; 300 said and 600 thought at 3,750",
    model: "gemini-3.8-flash",
    usage: {
      input_tokens: 4_000,
      output_tokens: 300,
      total_tokens: 4_900,
      input_token_details: { cache_read: 1_000 },
      output_token_details: { reasoning: 600 },
    },
    nanoUsd: 75_000n + 2_250_000n + 3_375_000n,
  },
  {
    what: "200 in at 50, 33 out at 400, and 9 embedded by text-embedding-3-small at 20",
    model: "gpt-5-nano",
    usage: { input_tokens: 200, output_tokens: 33, total_tokens: 233 },
    embedded: 9,
    nanoUsd: 10_000n + 13_200n + 180n,
  },
  {
    what: "the same call of gemini-3.8-flash at the price announced for 2027: 150, 1,500 and 7,500",
    model: "gemini-3.8-flash",
    at: Date.UTC(2027, 0, 1),
    usage: {
      input_tokens: 4_000,
      output_tokens: 300,
      total_tokens: 4_900,
      input_token_details: { cache_read: 1_000 },
      output_token_details: { reasoning: 600 },
    },
    nanoUsd: 150_000n + 4_500_000n + 6_750_000n,
  },
];

const neverCounted = () => expect.fail("the provider's usage is there");
/** Fits any usage. */
const OWN = {
  promptBytes: 0,
  completionBytes: 0,
  answerBytes: 0,
  hasMedia: true,
  countPrompt: neverCounted,
  countAnswer: neverCounted,
  countCompletion: neverCounted,
};

describe("invoices worked out by hand", () => {
  it.each(INVOICES)("$model: $what", async ({ model, usage, at, embedded = 0, nanoUsd }) => {
    const prices = await loadPrices("data/prices.json", () => at ?? NOVEMBER);
    const { tokens } = readUsage({ usage_metadata: usage }, model, OWN);
    const embedding = { model: "text-embedding-3-small", tokens: embedded };
    const cost = priceRequest({ calls: [tokens], embedding }, prices);
    expect(cost).toMatchObject({ totalNanoUsd: nanoUsd, priced: true });
  });
});
