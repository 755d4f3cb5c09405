import { resolve } from "node:path";
import { expect, it } from "vitest";
import { startService } from "../support/start-service.ts";

const KNOWLEDGE_DIR = resolve(import.meta.dirname, "../../data/knowledge");
const QUESTIONS = [
  "How do I reset my password?",
  "How can I reset my password?",
  "I forgot my password, what now?",
  "how do i reset my password",
  "Where can I find my invoices?",
  "Where do I find my invoices?",
  "How do I find an invoice?",
  "How do I cancel my subscription?",
  "How can I cancel my subscription?",
  "Can I cancel the subscription?",
  "How do I share a folder?",
  "How can I share a folder with others?",
  "How do I restore a deleted file?",
  "How can I restore a file that I deleted?",
  "How can I recover deleted files?",
  "How do I restore an older version of a file?",
  "How do I change my email address?",
  "How can I change the email address of my account?",
  "How do I turn on two-factor authentication?",
  "How can I turn off two-factor authentication?",
  "What happens to files that I delete?",
  "How can I reset my password?",
  "hello",
];

/** Asks everything, in order, and says what was served by which tier. */
async function runLive(threshold: number, grey: number) {
  const server = await startService({
    KNOWLEDGE_DIR,
    CACHE_THRESHOLD: String(threshold),
    CACHE_GREY_THRESHOLD: String(grey),
  });
  const hits = { exact: 0, semantic: 0, verified: 0 };
  let [lookups, tokens] = [0, 0];
  for (const message of QUESTIONS) {
    const { json } = await server.call("POST", "/v1/chat", { message });
    if (json.cache.status === "bypass") continue;
    lookups += 1;
    tokens += json.saved.total_tokens;
    if (json.cache.tier !== null) hits[json.cache.tier as keyof typeof hits] += 1;
  }
  return { server, figures: { lookups, hits, saved: { total_tokens: tokens } } };
}

it("replays what another setting would have done: the figures of a live run at that setting", async () => {
  const strict = await runLive(0.95, 1);
  const loose = await runLive(0.85, 0.6);
  const { hits } = loose.figures;
  expect(hits.semantic).toBeGreaterThan(strict.figures.hits.semantic);
  expect(hits.verified).toBeGreaterThan(0);
  const replay = async ({ server }: typeof strict, body: object) =>
    (await server.call("POST", "/v1/cache/replay", body)).json;
  const loosened = await replay(strict, { threshold: 0.85, grey_threshold: 0.6 });
  expect(loosened.replayed).toMatchObject(loose.figures);
  expect(loosened.current).toMatchObject(strict.figures);
  expect(loosened.logged).toMatchObject(strict.figures);
  const tightened = await replay(loose, { threshold: 0.95, grey_threshold: 1 });
  expect(tightened.replayed).toMatchObject(strict.figures);
  expect(tightened.current).toMatchObject(loose.figures);
  await Promise.all([strict.server.close(), loose.server.close()]);
}, 90_000);

it("knows of a hit whether it was wrong where its pair is labelled, and refuses a log of hashes", async () => {
  const server = await startService({
    KNOWLEDGE_DIR,
    CACHE_THRESHOLD: "0.99",
    CACHE_GREY_THRESHOLD: "1",
  });
  await server.call("POST", "/v1/chat", { message: "How do I share a folder?" });
  const { json } = await server.call("POST", "/v1/chat", {
    message: "How can I share a folder with others?",
  });
  await server.call("POST", `/v1/cache/lookups/${json.id}/label`, { same: false });
  const body = { threshold: 0.5 };
  const replayed = await server.call("POST", "/v1/cache/replay", body);
  expect(replayed.json.setting).toMatchObject({ threshold: 0.5, grey_threshold: 1 });
  expect(replayed.json.replayed).toMatchObject({ labelled_hits: 1, wrong_hits: 1, hit_rate: 0.5 });
  expect(replayed.json.current).toMatchObject({ labelled_hits: 0, misses: 2 });
  const bad = await server.call("POST", "/v1/cache/replay", { threshold: 2, shadow_rate: 1 });
  expect(bad.json.error.details.map(({ param }: any) => param)).toEqual(
    expect.arrayContaining(["threshold", "shadow_rate"]),
  );
  await server.close();
  const hashed = await startService({ LOOKUP_LOG_TEXT: "hashed" });
  await hashed.call("POST", "/v1/chat", { message: "How do I share a folder?" });
  expect((await hashed.call("POST", "/v1/cache/replay", body)).status).toBe(409);
  await hashed.close();
});
