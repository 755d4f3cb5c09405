import { expect, it, onTestFinished } from "vitest";
import type { GivenParts } from "../../src/compose/chat.ts";
import { scriptedModel } from "../support/scripted-model.ts";
import { startService } from "../support/start-service.ts";

/** A service whose warnings are kept, and what it says of its shadow runs under a policy. */
async function begin(given: GivenParts = {}) {
  const warned: { fields: object; message: string }[] = [];
  const silent = () => {};
  const warn = (fields: object, message: string) => void warned.push({ fields, message });
  const logger = { debug: silent, info: silent, error: silent, warn };
  const server = await startService({}, given, logger);
  onTestFinished(() => server.close());
  const warningsUnder = async (policy: object) => {
    await server.call("PUT", "/v1/cache/policy", policy);
    return (await server.call("GET", "/v1/cache/shadow")).json.warnings;
  };
  return { warned, warningsUnder };
}

it("says in the report, and once in the log, that a rule alone holds a target", async () => {
  const { warned, warningsUnder } = await begin();
  expect(await warningsUnder({ shadow_rate: 0.05 })).toEqual([]);
  const message = expect.stringContaining("JUDGE_MODEL");
  const warning = { code: "no-judge", message };
  expect(await warningsUnder({ target_wrong_hit_rate: 0.02 })).toEqual([warning]);
  const fields = { tenant: "default", version: 2, code: "no-judge" };
  expect(warned).toEqual([{ fields, message }]);
  expect(await warningsUnder({ shadow_rate: 0 })).toEqual([]);
  expect(warned).toHaveLength(1);
});

it("says nothing of it where a judge is named", async () => {
  const judgeModel = scriptedModel(() => ({ text: "SAME" }));
  const { warned, warningsUnder } = await begin({ judgeModel });
  expect(await warningsUnder({ shadow_rate: 0.05, target_wrong_hit_rate: 0.02 })).toEqual([]);
  expect(warned).toEqual([]);
});
