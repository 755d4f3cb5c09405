import { PassThrough } from "node:stream";
import { afterAll, beforeAll, expect, it } from "vitest";
import { connectLog, type RemoteLog } from "../../scripts/label/connect-log.ts";
import { labelLookups } from "../../scripts/label/label-lookups.ts";
import { openKeys } from "../../scripts/label/open-keys.ts";
import { makeLoggedLookup, makeLoggedNearest } from "../support/make-logged-lookup.ts";
import { startService } from "../support/start-service.ts";

let server: Awaited<ReturnType<typeof startService>>;
beforeAll(async () => {
  server = await startService();
  const near = (id: string, similarity: number) =>
    makeLoggedLookup({
      id,
      tenant: "default",
      question: `Question ${id}?`,
      nearest: makeLoggedNearest({ similarity }),
    });
  await server.service.http.lookups.add([
    near("one", 0.945),
    near("two", 0.935),
    near("three", 0.925),
    makeLoggedLookup({ id: "unseen", tenant: "default", nearest: null, belowBy: null }),
  ]);
});
afterAll(() => server.close());

/** Presses keys, one on each line, and gives what was printed. */
async function press(keys: string): Promise<string> {
  const input = new PassThrough();
  input.end(keys.split("").join("\n"));
  const printed: string[] = [];
  const log = connectLog({ url: server.url });
  await labelLookups({ log, keys: openKeys(input), print: (text) => printed.push(text) });
  return printed.join("");
}

const labels = async () => {
  const { json } = await server.call("GET", "/v1/cache/lookups");
  return Object.fromEntries(
    json.lookups.map(({ id, label }: any) => [id, label === null ? null : label.same]),
  );
};

it("takes one key per near miss, closest first, and undoes the last", async () => {
  // Same, then back and different after all; skip the second; an unknown key asks again.
  const printed = await press("yunsxq");
  expect(printed.indexOf("Question one?")).toBeLessThan(printed.indexOf("Question two?"));
  expect(printed).toContain("missed by 0.005");
  expect(printed).toContain("0 the same, 1 different, 1 skipped.");
  expect(await labels()).toEqual({ one: false, two: null, three: null, unseen: null });
});

it("shows the cached answer, or says that it is gone or was replaced", async () => {
  const shown = async (answer: { answer: string; created_at: string } | undefined) => {
    const lookup = {
      id: "one",
      created_at: "2026-11-20T10:00:00.000Z",
      question: "Who?",
      verdict: "miss",
      tier: null,
      similarity: 0.9,
      below_by: 0.05,
      reasons: ["similarity-below-threshold"],
      nearest: { entry_id: "ans_1", question: "Who is it?" },
    };
    const log: RemoteLog = {
      async *unlabelled() {
        yield lookup;
      },
      storedAnswer: async (id) => (id === "ans_1" ? answer : undefined),
      label: async () => {},
      unlabel: async () => {},
    };
    const input = new PassThrough();
    input.end("q");
    const printed: string[] = [];
    await labelLookups({ log, keys: openKeys(input), print: (text) => printed.push(text) });
    return printed.join("");
  };
  const before = "2026-11-20T09:00:00.000Z";
  const text = "It is \u001B[31mAnn.\nAsk her.";
  const answer = "answer  It is  [31mAnn.\n        Ask her.\n";
  expect(await shown({ answer: text, created_at: before })).toContain(answer);
  const long = await shown({ answer: "a".repeat(2_000), created_at: before });
  expect(long).toContain(`${"a".repeat(1_500)} …\n`);
  const anew = await shown({ answer: "Bo.", created_at: "2026-11-21T09:00:00.000Z" });
  expect(anew).toContain("answer  (made after this lookup) Bo.\n");
  expect(await shown(undefined)).toContain("answer  (no longer stored)\n");
});

it("fetches the cached answer from the service", async () => {
  const { json } = await server.call("POST", "/v1/cache/entries", {
    question: "When are refunds paid?",
    answer: "Within 14 days.",
  });
  const log = connectLog({ url: server.url });
  expect(await log.storedAnswer(json.id)).toMatchObject({ answer: "Within 14 days." });
  expect(await log.storedAnswer("ans_none")).toBeUndefined();
});

it("continues with unlabelled lookups, and ends when the input ends", async () => {
  const printed = await press("uy");
  expect(printed).not.toContain("Question one?");
  expect(await labels()).toEqual({ one: false, two: true, three: null, unseen: null });
  expect(await press("nn")).toContain("1 different");
  expect(await labels()).toEqual({ one: false, two: true, three: false, unseen: null });
});

it("shows the service's error message", async () => {
  const log = connectLog({ url: server.url, from: "never" });
  const run = labelLookups({ log, keys: openKeys(new PassThrough()), print: () => {} });
  await expect(run).rejects.toThrow(/400 .*from/);
});
