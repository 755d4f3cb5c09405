import { expect, it, onTestFinished } from "vitest";
import type { GivenParts } from "../../src/compose/chat.ts";
import { scriptedModel, type Script } from "../support/scripted-model.ts";
import { startService } from "../support/start-service.ts";
import { parseUsd } from "../../src/usage/prices.ts";

const USAGE = { input_tokens: 812, output_tokens: 164, total_tokens: 976 };
const COST = "0.000220200";
const RIGHT = "You get your money back within 30 days [1].";
const REWORDINGS = [
  "How can I",
  "How could I",
  "How do we",
  "How can we",
  "How do you",
  "How can you",
];

/** A service with one answer stored, a model that says what it is told, and the shadow at work. */
async function begin(
  environment: Record<string, string> = {},
  policy: object = {},
  given: GivenParts = {},
) {
  const said = { text: RIGHT };
  const model = scriptedModel(() => ({ text: said.text, usage: USAGE }), {
    id: "gpt-4o-mini",
    canRewrite: false,
  });
  const settings = { CACHE_THRESHOLD: "0.7", CACHE_GREY_THRESHOLD: "1", ...environment };
  const server = await startService(settings, { model, ...given });
  onTestFinished(() => server.close());
  const text = "Refunds: you get your money back within 30 days of buying.";
  await server.call("PUT", "/v1/documents/refunds", { title: "Get a refund", text });
  await server.call("PUT", "/v1/cache/policy", { shadow_rate: 1, ...policy });
  const ask = async (begin: string) => {
    const message = `${begin} get a refund?`;
    return (await server.call("POST", "/v1/chat", { message })).json;
  };
  const shadow = async () => (await server.call("GET", "/v1/cache/shadow")).json;
  const untilRuns = (runs: number) =>
    expect.poll(async () => (await shadow()).runs, { timeout: 15_000 }).toBe(runs);
  const metrics = async () => (await server.call("GET", "/metrics")).text;
  await ask("How do I");
  return { server, model, said, ask, shadow, untilRuns, metrics };
}

it("answers hits by similarity anew, off their way, and accounts for it as shadow cost", async () => {
  const { server, model, ask, shadow, untilRuns, metrics } = await begin();
  expect((await ask("how do i")).cache.tier).toBe("exact");
  const hit = await ask("How can I");
  expect(hit).toMatchObject({ cache: { tier: "semantic" }, cost: { total: "0.000000000" } });
  await untilRuns(1);
  expect(model.calls).toHaveLength(2);
  expect(await shadow()).toMatchObject({
    wrong: 0,
    wrong_hit_rate: 0,
    by_tier: { semantic: { runs: 1 }, verified: { runs: 0, wrong_hit_rate: null } },
    cost: { currency: "USD", total: COST },
    shadow_rate: 1,
    target_wrong_hit_rate: null,
  });
  const lookup = await server.call("GET", `/v1/cache/lookups/${hit.id}`);
  await expect
    .poll(async () => (await server.call("GET", `/v1/cache/lookups/${hit.id}`)).json.label)
    .toMatchObject({ source: "shadow", same: true });
  expect(lookup.json.verdict).toBe("hit");
  const { json } = await server.call("GET", "/v1/reports/costs?group_by=tenant");
  expect(json.rows).toMatchObject([
    { requests: 3, misses: 1, cost: { total: "0.000440400", shadow: COST } },
  ]);
  const csv = await server.call("GET", "/v1/reports/costs?group_by=tenant&format=csv");
  const [header, row] = csv.text.split("\r\n").map((line) => line.split(","));
  expect([header?.at(-1), row?.at(-1)]).toEqual(["shadow_usd", COST]);
  const usage = await server.call("GET", `/v1/conversations/${hit.conversation_id}/usage`);
  expect(usage.json.cost).toMatchObject({ total: "0.000000000", shadow: "0.000000000" });
  expect(await metrics()).toContain('reprise_shadow_runs_total{result="same"} 1');
  expect(await metrics()).toContain('reprise_wrong_hit_rate{tenant="default",bound="upper"} 0.975');
});

it("tightens the threshold by itself when the target is broken, with a version that says why", async () => {
  const { server, said, ask, shadow, untilRuns, metrics } = await begin(
    {},
    {
      target_wrong_hit_rate: 0.05,
    },
  );
  said.text = "This is not in the documents.";
  const policy = async () => (await server.call("GET", "/v1/cache/policy")).json;
  for (const [index, words] of REWORDINGS.entries()) {
    if ((await policy()).author === "automatic") break;
    const { cache } = await ask(words);
    if (cache.tier !== "semantic") continue;
    await untilRuns(index + 1);
  }
  await expect.poll(policy, { timeout: 15_000 }).toMatchObject({ author: "automatic", version: 2 });
  const { threshold, reason } = await policy();
  expect(threshold).toBeGreaterThan(0.7);
  expect(reason).toMatch(/of \d+ shadow runs of semantic hits were wrong/);
  expect((await shadow()).wrong_hit_rate).toBe(1);
  expect(await metrics()).toContain('reprise_policy_tightened_total{tier="semantic"} 1');
  const { json } = await server.call("GET", "/v1/cache/policy/versions?limit=1");
  expect(json.versions[0].changes).toEqual([{ field: "threshold", from: 0.7, to: threshold }]);
});

it("heeds the budget and the rate", async () => {
  const poor = await begin({ DAILY_BUDGET_USD: "0.0002" });
  await poor.ask("How can I");
  await expect
    .poll(poor.metrics, { timeout: 15_000 })
    .toContain('reprise_shadow_runs_total{result="over-budget"} 1');
  expect(poor.model.calls).toHaveLength(1);
  const never = await begin({}, { shadow_rate: 0 });
  await never.ask("How can I");
  await never.server.close();
  expect(never.model.calls).toHaveLength(1);
});

/** The rule is not sure of this one: it cites the same document, in words that are half alike. */
const OTHER = "Within 30 days you are paid back, less what it costs to send the parcel [1].";
const JUDGE_USAGE = { input_tokens: 400, output_tokens: 1, total_tokens: 401 };
/** gpt-4o-mini: 400 prompt tokens at 150 nano-dollars, another at 600. */
const JUDGING_NANO = 60_600n;

/** One hit whose answer would be another now, and a judge that is asked about both. */
async function beginJudged(script: Script) {
  const judgeModel = scriptedModel(() => ({ usage: JUDGE_USAGE, ...script }), {
    id: "gpt-4o-mini",
  });
  const service = await begin({}, {}, { judgeModel });
  service.said.text = OTHER;
  const { id, cache } = await service.ask("How can I");
  expect(cache.tier).toBe("semantic");
  await service.untilRuns(1);
  const lookup = async () => (await service.server.call("GET", `/v1/cache/lookups/${id}`)).json;
  const [run] = await service.server.service.http.shadowRuns.list({ tenant: "default", limit: 9 });
  return { ...service, judgeModel, lookup, run };
}

it("asks the judge about two answers of which the rule is not sure", async () => {
  const { server, judgeModel, lookup, run, shadow, metrics } = await beginJudged({
    text: "DIFFERENT",
  });
  expect(judgeModel.calls).toHaveLength(1);
  expect(judgeModel.calls[0]?.at(-1)?.text).toBe(
    `Question: "How can I get a refund?"\nFirst answer: "${RIGHT}"\nSecond answer: "${OTHER}"`,
  );
  const costNanoUsd = parseUsd(COST) + JUDGING_NANO;
  expect(run).toMatchObject({ same: false, decidedBy: "judge", costNanoUsd });
  await expect
    .poll(async () => (await lookup()).label)
    .toMatchObject({ source: "judge", same: false, author: "gpt-4o-mini" });
  expect(await shadow()).toMatchObject({
    runs: 1,
    wrong: 1,
    decided_by: { rule: 0, judge: 1, person: 0 },
    cost: { total: "0.000280800" },
  });
  await expect
    .poll(async () => (await server.call("GET", "/v1/reports/costs?group_by=tenant")).json.rows)
    .toMatchObject([
      { requests: 2, misses: 1, cost: { total: "0.000501000", shadow: "0.000280800" } },
    ]);
  const { text } = await server.call("GET", "/v1/reports/usage.ndjson");
  const rows = text
    .trim()
    .split("\n")
    .map((line) => JSON.parse(line));
  expect(rows.filter(({ cache }) => cache.status === "shadow-judged")).toMatchObject([
    { id: `${run?.id}-judged`, conversation_id: null, cost: { total: "0.000060600" } },
  ]);
  expect(await metrics()).toContain('reprise_cost_usd_total{kind="total"} 0.000501');
});

it("takes the rule's word where the judge fails, and counts the failure", async () => {
  const { judgeModel, lookup, run, shadow, metrics } = await beginJudged({
    text: "",
    error: new Error("away"),
  });
  expect(judgeModel.calls).toHaveLength(1);
  expect(run).toMatchObject({ same: true, decidedBy: "rule" });
  await expect.poll(async () => (await lookup()).label).toMatchObject({ source: "shadow" });
  expect((await shadow()).cost.total).toBe(COST);
  expect(await metrics()).toContain('reprise_degraded_total{part="judge"} 1');
});
