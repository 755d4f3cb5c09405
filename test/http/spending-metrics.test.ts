import type { BaseMessage } from "@langchain/core/messages";
import { expect, it, onTestFinished } from "vitest";
import { parseUsd } from "../../src/usage/prices.ts";
import { scriptedModel, type Script } from "../support/scripted-model.ts";
import { serveEmbeddings } from "../support/serve-embeddings.ts";
import { startService } from "../support/start-service.ts";

const ANSWER: Script = {
  text: "Within 30 days [1].",
  usage: { input_tokens: 812, output_tokens: 164, total_tokens: 976 },
};
const REWRITING: Script = {
  text: "When are refunds paid to a company?",
  usage: { input_tokens: 200, output_tokens: 10, total_tokens: 210 },
};
const isRewriting = (messages: BaseMessage[]) =>
  messages.some(({ text }) => text.startsWith("Conversation:"));

/** A service at OpenAI's prices whose model fails when it is told to, though never to rewrite. */
async function begin() {
  const said = { answer: ANSWER };
  const model = scriptedModel((messages) => (isRewriting(messages) ? REWRITING : said.answer), {
    id: "gpt-4o-mini",
  });
  const environment = {
    EMBEDDINGS: "openai",
    // A dated name has its base's price, and dimensions that are asked for: the stub's are 64.
    EMBEDDING_MODEL: "text-embedding-3-small-2024-01-25",
    OPENAI_BASE_URL: await serveEmbeddings(),
  };
  const server = await startService(environment, { model });
  onTestFinished(() => server.close());
  const text = "Refunds are paid within 30 days of purchase.";
  await server.call("POST", "/v1/documents", { title: "Help", text });
  const ask = (message: string, more: object = {}) =>
    server.call("POST", "/v1/chat", { message, ...more });
  const ledger = async () => {
    const { text: lines } = await server.call("GET", "/v1/reports/usage.ndjson");
    return lines
      .trim()
      .split("\n")
      .map((line) => JSON.parse(line));
  };
  return { server, said, ask, ledger };
}

it("counts what every row of the ledger used and cost, once, that of failed requests too", async () => {
  const { server, said, ask, ledger } = await begin();
  const { json: first } = await ask("When are refunds paid?");
  expect(first.cache.status).toBe("miss");
  expect((await ask("when are refunds paid")).json.cache.status).toBe("hit");
  said.answer = { text: "", error: new Error("away") };
  const { conversation_id } = first;
  expect((await ask("And to a company?", { conversation_id })).status).toBe(502);
  await expect.poll(async () => (await ledger()).length).toBe(3);
  const rows = await ledger();
  expect(rows.map(({ cache }) => cache.status)).toEqual(["miss", "hit", "failed"]);
  const [miss, hit, failed] = rows;
  expect(failed.usage).toMatchObject({ prompt_tokens: 200, completion_tokens: 10 });
  expect(failed.usage.embedding_tokens).toBeGreaterThan(0);
  const sum = (read: (row: typeof failed) => number) =>
    rows.reduce((total, row) => total + read(row), 0);
  const spent = parseUsd(miss.cost.total) + parseUsd(hit.cost.total) + parseUsd(failed.cost.total);
  const { text } = await server.call("GET", "/metrics");
  expect(readCounters(text)).toEqual({
    tokens: {
      prompt: sum(({ usage }) => usage.prompt_tokens),
      completion: sum(({ usage }) => usage.completion_tokens),
      embedding: sum(({ usage }) => usage.embedding_tokens),
      saved: sum(({ saved }) => saved.total_tokens),
    },
    nanoUsd: { total: Number(spent), saved: Number(parseUsd(hit.cost.saved)) },
  });
});

/** The two counters of what is spent by their kinds, money in nano-dollars. */
function readCounters(text: string) {
  const read = (name: string, unit: number) =>
    Object.fromEntries(
      [...text.matchAll(new RegExp(`^${name}\\{kind="(\\w+)"\\} (\\S+)$`, "gm"))].map(
        ([, kind = "", value]) => [kind, Math.round(Number(value) * unit)],
      ),
    );
  return { tokens: read("reprise_tokens_total", 1), nanoUsd: read("reprise_cost_usd_total", 1e9) };
}
