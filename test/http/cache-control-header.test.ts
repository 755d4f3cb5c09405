import { afterAll, beforeAll, expect, it } from "vitest";
import { scriptedModel } from "../support/scripted-model.ts";
import { startService } from "../support/start-service.ts";

const ASKED = "How do I reset my password?";
const TEXT = "To reset your password open Settings and press Reset password.";

let server: Awaited<ReturnType<typeof startService>>;
beforeAll(async () => {
  const model = scriptedModel(() => ({ text: "It is so. [1]" }));
  server = await startService({ CACHE_THRESHOLD: "0.9" }, { model });
  await server.call("PUT", "/v1/documents/help", { title: "Help", text: TEXT });
});
afterAll(() => server.close());

async function ask(message: string, header: string, more: object = {}) {
  const headers = { "cache-control": header };
  const reply = await server.call("POST", "/v1/chat", { message, ...more }, headers);
  expect(reply.status, reply.text).toBe(200);
  return reply.json.cache;
}

it("a Cache-Control header means the modes, and the body's mode wins over it", async () => {
  const under = (header: string, more: object = {}) =>
    ask(ASKED, header, more).then(({ status }) => status);
  expect(await under("no-store")).toBe("bypass");
  expect(await under("no-cache")).toBe("refresh");
  expect(await under("only-if-cached")).toBe("hit");
  expect(await under("no-store", { cache: { mode: "default" } })).toBe("hit");
  expect(await under("max-age=3600, no-transform")).toBe("hit");
  const old = { question: "Old?", answer: "Yes.", created_at: "2026-01-01T00:00:00Z" };
  await server.call("POST", "/v1/cache/entries", old);
  const aged = await ask("Old?", "max-age=60");
  expect(aged).toMatchObject({ status: "miss", reasons: ["entry-too-old"] });
  const body = { messages: [{ role: "user", content: ASKED }] };
  const headers = { "cache-control": "no-store" };
  const completion = await server.call("POST", "/v1/chat/completions", body, headers);
  expect(completion.json.x_reprise.cache.status).toBe("bypass");
});
