import { describe, expect, it } from "vitest";
import { toModelError } from "../../src/models/provider-errors.ts";
import { UpstreamError, readUpstream, tellingWords } from "../../src/models/upstream-error.ts";

const thrown = (fields: object, message = "failed") => Object.assign(new Error(message), fields);

describe("what a model server says in failing", () => {
  it.each([
    ["OpenAI", { error: { message: "no", param: "top_p" } }, "no top_p"],
    [
      "FastAPI",
      { detail: [{ loc: ["body", "n"], msg: "extra", input: "SECRET" }] },
      "body n extra",
    ],
    ["a text in a field", { error: "no" }, "no"],
    ["OpenRouter", { error: { message: "no", metadata: { raw: '{"why":1}' } } }, 'no {"why":1}'],
    ["a list", [{ error: { message: "no" } }], "no"],
    ["nothing", undefined, ""],
  ])("is read from the form of %s", (_name, body, words) => {
    expect(tellingWords(body)).toBe(words);
  });

  it("is read through the causes of an error", () => {
    const inner = thrown({ status: 429, headers: new Headers({ "retry-after": "3" }) }, "inner");
    const outer = new Error("outer", { cause: inner });
    expect(readUpstream(outer)).toMatchObject({ status: 429, retryAfterSeconds: 3 });
    expect(readUpstream(outer).words).toContain("outer inner");
  });

  it("does not go round in circles", () => {
    const error = new Error("again");
    error.cause = error;
    expect(readUpstream(error).words).toBe("again");
  });
});

describe("when to come back", () => {
  const after = (headers: Record<string, string>) =>
    toModelError(thrown({ status: 429, headers: new Headers(headers) })).retryAfterSeconds;

  it("is what the server says, in seconds, milliseconds or as a date", () => {
    expect(after({ "retry-after": "7" })).toBe(7);
    expect(after({ "retry-after": "0.2" })).toBe(1);
    expect(after({ "retry-after-ms": "1500" })).toBe(2);
    expect(after({ "retry-after": "86400" })).toBe(3600);
    const date = new Date(Date.now() + 60_000).toUTCString();
    expect(after({ "retry-after": date })).toBeGreaterThan(50);
  });

  it.each([{}, { "retry-after": "soon" }])(
    "is five seconds where it does not say: %j",
    (headers) => {
      expect(after(headers)).toBe(5);
    },
  );
});

describe("the log of a failure", () => {
  const logged = (message: string) => new UpstreamError(thrown({ status: 401 }, message)).message;

  it.each([
    "Incorrect API key provided: sk-proj-abc123DEF. Find yours at the site",
    "Bearer eyJhbGciOiJIUzI1NiJ9.payload was refused",
    "key gsk_4fGh92kLmN is unknown",
    "https://host/v1?api_key=4fGh92kLmN&x=1",
    "https://user:4fGh92kLmN@host/v1 cannot be reached",
    "token 0a1b2c3d4e5f60718293a4b5c6d7e8f9 has expired",
  ])("has nothing that looks like a key: %s", (message) => {
    expect(logged(message)).toContain("[removed]");
    expect(logged(message)).not.toMatch(/abc123|eyJh|4fGh92|a4b5c6/);
  });

  it("is short, on one line, and without hidden characters", () => {
    const long = logged(`first\nsecond\u0000\u200B ${"word ".repeat(500)}`);
    expect(long.length).toBeLessThanOrEqual(301);
    expect(long).toMatch(/^first second word/);
  });

  it("has nothing else of what was thrown", () => {
    const error = new UpstreamError(
      thrown({ status: 400, headers: new Headers({ cookie: "x" }), error: { message: "no" } }),
    );
    expect(Object.keys(error).toSorted()).toEqual(["code", "name", "status"]);
  });
});
