import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { parsePricePerMillion, loadPrices, type PriceList } from "../../src/usage/prices.ts";
import { priceRequest } from "../../src/usage/request-cost.ts";

const at = (date: string) => () => Date.parse(date);
const today = at("2026-11-23T12:00:00Z");
const perMillion = parsePricePerMillion;

describe("the bundled price list", () => {
  let prices: PriceList;

  beforeAll(async () => {
    prices = await loadPrices("data/prices.json", today);
  });

  it.each([
    ["gpt-4o-mini-2024-07-18", "gpt-4o-mini"],
    ["gpt-5.4-2026-03-05", "gpt-5.4"],
    ["openai:gpt-4o-mini-2024-07-18", "gpt-4o-mini"],
    ["claude-sonnet-4-5-20250929", "claude-sonnet-4-5"],
    ["anthropic:claude-haiku-4-5-20251001", "claude-haiku-4-5"],
    ["models/gemini-2.5-flash", "gemini-2.5-flash"],
    ["google-genai:models/gemini-2.5-pro", "gemini-2.5-pro"],
    ["models/gemini-embedding-001", "gemini-embedding-001"],
    ["gpt-3.5-turbo-0125", "gpt-3.5-turbo"],
  ])("prices %s as %s", (name, base) => {
    expect(prices.find(base)).toBeDefined();
    expect(prices.find(name)).toEqual(prices.find(base));
  });

  it("prefers the row of a dated model name to that of its base name", () => {
    expect(prices.find("gpt-4o-2024-05-13")?.input).toBe(perMillion("5.00"));
    expect(prices.find("gpt-4o-2024-11-20")?.input).toBe(perMillion("2.50"));
  });

  it.each([
    "gpt-5-miniature",
    "gpt-4o-mini-audio-preview",
    "ft:gpt-4o-mini-2024-07-18:acme::a1b2c3",
    "ft:gpt-4o-mini-2024-07-18",
    "llama3.2:3b",
    "mistral:offline-extractive",
    "local",
    "",
  ])("has no price for %j", (name) => {
    expect(prices.find(name)).toBeUndefined();
  });

  it("lists the models that a new installation calls", () => {
    for (const name of ["gpt-4o-mini", "text-embedding-3-small", "offline-extractive"]) {
      expect(prices.find(name), name).toBeDefined();
    }
  });

  it("knows the higher price of a long prompt", () => {
    const price = prices.find("gemini-2.5-pro");
    expect(price?.input).toBe(perMillion("1.25"));
    expect(price?.longPrompt).toEqual({
      aboveTokens: 200_000,
      input: perMillion("2.50"),
      cachedInput: perMillion("0.25"),
      cacheWrite: perMillion("2.50"),
      output: perMillion("15.00"),
    });
  });
});

describe("a custom price list", () => {
  let folder: string;
  const chat = { id: "m", kind: "chat", input: "1", output: "2", since: "2026-01-01" };

  beforeAll(async () => {
    folder = await mkdtemp(path.join(tmpdir(), "prices-"));
  });

  afterAll(async () => {
    await rm(folder, { recursive: true });
  });

  async function load(models: readonly object[], now = today) {
    const file = path.join(folder, "prices.json");
    await writeFile(file, JSON.stringify({ currency: "USD", models }));
    return loadPrices(file, now);
  }

  it("changes prices on the day they change, without a restart", async () => {
    let now = Date.parse("2026-12-31T23:59:59Z");
    const dearer = { ...chat, input: "1.50", output: "3", since: "2027-01-01" };
    const prices = await load([dearer, chat], () => now);
    const spared = {
      model: "m",
      promptTokens: 1000,
      cachedPromptTokens: 0,
      completionTokens: 0,
      totalTokens: 1000,
      embeddingTokens: 0,
      estimated: false,
    };
    const bill = { calls: [], embedding: { model: "m", tokens: 0 }, spared };
    expect(priceRequest(bill, prices).savedNanoUsd).toBe(1_000_000n);
    now = Date.parse("2027-01-01T00:00:00Z");
    expect(priceRequest(bill, prices).savedNanoUsd).toBe(1_500_000n);
  });

  it("does not price a model before its first price takes effect", async () => {
    const prices = await load([{ ...chat, since: "2026-11-24" }]);
    expect(prices.find("m")).toBeUndefined();
  });

  it("charges tokens without a price of their own as input", async () => {
    const prices = await load([chat]);
    expect(prices.find("m")).toEqual({
      input: perMillion("1"),
      cachedInput: perMillion("1"),
      cacheWrite: perMillion("1"),
      output: perMillion("2"),
    });
  });

  it.each([
    ["a chat model without an output price", { ...chat, output: undefined }],
    ["an amount that is not a decimal", { ...chat, input: "1 dollar" }],
    ["a negative amount", { ...chat, cached_input: "-1" }],
    ["a number in place of a decimal string", { ...chat, input: 1 }],
    ["no date", { ...chat, since: undefined }],
    ["a long prompt without its limit", { ...chat, long_prompt: { input: "2", output: "4" } }],
  ])("refuses %s", async (_, row) => {
    await expect(load([row])).rejects.toThrow("prices.json is not a price list");
  });

  it("names the file that is not JSON", async () => {
    const file = path.join(folder, "broken.json");
    await writeFile(file, "{");
    await expect(loadPrices(file, today)).rejects.toThrow("broken.json is not a price list");
  });
});
