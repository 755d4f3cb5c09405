import { createServer } from "node:http";
import { describe, expect, it, onTestFinished } from "vitest";
import { createAskEndpoint } from "../../src/judging/ask-judge-endpoint.ts";

const QUESTIONS = { stored: "How do I reset my password?", asked: "Password lost?" };

/** Answers each request with this status and text, and keeps what came. */
async function open(text: string, status = 200, key?: string) {
  const seen: { body: string; key: string | undefined; method: string | undefined }[] = [];
  const server = createServer((request, response) => {
    let body = "";
    request.on("data", (part) => (body += String(part)));
    request.on("end", () => {
      seen.push({ body, key: request.headers.authorization, method: request.method });
      response.writeHead(status).end(text);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  onTestFinished(() => void server.close());
  const address = server.address();
  const port = typeof address === "object" ? address?.port : 0;
  const url = `http://127.0.0.1:${port}/decide`;
  const endpoint = createAskEndpoint({ url, key, minProbability: 0.9 });
  const ask = () => endpoint("", new AbortController().signal, QUESTIONS);
  return { ask, seen };
}

describe("a decision endpoint", () => {
  it("receives both questions, and decides yes from the minimum probability", async () => {
    for (const [probability, isSame] of [
      [0.9, true],
      [1, true],
      [0.8999, false],
      [0, false],
    ] as const) {
      const { ask, seen } = await open(JSON.stringify({ probability }), 200, "secret");
      const call = { model: "judge-endpoint", promptTokens: 0, cachedPromptTokens: 0 };
      expect(await ask()).toEqual({
        isSame,
        probability,
        call: { ...call, completionTokens: 0 },
        estimated: true,
      });
      expect(seen).toEqual([
        { body: JSON.stringify(QUESTIONS), key: "Bearer secret", method: "POST" },
      ]);
    }
  });

  it("is priced by the model and tokens that it reports", async () => {
    const usage = { prompt_tokens: 40, completion_tokens: 1 };
    const { ask, seen } = await open(JSON.stringify({ probability: 1, model: "m", usage }));
    expect(await ask()).toMatchObject({
      call: { model: "m", promptTokens: 40, completionTokens: 1 },
      estimated: false,
    });
    expect(seen[0]?.key).toBeUndefined();
  });

  it.each([
    ["no", 200, "not JSON"],
    ["{}", 200, "must return"],
    ['{"probability": 1.2}', 200, "must return"],
    ['{"probability": "1"}', 200, "must return"],
    ['{"probability": 1}', 503, "returned status 503"],
    ['{"probability": 1}', 307, "JUDGE_URL redirects (307)"],
    [`"${"a".repeat(70_000)}"`, 200, "more than 65,536 characters"],
  ])("with an invalid reply fails: %.20s", async (text, status, message) => {
    const { ask } = await open(text, status);
    await expect(ask()).rejects.toThrow(message);
  });
});
