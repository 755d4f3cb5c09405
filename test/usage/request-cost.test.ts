import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { parsePricePerMillion, type ModelPrice, type PriceList } from "../../src/usage/prices.ts";
import { priceRequest } from "../../src/usage/request-cost.ts";

const price = (input: string, cachedInput: string, cacheWrite: string, output: string) => ({
  input: parsePricePerMillion(input),
  cachedInput: parsePricePerMillion(cachedInput),
  cacheWrite: parsePricePerMillion(cacheWrite),
  output: parsePricePerMillion(output),
});
const table = new Map<string, ModelPrice>([
  ["chat", price("0.15", "0.075", "0.15", "0.6")],
  [
    "tiered",
    {
      ...price("0.10", "0.01", "0.125", "0.50"),
      longPrompt: { ...price("0.50", "0.05", "0.625", "2.50"), aboveTokens: 100_000 },
    },
  ],
  ["embed", price("0.02", "0.02", "0.02", "0")],
]);
const nothingEmbedded = { model: "embed", tokens: 0 };
const prices: PriceList = { find: (model) => table.get(model) };
const call = { model: "chat", promptTokens: 1000, cachedPromptTokens: 400, completionTokens: 200 };
const spared = {
  ...call,
  cachedPromptTokens: 0,
  totalTokens: 1200,
  embeddingTokens: 0,
  estimated: false,
};

describe("the price of a request", () => {
  it("charges cached prompt tokens at their own rate and only once", () => {
    const cost = priceRequest({ calls: [call], embedding: nothingEmbedded }, prices);
    // 600 x 0.15 + 400 x 0.075 + 200 x 0.60 dollars a million
    expect(cost).toEqual({
      totalNanoUsd: 240_000n,
      savedNanoUsd: 0n,
      netSavedNanoUsd: 0n,
      priced: true,
    });
  });

  it("charges prompt tokens written to the provider's cache at their own rate", () => {
    const written = { ...call, model: "tiered", cachedPromptTokens: 400, cacheWriteTokens: 500 };
    const cost = priceRequest({ calls: [written], embedding: nothingEmbedded }, prices);
    // 100 x 0.10 + 400 x 0.01 + 500 x 0.125 + 200 x 0.50 dollars a million
    expect(cost.totalNanoUsd).toBe(176_500n);
  });

  it("charges the whole of a call with a long prompt at the long prompt's rates", () => {
    const bill = (promptTokens: number) =>
      priceRequest(
        { calls: [{ ...call, model: "tiered", promptTokens }], embedding: nothingEmbedded },
        prices,
      ).totalNanoUsd;
    // 99,600 x 0.10 + 400 x 0.01 + 200 x 0.50, and with one token more 99,601 x 0.50 + 400 x 0.05 + 200 x 2.50
    expect(bill(100_000)).toBe(10_064_000n);
    expect(bill(100_001)).toBe(50_320_500n);
  });

  it("does not treat two short prompts as one long prompt", () => {
    const half = { ...call, model: "tiered", promptTokens: 60_000, cachedPromptTokens: 0 };
    const once = priceRequest({ calls: [half], embedding: nothingEmbedded }, prices);
    const twice = priceRequest({ calls: [half, half], embedding: nothingEmbedded }, prices);
    expect(twice.totalNanoUsd).toBe(2n * once.totalNanoUsd);
  });

  it("stays between the all-cached and all-written price, whatever a provider reports", () => {
    const tokens = fc.nat({ max: 90_000 });
    fc.assert(
      fc.property(tokens, tokens, tokens, tokens, (prompt, cached, written, completion) => {
        const reported = {
          model: "tiered",
          promptTokens: prompt,
          cachedPromptTokens: cached,
          cacheWriteTokens: written,
          completionTokens: completion,
        };
        const { totalNanoUsd } = priceRequest(
          { calls: [reported], embedding: nothingEmbedded },
          prices,
        );
        const least = BigInt(prompt) * 10n + BigInt(completion) * 500n;
        const most = BigInt(prompt) * 125n + BigInt(completion) * 500n;
        expect(totalNanoUsd >= least && totalNanoUsd <= most).toBe(true);
      }),
    );
  });

  it("reports the savings of a hit, net of its embedding", () => {
    const cost = priceRequest(
      { calls: [], embedding: { model: "embed", tokens: 9 }, spared },
      prices,
    );
    expect(cost.totalNanoUsd).toBe(180n);
    expect(cost.savedNanoUsd).toBe(270_000n);
    expect(cost.netSavedNanoUsd).toBe(269_820n);
  });

  it("reports negative net savings when the lookup cost more than it saved", () => {
    const small = { ...spared, promptTokens: 1, completionTokens: 0 };
    const cost = priceRequest(
      { calls: [call], embedding: { model: "embed", tokens: 9 }, spared: small },
      prices,
    );
    expect(cost.netSavedNanoUsd).toBe(150n - 240_180n);
  });

  it("never reports an unknown model as free", () => {
    const unknown = { ...call, model: "no-such-model" };
    for (const bill of [
      { calls: [call, unknown], embedding: nothingEmbedded },
      { calls: [], embedding: { model: "embed", tokens: 9 }, spared: { ...spared, model: "gone" } },
      { calls: [call], embedding: { model: "no-such-embedder", tokens: 9 } },
    ]) {
      expect(priceRequest(bill, prices)).toEqual({
        totalNanoUsd: 0n,
        savedNanoUsd: 0n,
        netSavedNanoUsd: 0n,
        priced: false,
      });
    }
  });

  it("does not need the price of an embedder that billed nothing", () => {
    const bill = { calls: [call], embedding: { model: "no-such-embedder", tokens: 0 } };
    expect(priceRequest(bill, prices).priced).toBe(true);
  });
});
