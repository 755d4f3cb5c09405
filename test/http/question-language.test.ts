import { afterAll, beforeAll, expect, it } from "vitest";
import { scriptedModel } from "../support/scripted-model.ts";
import { startService } from "../support/start-service.ts";

const model = scriptedModel(() => ({ text: "It is so." }));
let server: Awaited<ReturnType<typeof startService>>;
beforeAll(async () => {
  // Everything is near enough: only rules keep answers apart.
  server = await startService({ CACHE_THRESHOLD: "0", CACHE_GREY_THRESHOLD: "0" }, { model });
});
afterAll(() => server.close());

const ask = async (message: string, more: object = {}) =>
  (await server.call("POST", "/v1/chat", { message, ...more })).json.cache;

it("never serves the answer in one language for a question in another", async () => {
  const questions = [
    "How do I export my invoices?",
    "Wie exportiere ich meine Rechnungen?",
    "Comment exporter mes factures ?",
    "¿Cómo exporto mis facturas?",
    "Hur exporterar jag mina fakturor?",
    "請求書をエクスポートするにはどうすればいいですか。",
  ];
  const languages = ["en", "de", "fr", "es", "sv", "ja"];
  for (const [index, question] of questions.entries()) {
    expect(await ask(question)).toMatchObject({ status: "miss", language: languages[index] });
  }
  for (const question of questions) {
    expect(await ask(question)).toMatchObject({ status: "hit", tier: "exact" });
  }
});

it("serves a rewording in the same language", async () => {
  await ask("Wie kann ich den Drucker einschalten?");
  expect(await ask("Wie schalte ich den Drucker ein?")).toMatchObject({
    status: "hit",
    tier: "semantic",
    language: "de",
  });
});

it("reuses the answer to a question that is too short to tell its language", async () => {
  expect(await ask("API?")).toMatchObject({ status: "miss", language: null });
  expect(await ask("api?")).toMatchObject({ status: "hit", tier: "exact", language: null });
});

it("asks for evidence in a language without guards, at any similarity", async () => {
  await ask("Hur slår jag på skrivaren?");
  expect(await ask("Hur stänger jag av skrivaren?")).toMatchObject({
    status: "miss",
    reasons: expect.arrayContaining(["language-without-guards", "no-evidence"]),
    language: "sv",
  });
});

it("says the language in explanations and in the log of lookups", async () => {
  const explained = await server.call("POST", "/v1/cache/explain", {
    message: "Dove trovo le mie fatture?",
  });
  expect(explained.json.language).toBe("it");
  await ask("Dove trovo le mie fatture?");
  await expect
    .poll(async () => {
      const { json } = await server.call("GET", "/v1/cache/lookups");
      return json.lookups.map((lookup: { language: string | null }) => lookup.language);
    })
    .toContain("it");
});

it("stores a written answer where its question looks for it", async () => {
  await server.call("POST", "/v1/cache/entries", {
    question: "Gdzie znajdę swoje faktury?",
    answer: "W ustawieniach.",
  });
  expect(await ask("Gdzie znajdę swoje faktury?")).toMatchObject({ status: "hit", language: "pl" });
});
