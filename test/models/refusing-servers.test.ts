import { describe, expect, it, onTestFinished } from "vitest";
import { createOpenAiEmbedder } from "../../src/models/openai-embeddings.ts";
import { defer } from "../support/defer.ts";
import { ANSWER, delta, say, whole } from "../support/model-server.ts";
import {
  USED,
  askAt,
  askOnce,
  completion,
  event,
  events,
  refusal,
  sends,
  serve,
} from "../support/odd-server.ts";

describe("a server that refuses streams", () => {
  it.each([
    [400, "Streaming is not supported by this deployment"],
    [400, "stream=True is not supported"],
    [422, "stream: unsupported value, set to false"],
    [501, "`stream` is not implemented"],
  ])("with %i, %s, is asked once more without, and from then on", async (status, message) => {
    const { url, bodies } = await serve((response, body) => {
      response.setHeader("content-type", "application/json");
      if (JSON.parse(body).stream === true) response.writeHead(status).end(refusal(message));
      else response.end(JSON.stringify(completion(ANSWER, { usage: USED.usage })));
    });
    const ask = await askAt(url);
    const whole = { text: ANSWER, finishReason: "stop", failure: undefined, estimated: false };
    expect(await ask()).toMatchObject(whole);
    expect(await ask()).toMatchObject(whole);
    const sent = bodies.map((body) => JSON.parse(body));
    expect(sent.map(({ stream }) => stream === true)).toEqual([true, false, false]);
    expect(sent.at(-1)).not.toHaveProperty("stream_options");
  });

  it("is not seen in a server whose stream broke", async () => {
    const { url, bodies } = await serve((response) => {
      response.writeHead(500).end(refusal("upstream closed the stream: unexpected end"));
    });
    expect(await askOnce(url)).toMatchObject({ failure: { code: "model_failed" } });
    expect(bodies).toHaveLength(3);
  });
});

describe("a server that sends requests elsewhere", () => {
  it.each([301, 302, 303, 307, 308])(
    "with %i is not followed, and that is told",
    async (status) => {
      const other = await serve(sends(events(whole())));
      const { url } = await serve((response) => {
        response.writeHead(status, { location: `${other.url}/chat/completions` }).end();
      });
      const { failure, tokens } = await askOnce(url);
      expect(failure).toMatchObject({ code: "model_refused_request" });
      expect(failure?.message).toMatch(/redirects.*OPENAI_BASE_URL/);
      expect(tokens).toBeUndefined();
      const embedder = createOpenAiEmbedder({ model: "bge", baseUrl: url, timeoutMs: 5_000 });
      await expect(embedder).rejects.toThrow(/redirects.*OPENAI_BASE_URL/);
      expect(other.bodies).toEqual([]);
    },
  );
});

describe("a refusal", () => {
  it.each([
    ["in the stream", sends(event({ error: { message: "slow down", code: 429 } }))],
    ["as an event", sends('event: error\ndata: {"message":"slow down","status_code":429}\n\n')],
    ["as an object", sends(event({ object: "error", message: "slow down", code: 429 }))],
    ["by the name of its type", sends(event({ error: { type: "rate_limit_exceeded" } }))],
    ["by its status as a word", sends(event({ error: { status: "RESOURCE_EXHAUSTED" } }))],
    ["as words", sends(event({ error: "429 Too Many Requests" }))],
    [
      "after the first chunk",
      sends(event(delta({ role: "assistant" })) + event({ error: { code: "429" } })),
    ],
    [
      "with status 200",
      sends(JSON.stringify({ error: { type: "rate_limit_error", message: "slow" } })),
    ],
    ["in a list", sends(JSON.stringify([{ error: { message: "slow down", code: 429 } }]))],
  ])("that comes %s has the status that it names", async (_name, handle) => {
    const { url } = await serve(handle);
    expect(await askOnce(url)).toMatchObject({ failure: { code: "model_rate_limited" } });
  });

  it.each([
    [
      { object: "error", message: "This model's maximum context length is 4096", code: 400 },
      "context_too_long",
    ],
    [{ error: "prompt is too long: 9000 tokens" }, "context_too_long"],
    [{ error: { message: "x", code: "context_length_exceeded" } }, "context_too_long"],
    [{ error: "Model is overloaded", error_type: "overloaded" }, "model_unavailable"],
    [{ error: { type: "authentication_error", message: "x" } }, "model_unauthorized"],
    [{ error: { type: "insufficient_quota", message: "x" } }, "model_quota"],
    [{ error: { type: "not_found_error", message: "x" } }, "model_refused_request"],
    [{ error: { type: "timeout_error", message: "x" } }, "model_timed_out"],
    [{ error: { type: "server_error", message: "x" } }, "model_failed"],
  ])(
    "in the stream, at first or in the middle, is told as by a status: %j",
    async (error, code) => {
      for (const before of ["", event(say("Refunds "))]) {
        const { url } = await serve(sends(before + event(error)));
        expect(await askOnce(url)).toMatchObject({ failure: { code } });
      }
    },
  );

  it("by a name server that does not know the address is no refusal", async () => {
    const { failure } = await askOnce("http://no-such-host.invalid/v1");
    expect(failure).toMatchObject({ code: "model_failed" });
  });

  it.each([304, 600])("with the odd status %i is told as any other failure", async (status) => {
    const { url } = await serve((response) => void response.writeHead(status).end());
    const { failure } = await askOnce(url);
    expect(failure?.message).toContain("answered with status 502");
  });

  it("that comes byte by byte is told once its beginning is there", async () => {
    let timer: NodeJS.Timeout | undefined;
    const { url } = await serve((response) => {
      response.writeHead(404, { "content-type": "text/html" }).write("<h1>Not");
      timer = setInterval(() => response.write(" "), 50);
    });
    onTestFinished(() => clearInterval(timer));
    expect(await askOnce(url, 60_000)).toMatchObject({
      failure: { code: "model_refused_request" },
    });
  });

  it("is waited for no longer than an answer", async () => {
    const { url } = await serve((response) => {
      response.writeHead(404, { "content-type": "text/html" }).write("<h1>Not");
    });
    expect(await askOnce(url, 100)).toMatchObject({ failure: { code: "model_timed_out" } });
  });

  it("that does not end is read no further than its words are needed", async () => {
    const closed = defer<number>();
    const { url } = await serve((response) => {
      let written = 0;
      response.on("close", () => closed.resolve(written));
      response.writeHead(400, { "content-type": "text/plain" });
      const more = (): void => {
        if (response.destroyed) return;
        written += 1;
        response.write("no ".repeat(10_000), more);
      };
      more();
    });
    expect(await askOnce(url)).toMatchObject({ failure: { code: "model_refused_request" } });
    expect(await closed.promise).toBeLessThan(1_000);
  });
});
