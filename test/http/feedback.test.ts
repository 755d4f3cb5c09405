import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { scriptedModel } from "../support/scripted-model.ts";
import { startService } from "../support/start-service.ts";

const HELP = `To reset your password open Settings and press Reset password.

Refunds are paid within 30 days of purchase to the card that was used.`;
const PATH = "/v1/cache/entries";
const ASKED = "How do I reset my password?";

const model = scriptedModel(() => ({ text: "It is so. [1]" }));
let server: Awaited<ReturnType<typeof startService>>;
beforeAll(async () => {
  server = await startService({ CACHE_THRESHOLD: "0.9" }, { model });
  await putHelp(HELP);
});
afterAll(() => server.close());
beforeEach(() => server.call("DELETE", `${PATH}?all=true`));

const putHelp = (text: string) => server.call("PUT", "/v1/documents/help", { title: "Help", text });

async function ask(message: string) {
  const reply = await server.call("POST", "/v1/chat", { message });
  expect(reply.status, reply.text).toBe(200);
  return reply.json;
}

async function list() {
  const reply = await server.call("GET", PATH);
  expect(reply.status, reply.text).toBe(200);
  return reply.json;
}

describe("a reader's word", () => {
  const say = (id: string, body: unknown) =>
    server.call("POST", `/v1/messages/${id}/feedback`, body);

  it("of down keeps an answer from being served, until it is released or made anew", async () => {
    const first = await ask(ASKED);
    const again = await ask("How can I reset my password?");
    expect(again.cache.status).toBe("hit");
    const { json } = await say(again.id, { rating: "down", comment: "Out of date" });
    expect(json).toEqual({
      id: again.id,
      rating: "down",
      comment: "Out of date",
      quarantined: true,
    });
    const [entry] = (await list()).entries;
    expect(entry.state).toBe("quarantined");
    const only = { message: ASKED, cache: { mode: "only" } };
    expect((await server.call("POST", "/v1/chat", only)).json.error.code).toBe("not_cached");
    const seen = await server.call("POST", "/v1/cache/explain", { message: ASKED });
    expect(seen.json).toMatchObject({ status: "miss", reasons: ["in-quarantine"] });
    const released = await server.call("POST", `${PATH}/${entry.id}/release`);
    expect(released.json.state).toBe("served");
    expect((await ask(ASKED)).cache.tier).toBe("exact");

    expect((await say(first.id, { rating: "down" })).json.quarantined).toBe(true);
    const anew = await ask(ASKED);
    expect(anew.cache).toMatchObject({ status: "miss", reasons: ["in-quarantine"] });
    expect((await list()).entries).toMatchObject([{ id: entry.id, state: "served" }]);
    expect((await say(first.id, { rating: "down" })).json.quarantined).toBe(false);
    expect((await ask(ASKED)).cache.tier).toBe("exact");
  });

  it("of up takes no answer out of quarantine, and says so", async () => {
    const { id } = await ask(ASKED);
    expect((await say(id, { rating: "down" })).json.quarantined).toBe(true);
    expect((await say(id, { rating: "up" })).json.quarantined).toBe(true);
    const only = { message: ASKED, cache: { mode: "only" } };
    expect((await server.call("POST", "/v1/chat", only)).status).toBe(404);
    await ask(ASKED);
    expect((await say(id, { rating: "up" })).json.quarantined).toBe(false);
  });

  it("of up changes nothing, and unknown messages are 404", async () => {
    const { id } = await ask(ASKED);
    expect((await say(id, { rating: "up" })).json.quarantined).toBe(false);
    expect((await ask(ASKED)).cache.tier).toBe("exact");
    expect((await say("msg_none", { rating: "up" })).status).toBe(404);
    const wrong: [unknown, string][] = [
      [{}, "rating"],
      [{ rating: "sideways" }, "rating"],
      [{ rating: "up", comment: " " }, "comment"],
      [{ rating: "up", why: "x" }, "why"],
    ];
    for (const [body, param] of wrong) {
      const { status, json } = await say(id, body);
      expect([status, json.error.param]).toEqual([400, param]);
    }
  });
});
