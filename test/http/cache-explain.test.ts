import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { scriptedModel } from "../support/scripted-model.ts";
import { startService } from "../support/start-service.ts";

const HELP = `To reset your password open Settings and press Reset password.

Refunds of 14 days are paid within 30 days of purchase to the card that was used.`;
const ASKED = "How do I reset my password?";

const model = scriptedModel(() => ({ text: "It is so. [1]" }));
let server: Awaited<ReturnType<typeof startService>>;
beforeAll(async () => {
  server = await startService({ CACHE_THRESHOLD: "0.8" }, { model });
  await server.call("POST", "/v1/documents", { id: "help", title: "Help", text: HELP });
});
afterAll(() => server.close());

const ask = async (message: string, more: object = {}) =>
  (await server.call("POST", "/v1/chat", { message, ...more })).json;

async function explain(message: string, more: object = {}) {
  const calls = model.calls.length;
  const reply = await server.call("POST", "/v1/cache/explain", { message, ...more });
  expect(reply.status, reply.text).toBe(200);
  expect(model.calls).toHaveLength(calls);
  return reply.json;
}

describe("an explanation", () => {
  it("says what a question would come to, in every tier, as the answer then does", async () => {
    const { cache } = await ask(ASKED);
    const questions = [ASKED, "How can I reset my password?", "When are refunds paid?"];
    for (const message of questions) {
      const seen = await explain(message);
      expect(await explain(message)).toEqual(seen);
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
      threshold: 0.8,
      reasons: [expect.any(String)],
    });
  });

  it("names the nearest stored question however far it is, and so does a miss", async () => {
    const far = "Which zebras sing opera?";
    const { nearest, status, reasons } = await explain(far);
    expect({ status, reasons }).toEqual({
      status: "miss",
      reasons: ["similarity-below-threshold"],
    });
    expect(nearest).toEqual([expect.objectContaining({ verdict: { tier: null, reasons } })]);
    expect(nearest[0].similarity).toBeLessThan(0.5);
    const { cache } = await ask(far);
    expect(cache).toMatchObject({ status: "miss", similarity: nearest[0].similarity });
    expect(cache).toMatchObject({ matched_question: nearest[0].question, reasons });
  });

  it("says that the documents tell two questions apart that differ in one word", async () => {
    const text = "The Basic plan costs 5 EUR a month. The Team plan costs 9 EUR a month.";
    await server.call("POST", "/v1/documents", { id: "plans", title: "Plans", text });
    await ask("How much does the basic plan cost per month?");
    const { status, reasons, nearest } = await explain(
      "How much does the team plan cost per month?",
    );
    expect({ status, reasons }).toEqual({ status: "miss", reasons: ["evidence-differs"] });
    expect(nearest[0].similarity).toBeGreaterThan(0.8);
    expect(nearest[0].evidence.agreement).toBe("apart");
    // A synonym that the documents do not have says the same.
    const { status: reworded } = await explain("How much does the basic plan cost each month?");
    expect(reworded).toBe("hit");
  });

  it("shows neighbours below the threshold, their guards, evidence and verdicts", async () => {
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
    await ask(ASKED);
    const news = `${ASKED} ${ASKED} From now on by letter.`;
    await server.call("POST", "/v1/documents", { id: "news", title: ASKED, text: news });
    for (const _again of [1, 2]) {
      expect(await explain(ASKED)).toMatchObject({
        status: "miss",
        nearest: [{ question: ASKED }],
      });
    }
    expect((await ask(ASKED)).cache.reasons).toContain("stale-evidence");
  });

  it("uses a follow-up's rewriting where there is one, and asks no model for it", async () => {
    const { conversation_id } = await ask(ASKED);
    const window = `/v1/conversations/${conversation_id}`;
    const before = (await server.call("GET", window)).json.window;
    const unknown = await explain("How do I undo it?", { conversation_id });
    expect(unknown).toMatchObject({ status: "bypass", reasons: ["follow-up-not-resolved"] });
    expect(unknown.nearest).toEqual([]);
    expect((await server.call("GET", window)).json.window).toEqual(before);
  });

  it("says what is nobody else's business", async () => {
    expect(await explain("Thanks!")).toMatchObject({ status: "bypass", reasons: ["small-talk"] });
  });

  it("of a wrong request is refused, and the field is named", async () => {
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
