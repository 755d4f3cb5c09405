import { execFile } from "node:child_process";
import { join } from "node:path";
import { promisify } from "node:util";
import { expect, it } from "vitest";
import { hasRedisPy, REDIS_PY } from "../../scripts/redis/install-redis-py.ts";
import { openPlainClient, startOwnRedis } from "../support/redis.ts";
import { startOnRedis } from "../support/redis-service.ts";
import { scriptedModel } from "../support/scripted-model.ts";

const run = promisify(execFile);

async function sayTurn(url: string, ...values: string[]) {
  const script = join(import.meta.dirname, "say_turn.py");
  const { stdout } = await run("python3", [script, new URL(url).port, ...values], {
    env: { ...process.env, PYTHONPATH: REDIS_PY },
  });
  return JSON.parse(stdout);
}

it("a Python program and the service share one conversation", async ({ skip }) => {
  const redis = (await startOwnRedis()) ?? skip("no redis-server program");
  if (!hasRedisPy()) {
    const note = "redis-py: not found (npm run redis -- --install brings it); its test is skipped";
    if (process.env["CI"] === "true") throw new Error(note);
    console.log(note);
    skip(note);
  }
  const model = scriptedModel((messages) => ({ text: `I was shown ${messages.length} messages.` }));
  const { chat, call } = await startOnRedis(redis.url, {}, { model });
  const said: string[] = [];
  for (let round = 1; round <= 6; round += 1) {
    const own = [`My parcel ${round} is called Zébra "${round}" 🦓.`, `Noted, ${round}.`];
    const window = await sayTurn(redis.url, "shared", ...own);
    said.push(...own);
    expect(window.map(({ content }: { content: string }) => content)).toEqual(said.slice(-20));

    const question = `Which name has parcel ${round}?`;
    const more = { conversation_id: "shared", cache: { mode: "bypass" } };
    const { answer } = await chat(question, more);
    expect(model.calls.at(-1)?.map(({ text }) => text)).toContain(own[0]);
    said.push(question, answer);
  }
  const { json } = await call("GET", "/v1/conversations/shared");
  expect(json.window.map(({ content }: { content: string }) => content)).toEqual(said.slice(-20));
  const client = await openPlainClient(redis.url);
  expect(await client.lLen("chat:shared")).toBe(20);
  expect(await client.ttl("chat:shared")).toBeGreaterThan(86_300);
}, 60_000);
