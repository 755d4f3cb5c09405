import { describe, expect, it } from "vitest";
import { parsePricePerMillion } from "../../src/usage/money.ts";
import type { PriceList } from "../../src/usage/prices.ts";
import { priceRequest } from "../../src/usage/request-cost.ts";

const price = (input: string, cachedInput: string, output: string) => ({
  input: parsePricePerMillion(input),
  cachedInput: parsePricePerMillion(cachedInput),
  output: parsePricePerMillion(output),
});
const table = new Map([
  ["chat", price("0.15", "0.075", "0.6")],
  ["embed", price("0.02", "0.02", "0")],
]);
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
    const cost = priceRequest({ calls: [call], embedding: { model: "embed", tokens: 0 } }, prices);
    // 600 x 0.15 + 400 x 0.075 + 200 x 0.60 dollars a million
    expect(cost).toEqual({
      totalNanoUsd: 240_000n,
      savedNanoUsd: 0n,
      netSavedNanoUsd: 0n,
      priced: true,
    });
  });

  it("says what a hit saved, net of its embedding", () => {
    const cost = priceRequest(
      { calls: [], embedding: { model: "embed", tokens: 9 }, spared },
      prices,
    );
    expect(cost.totalNanoUsd).toBe(180n);
    expect(cost.savedNanoUsd).toBe(270_000n);
    expect(cost.netSavedNanoUsd).toBe(269_820n);
  });

  it("lets the net be negative when the lookup cost more than it spared", () => {
    const small = { ...spared, promptTokens: 1, completionTokens: 0 };
    const cost = priceRequest(
      { calls: [call], embedding: { model: "embed", tokens: 9 }, spared: small },
      prices,
    );
    expect(cost.netSavedNanoUsd).toBe(150n - 240_180n);
  });

  it("never calls an unknown model free", () => {
    const unknown = { ...call, model: "no-such-model" };
    for (const bill of [
      { calls: [call, unknown], embedding: { model: "embed", tokens: 0 } },
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

  it("does not ask for the price of an embedder that billed nothing", () => {
    const bill = { calls: [call], embedding: { model: "no-such-embedder", tokens: 0 } };
    expect(priceRequest(bill, prices).priced).toBe(true);
  });
});
