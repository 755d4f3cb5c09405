import { afterEach, describe, expect, it } from "vitest";
import { scriptedModel } from "../support/scripted-model.ts";
import { startService } from "../support/start-service.ts";

const HELP = `To reset your password open Settings and press Reset password.

Refunds of 14 days are paid within 30 days of purchase to the card that was used.`;
const ASKED = "How do I reset my password?";

let server: Awaited<ReturnType<typeof startService>>;
afterEach(() => server.close());

async function open(environment: Record<string, string> = {}) {
  const model = scriptedModel((messages) =>
    /Last message:/.test(messages.at(-1)?.text ?? "")
      ? { text: "How do I undo the reset of my password?" }
      : { text: "It is so. [1]" },
  );
  server = await startService({ CACHE_THRESHOLD: "0.9", ...environment }, { model });
  await server.call("POST", "/v1/documents", { id: "help", title: "Help", text: HELP });
  const ask = async (message: string, more: object = {}) =>
    (await server.call("POST", "/v1/chat", { message, ...more })).json;
  const explain = async (message: string, more: object = {}) => {
    const reply = await server.call("POST", "/v1/cache/explain", { message, ...more });
    expect(reply.status, reply.text).toBe(200);
    return reply.json;
  };
  return { model, ask, explain };
}

describe("an explanation", () => {
  it("says what a question would come to, in every tier, as the answer then does", async () => {
    const { ask, explain, model } = await open();
    const { cache } = await ask(ASKED);
    const calls = model.calls.length;
    const questions = [ASKED, "How can I reset my password?", "When are refunds paid?"];
    for (const message of questions) {
      const seen = await explain(message);
      expect(await explain(message)).toEqual(seen);
      expect(model.calls).toHaveLength(calls);
      const only = await server.call("POST", "/v1/chat", { message, cache: { mode: "only" } });
      if (seen.status === "miss") expect(only.json.error.code).toBe("not_cached");
      else {
        const { status, tier, reasons } = only.json.cache;
        expect({ status, tier, reasons }).toEqual({
          status: seen.status,
          tier: seen.tier,
          reasons: seen.reasons,
        });
      }
    }
    expect(cache.status).toBe("miss");
    expect((await explain(ASKED)).tier).toBe("exact");
    expect((await explain("How can I reset my password?")).tier).toBe("semantic");
    expect(await explain("When are refunds paid?")).toMatchObject({
      status: "miss",
      tier: null,
      threshold: 0.9,
      reasons: [expect.any(String)],
    });
  });

  it("shows neighbours below the threshold, their guards, evidence and verdicts", async () => {
    const { ask, explain } = await open({ CACHE_THRESHOLD: "0.8" });
    await ask("Are refunds of 14 days paid to the card?");
    const { nearest, status } = await explain("Are refunds of 40 days paid to the card?");
    expect(status).toBe("miss");
    expect(nearest).toEqual([
      {
        entry_id: expect.stringMatching(/^ans_/),
        question: "Are refunds of 14 days paid to the card?",
        similarity: expect.any(Number),
        guards: [{ guard: "numbers", strength: "hard", reason: "numbers-differ" }],
        evidence: { stands: true, agreement: expect.any(String), documents: ["help"] },
        verdict: { tier: null, reasons: ["numbers-differ"] },
      },
    ]);
    const below = await explain("How long until refunds are paid?");
    expect(below.nearest[0]?.similarity).toBeLessThan(0.8);
    expect(below.nearest[0]?.verdict.reasons).toContain("similarity-below-threshold");
  });

  it("leaves what it saw as it was, stale answers too", async () => {
    const { ask, explain, model } = await open();
    await ask(ASKED);
    const news = `${ASKED} ${ASKED} From now on by letter.`;
    await server.call("POST", "/v1/documents", { id: "news", title: ASKED, text: news });
    const calls = model.calls.length;
    for (const _again of [1, 2]) {
      expect(await explain(ASKED)).toMatchObject({
        status: "miss",
        nearest: [{ question: ASKED }],
      });
    }
    expect(model.calls).toHaveLength(calls);
    expect((await ask(ASKED)).cache.reasons).toContain("stale-evidence");
  });

  it("uses a follow-up's rewriting where there is one, and asks no model for it", async () => {
    const { ask, explain, model } = await open();
    const { conversation_id } = await ask(ASKED);
    const window = `/v1/conversations/${conversation_id}`;
    const before = (await server.call("GET", window)).json.window;
    const calls = model.calls.length;
    const unknown = await explain("How do I undo it?", { conversation_id });
    expect(unknown).toMatchObject({ status: "bypass", reasons: ["follow-up-not-resolved"] });
    expect(unknown.nearest).toEqual([]);
    expect(model.calls).toHaveLength(calls);
    expect((await server.call("GET", window)).json.window).toEqual(before);
  });

  it("says that the cache is off, and what is nobody else's business", async () => {
    const { explain } = await open({ CACHE_TTL_SECONDS: "0" });
    expect(await explain(ASKED)).toMatchObject({ status: "disabled", nearest: [] });
    await server.close();
    const { explain: again } = await open();
    expect(await again("Thanks!")).toMatchObject({ status: "bypass", reasons: ["small-talk"] });
  });

  it("of a wrong request is refused, and the field is named", async () => {
    await open();
    const wrong: [string, object][] = [
      ["message", {}],
      ["message", { message: " " }],
      ["conversation_id", { message: "a", conversation_id: "a b" }],
      ["stream", { message: "a", stream: true }],
    ];
    for (const [param, body] of wrong) {
      const { status, json } = await server.call("POST", "/v1/cache/explain", body);
      expect([status, json.error.param]).toEqual([400, param]);
    }
  });
});
