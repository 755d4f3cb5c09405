import { describe, expect, it, onTestFinished } from "vitest";
import { scriptedModel, type Script } from "../support/scripted-model.ts";
import { startService } from "../support/start-service.ts";

const ASKED = "How do I reset my password?";
const NEAR = "How do I change my password?";
const USAGE = { input_tokens: 200, output_tokens: 1, total_tokens: 201 };
/** gpt-4o-mini: 200 prompt tokens at 150 nano-dollars, another at 600. */
const JUDGING_COST = "0.000030600";

/** Nothing but the very same words is above the threshold; without documents no evidence agrees. */
async function open(script: Script, environment: Record<string, string> = {}) {
  const model = scriptedModel(() => ({ text: "Press Reset." }), { canRewrite: false });
  const judgeModel = scriptedModel(() => script, { id: "gpt-4o-mini" });
  const server = await startService(
    { CACHE_THRESHOLD: "0.9999", CACHE_GREY_THRESHOLD: "0.5", ...environment },
    { model, judgeModel },
  );
  onTestFinished(() => server.close());
  const ask = async (message: string, more: object = {}) =>
    server.call("POST", "/v1/chat", { message, ...more });
  const askOnly = (message: string) => ask(message, { cache: { mode: "only" } });
  const judged = (count: number) => expect.poll(() => judgeModel.calls).toHaveLength(count);
  return { server, ask, askOnly, judged, judgeModel };
}

describe("a judge", () => {
  it("that says same makes the question a verified hit when it comes again", async () => {
    const { server, ask, askOnly, judged } = await open({ text: "SAME", usage: USAGE });
    const first = (await ask(ASKED)).json;
    expect((await askOnly(NEAR)).json.error.code).toBe("not_cached");
    await judged(1);
    await expect.poll(async () => (await askOnly(NEAR)).status).toBe(200);
    const { cache, answer, cost } = (await askOnly(NEAR)).json;
    expect(cache).toMatchObject({
      status: "hit",
      tier: "verified",
      reasons: ["judged-same"],
      matched_question: ASKED,
      entry_id: first.cache.entry_id ?? cache.entry_id,
    });
    expect(answer).toBe(first.answer);
    expect(cost.total).toBe("0.000000000");
    const explained = await server.call("POST", "/v1/cache/explain", { message: NEAR });
    expect(explained.json).toMatchObject({ tier: "verified", reasons: ["judged-same"] });
    await judged(1);
  });

  it("that says different is not asked again, and says so", async () => {
    const { server, ask, askOnly, judged } = await open({ text: "DIFFERENT", usage: USAGE });
    await ask(ASKED);
    await askOnly(NEAR);
    await judged(1);
    const explain = () => server.call("POST", "/v1/cache/explain", { message: NEAR });
    await expect.poll(async () => (await explain()).json.reasons).toContain("judged-different");
    await askOnly(NEAR);
    const { cache } = (await ask(NEAR)).json;
    expect(cache).toMatchObject({ status: "miss" });
    await judged(1);
  });

  it("labels the lookup that came near, and a person outweighs it", async () => {
    const { server, ask, judged } = await open({ text: "DIFFERENT", usage: USAGE });
    await ask(ASKED);
    const { id } = (await ask(NEAR)).json;
    await judged(1);
    const lookup = async () => (await server.call("GET", `/v1/cache/lookups/${id}`)).json;
    const word = { source: "judge", same: false, author: "gpt-4o-mini" };
    await expect.poll(async () => (await lookup()).label).toMatchObject(word);
    await server.call("POST", `/v1/cache/lookups/${id}/label`, { same: true });
    expect((await lookup()).label).toMatchObject({ source: "person", same: true });
    expect((await lookup()).labels).toHaveLength(2);
  });

  it("is in the conversation's costs and in the ledger, as no request", async () => {
    const { server, ask, judged } = await open({ text: "SAME", usage: USAGE });
    await ask(ASKED);
    await ask(NEAR, { conversation_id: "judged-1", user_id: "ann" });
    await judged(1);
    const usage = async () => (await server.call("GET", "/v1/conversations/judged-1/usage")).json;
    await expect.poll(async () => (await usage()).cost.total).toBe(JUDGING_COST);
    expect(await usage()).toMatchObject({ requests: 1, misses: 1 });
    const { text } = await server.call("GET", "/v1/reports/usage.ndjson");
    const rows = text
      .trim()
      .split("\n")
      .map((line) => JSON.parse(line));
    expect(rows.filter(({ cache }) => cache.status === "judged")).toMatchObject([
      { conversation_id: "judged-1", user_id: "ann", cost: { total: JUDGING_COST } },
    ]);
  });

  it("that fails changes nothing but what is counted of it", async () => {
    const { server, ask, askOnly, judged } = await open({ text: "", error: new Error("away") });
    await ask(ASKED);
    expect((await askOnly(NEAR)).json.error.code).toBe("not_cached");
    await judged(1);
    expect((await askOnly(NEAR)).json.error.code).toBe("not_cached");
    expect((await ask(NEAR)).json).toMatchObject({ cache: { status: "miss" }, degraded: [] });
    const metrics = async () => (await server.call("GET", "/metrics")).text;
    await expect.poll(metrics).toContain('reprise_degraded_total{part="judge"} 1');
    await judged(1);
  });

  it("is asked about nothing that differs in numbers, is out of the grey zone or keeps to itself", async () => {
    const { ask, askOnly, judgeModel } = await open({ text: "SAME", usage: USAGE });
    await ask("Can I return a parcel within 14 days?");
    for (const message of ["Can I return a parcel within 40 days?", "Who is it?", "Thanks!"]) {
      await askOnly(message);
      await ask(message, { cache: { mode: "bypass" } });
    }
    expect(judgeModel.calls).toEqual([]);
  });

  it("is not asked unless there is one", async () => {
    const model = scriptedModel(() => ({ text: "Press Reset." }));
    const server = await startService(
      { CACHE_THRESHOLD: "0.9999", CACHE_GREY_THRESHOLD: "0.5" },
      { model },
    );
    onTestFinished(() => server.close());
    for (const message of [ASKED, NEAR]) await server.call("POST", "/v1/chat", { message });
    expect(model.calls).toHaveLength(2);
  });
});
