import { createServer } from "node:http";
import { describe, expect, it, onTestFinished } from "vitest";
import { defer } from "../support/defer.ts";
import { sharedRedisUrl, startOwnRedis } from "../support/redis.ts";
import { startOnRedis } from "../support/redis-service.ts";
import { scriptedModel, type Script } from "../support/scripted-model.ts";
import { startService } from "../support/start-service.ts";

const ASKED = "How do I reset my password?";
const NEAR = "How do I change my password?";
const USAGE = { input_tokens: 200, output_tokens: 1, total_tokens: 201 };
/** gpt-4o-mini: 200 prompt tokens at 150 nano-dollars, another at 600. */
const JUDGING_COST = "0.000030600";
const IN_TIME = "30000";

/** Nothing but the very same words is above the threshold; in the grey zone only the judge serves. */
const GREY = { CACHE_THRESHOLD: "0.9999", CACHE_GREY_THRESHOLD: "0.5" };

/** What the settings ask for where a judge has a deadline; the model itself is given. */
const NAMED = { JUDGE_MODEL: "gpt-4o-mini", OPENAI_BASE_URL: "http://127.0.0.1:9/v1" };

const kinds = [
  { name: "in process", open: openInProcess },
  { name: "over Redis", open: openOnRedis },
];

type Opened = Pick<Awaited<ReturnType<typeof startService>>, "call">;

function models(script: Script) {
  const model = scriptedModel(() => ({ text: "Press Reset. [1]" }), {
    id: "gpt-4o-mini",
    canRewrite: false,
  });
  return { model, judgeModel: scriptedModel(() => script, { id: "gpt-4o-mini" }) };
}

async function openInProcess(script: Script, environment: Record<string, string>) {
  const given = models(script);
  const server = await startService({ ...GREY, ...NAMED, ...environment }, given);
  onTestFinished(() => server.close());
  return withAsking(server, given);
}

async function openOnRedis(script: Script, environment: Record<string, string>) {
  const redis = await startOwnRedis();
  if (redis === undefined) throw new Error("no redis-server program");
  const given = models(script);
  const server = await startOnRedis(redis.url, { ...GREY, ...NAMED, ...environment }, given);
  return withAsking(server, given);
}

function withAsking(server: Opened, given: ReturnType<typeof models>) {
  const ask = async (message: string, more: object = {}) =>
    (await server.call("POST", "/v1/chat", { message, ...more })).json;
  const metrics = async () => (await server.call("GET", "/metrics")).text;
  return { server, ask, metrics, ...given };
}

describe.each(kinds)("a judge before the reply, $name", ({ name, open }) => {
  const isLeftOut = name === "over Redis" && sharedRedisUrl === undefined;

  it.skipIf(isLeftOut)(
    "that says same serves the stored answer, and its cost is the reply's",
    async () => {
      const { server, ask, metrics, judgeModel, model } = await open(
        { text: "SAME", usage: USAGE },
        { JUDGE_DEADLINE_MS: IN_TIME },
      );
      const first = await ask(ASKED);
      const calls = model.calls.length;
      const served = await ask(NEAR, { conversation_id: "judged-1" });
      expect(served.cache).toMatchObject({
        status: "hit",
        tier: "verified",
        reasons: ["judged-same"],
        matched_question: ASKED,
      });
      expect(served.answer).toBe(first.answer);
      expect(served.cost.total).toBe(JUDGING_COST);
      expect(served.usage).toMatchObject({ prompt_tokens: 200, completion_tokens: 1 });
      expect(served.timings_ms.judge).toBeGreaterThanOrEqual(0);
      expect(served.degraded).toEqual([]);
      expect(model.calls).toHaveLength(calls);
      const usage = async () => (await server.call("GET", "/v1/conversations/judged-1/usage")).json;
      await expect.poll(async () => (await usage()).requests).toBe(1);
      expect(await usage()).toMatchObject({ cost: { total: JUDGING_COST }, hits: { verified: 1 } });
      // Its word is kept: the next who asks does not wait for it.
      await expect.poll(async () => (await ask(NEAR)).cost.total).toBe("0.000000000");
      expect(judgeModel.calls).toHaveLength(1);
      expect(await metrics()).toContain('reprise_judge_decisions_total{decision="same"} 1');
      const { json } = await server.call("GET", `/v1/cache/lookups/${served.id}`);
      const word = { source: "judge", same: true, author: "gpt-4o-mini" };
      expect(json).toMatchObject({ verdict: "hit", tier: "verified" });
      await expect
        .poll(async () => (await server.call("GET", `/v1/cache/lookups/${served.id}`)).json.label)
        .toMatchObject(word);
    },
  );

  it.skipIf(isLeftOut)(
    "that says different or is not sure is a miss that costs both calls",
    async () => {
      for (const text of ["DIFFERENT", "perhaps"]) {
        const { ask, judgeModel } = await open(
          { text, usage: USAGE },
          { JUDGE_DEADLINE_MS: IN_TIME },
        );
        await ask(ASKED);
        const { cache, usage } = await ask(NEAR);
        expect(cache).toMatchObject({ status: "miss", similarity: expect.any(Number) });
        expect(cache.reasons).toEqual(["similarity-below-threshold", "judged-different"]);
        expect(usage.prompt_tokens).toBeGreaterThan(200);
        expect(judgeModel.calls).toHaveLength(1);
      }
    },
  );

  it.skipIf(isLeftOut)("that is slow is a miss, and serves the one who comes after", async () => {
    const gate = defer();
    const { ask, metrics, judgeModel } = await open(
      { text: "SAME", usage: USAGE, beforeWord: () => gate.promise },
      { JUDGE_DEADLINE_MS: "10" },
    );
    await ask(ASKED);
    // The same stored question is still the only one: this one's answer is not written.
    const only = await ask(NEAR, { cache: { mode: "only" } });
    expect(only.error.code).toBe("not_cached");
    expect(await metrics()).toContain('reprise_judge_decisions_total{decision="late"} 1');
    gate.resolve();
    await expect
      .poll(async () => (await ask(NEAR, { cache: { mode: "only" } })).cache?.reasons)
      .toEqual(["judged-same"]);
    expect(judgeModel.calls).toHaveLength(1);
  });

  it.skipIf(isLeftOut)(
    "that fails is a miss, and the reply says that it went without",
    async () => {
      const { ask, metrics } = await open(
        { text: "", error: new Error("away") },
        { JUDGE_DEADLINE_MS: IN_TIME },
      );
      await ask(ASKED);
      const { cache, degraded, answer } = await ask(NEAR);
      expect(cache.status).toBe("miss");
      expect(cache.reasons).toContain("judge-unavailable");
      expect(degraded).toEqual(["judge"]);
      expect(answer).toContain("Press Reset.");
      expect(await metrics()).toContain('reprise_judge_decisions_total{decision="failed"} 1');
    },
  );
});

describe("a judge before the reply", () => {
  it("is never asked about what guards refuse, and not unless it has a deadline", async () => {
    const asked = await openInProcess(
      { text: "SAME", usage: USAGE },
      { JUDGE_DEADLINE_MS: IN_TIME },
    );
    await asked.ask("Can I return a parcel within 14 days?");
    const other = await asked.ask("Can I return a parcel within 40 days?");
    expect(other.cache.reasons).toContain("numbers-differ");
    await asked.ask("Thanks!");
    expect(asked.judgeModel.calls).toEqual([]);
    const { ask, metrics, judgeModel } = await openInProcess({ text: "SAME", usage: USAGE }, {});
    await ask(ASKED);
    expect((await ask(NEAR)).cache.status).toBe("miss");
    await expect.poll(() => judgeModel.calls).toHaveLength(1);
    expect(await metrics()).not.toContain("reprise_judge_decisions_total{");
  });

  it("may be an endpoint that gives a probability, with a cut-off", async () => {
    let probability = 0.95;
    const decider = createServer((request, response) => {
      request.resume().on("end", () => response.end(JSON.stringify({ probability })));
    });
    await new Promise<void>((resolve) => decider.listen(0, "127.0.0.1", resolve));
    onTestFinished(() => void decider.close());
    const address = decider.address();
    const port = typeof address === "object" ? address?.port : 0;
    const model = scriptedModel(() => ({ text: "Press Reset." }), { canRewrite: false });
    const server = await startService(
      {
        ...GREY,
        JUDGE_URL: `http://127.0.0.1:${port}/decide`,
        JUDGE_MIN_PROBABILITY: "0.9",
        JUDGE_DEADLINE_MS: IN_TIME,
      },
      { model },
    );
    onTestFinished(() => server.close());
    const { ask } = withAsking(server, models({ text: "" }));
    await ask(ASKED);
    const { cache, cost } = await ask(NEAR);
    expect(cache).toMatchObject({ tier: "verified", reasons: ["judged-same"] });
    // It names no model of the price list: what it costs is not known, and not nothing.
    expect(cost.priced).toBe(false);
    probability = 0.89;
    const unsure = await ask("How do I replace my password?");
    expect(unsure.cache.status).toBe("miss");
  });
});
