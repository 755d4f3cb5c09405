import { HumanMessage, SystemMessage } from "@langchain/core/messages";
import { beforeEach, describe, expect, it, onTestFinished } from "vitest";
import { streamModel } from "../../src/chat/call-model.ts";
import { createChatModel } from "../../src/models/chat-model.ts";
import { createTokenCounter } from "../../src/models/count-tokens.ts";
import type { ModelFields, Sampling } from "../../src/models/types.ts";
import {
  ANSWER,
  delta,
  say,
  startModelServer,
  type SeenBody,
  type ServerPlan,
} from "../support/model-server.ts";

const counter = createTokenCounter("any");

async function open(refuse: ServerPlan["refuse"], name = "any", plan: ServerPlan = {}) {
  const server = await startModelServer();
  onTestFinished(() => void server.close());
  server.behave({ ...plan, ...(refuse !== undefined && { refuse }) });
  const notices: Record<string, string>[] = [];
  const settings = { model: name, openAiBaseUrl: server.url, timeoutMs: 5_000 };
  const onNotice = (_message: string, details: Record<string, string>) => notices.push(details);
  const model = await createChatModel({ ...settings, onNotice }, counter);
  async function ask(sampling: Sampling = {}, given: ModelFields = {}) {
    const runnable = await model.withSampling(sampling, given);
    const messages = [new SystemMessage("Answer briefly."), new HumanMessage("When?")];
    const stopSignal = new AbortController().signal;
    const givesLimit = sampling.maxTokens !== undefined;
    const call = { model, runnable, messages, counter, timeoutMs: 5_000, stopSignal, givesLimit };
    const parts = streamModel(call);
    let next = await parts.next();
    while (next.done !== true) next = await parts.next();
    return next.value;
  }
  return { ask, seen: server.seen, notices };
}

const has = (body: SeenBody, role: string) =>
  body["messages"].some((message: any) => message.role === role);
const refusal = (status: number, body: object | string) => ({ status, body });

/** What servers say of a field that they do not know. */
const UNKNOWN_FIELD: readonly (readonly [string, (name: string) => ReturnType<typeof refusal>])[] =
  [
    [
      "OpenAI",
      (name) =>
        refusal(400, { error: { message: `Unrecognized request argument supplied: ${name}` } }),
    ],
    [
      "OpenAI by its parameter",
      (name) =>
        refusal(400, {
          error: { message: "Unsupported value", param: name, code: "unsupported_value" },
        }),
    ],
    [
      "FastAPI, with the request in it",
      (name) =>
        refusal(422, {
          detail: [
            {
              type: "extra_forbidden",
              loc: ["body", name],
              msg: "Extra inputs are not permitted",
              input: { temperature: 1, top_p: 1, stream_options: {} },
            },
          ],
        }),
    ],
    [
      "Mistral",
      (name) =>
        refusal(422, {
          object: "error",
          message: {
            detail: [
              {
                type: "extra_forbidden",
                loc: ["body", name],
                msg: "Extra inputs are not permitted",
              },
            ],
          },
        }),
    ],
    [
      "a plain text",
      (name) => refusal(400, `unknown field \`${name}\`, expected one of \`model\`, \`messages\``),
    ],
    ["a server that fails on it", (name) => refusal(500, { error: `${name} is not supported` })],
  ];

describe("a field that is only a wish", () => {
  it.each(UNKNOWN_FIELD)(
    "is left out from then on when it is refused by %s",
    async (_name, refuse) => {
      const { ask, seen, notices } = await open((body) =>
        body["stream_options"] === undefined ? undefined : refuse("stream_options"),
      );
      expect(await ask({ temperature: 0.2 })).toMatchObject({ text: ANSWER, failure: undefined });
      expect(seen.at(-1)).toMatchObject({ temperature: 0.2 });
      await ask();
      expect(seen.map((body) => body["stream_options"] !== undefined)).toEqual([
        true,
        false,
        false,
      ]);
      expect(notices).toEqual([{ model: "any", value: "stream_options" }]);
    },
  );

  it("is found out by leaving all of them out where the server does not say which", async () => {
    const { ask, seen } = await open((body) =>
      body["top_p"] === undefined ? undefined : refusal(400, { error: { message: "Bad request" } }),
    );
    expect((await ask({ topP: 0.5 })).text).toBe(ANSWER);
    expect((await ask({ topP: 0.5 })).text).toBe(ANSWER);
    expect(seen).toHaveLength(3);
  });

  it("is not blamed again for a refusal once the server took it", async () => {
    let isBroken = false;
    const { ask, seen } = await open(() =>
      isBroken ? refusal(400, { error: { message: "Bad request" } }) : undefined,
    );
    await ask({ temperature: 0.2 });
    isBroken = true;
    expect((await ask({ temperature: 0.2 })).failure?.code).toBe("model_refused_request");
    expect(seen).toHaveLength(2);
  });

  it("may be a client's, where it changes no answer", async () => {
    const given = { store: true, metadata: { team: "a" }, safety_identifier: "x", seed: 7 };
    const { ask, seen } = await open((body) => {
      const name = ["store", "metadata", "safety_identifier"].find((one) => one in body);
      return name === undefined
        ? undefined
        : refusal(400, { error: { message: `Unknown parameter: '${name}'.`, param: name } });
    });
    expect((await ask({}, given)).text).toBe(ANSWER);
    expect(seen.at(-1)).toMatchObject({ seed: 7 });
    expect((await ask({}, given)).text).toBe(ANSWER);
    expect(seen).toHaveLength(5);
  });

  it("may be one of several that are refused one after the other", async () => {
    const { ask, seen } = await open((body) => {
      const name = ["temperature", "top_p", "stream_options"].find(
        (one) => body[one] !== undefined,
      );
      return name === undefined ? undefined : refusal(400, { error: { message: `no ${name}` } });
    });
    expect((await ask({ temperature: 1, topP: 1 })).text).toBe(ANSWER);
    expect(seen).toHaveLength(4);
  });
});

describe("the longest answer", () => {
  it.each([
    ["max_tokens", "max_completion_tokens"],
    ["max_completion_tokens", "max_tokens"],
  ])("is called %s only where the server knows it", async (known, unknown) => {
    const model = known === "max_tokens" ? "gpt-5-mini" : "any";
    const { ask, seen } = await open(
      (body) =>
        body[unknown] === undefined
          ? undefined
          : refusal(400, {
              error: { message: `Unsupported parameter: '${unknown}'. Use '${known}' instead.` },
            }),
      model,
    );
    expect((await ask({ maxTokens: 50 })).text).toBe(ANSWER);
    expect(seen.at(-1)).toMatchObject({ [known]: 50 });
    expect(seen.at(-1)?.[unknown]).toBeUndefined();
  });

  it.each([
    "max_tokens is too large: 9000. This model supports at most 4096 completion tokens",
    "`max_tokens` must be less than or equal to `8192`",
    "max_tokens: 9000 > 8192, which is the maximum allowed number of output tokens",
    "Invalid max_tokens value, the valid range of max_tokens is [1, 8192]",
    "'max_tokens' or 'max_completion_tokens' is too large: 9000. This model's maximum context length is 4096 tokens and your request has 40 input tokens (9000 > 4096 - 40).",
    "This model's maximum context length is 4096 tokens. However, you requested 9040 tokens (40 in the messages, 9000 in the completion). Please reduce the length of the messages or completion.",
    "maxOutputTokens value of 9000 but the supported range is from 1 to 8193",
    "This model does not support max_tokens greater than 4096",
  ])("that is too large is told to the client who asked for it: %s", async (message) => {
    const { ask, seen } = await open(() => refusal(400, { error: { message } }));
    const { failure } = await ask({ maxTokens: 9_000 });
    expect(failure).toMatchObject({ code: "invalid_request", status: 400 });
    expect(failure?.message).toContain("The model server rejected the request");
    expect(seen.every((body) => body["max_tokens"] === 9_000)).toBe(true);
  });

  it.each([
    "This model's maximum context length is 4096 tokens. However, you requested 5100 tokens (5000 in the messages, 100 in the completion).",
    "Input validation error: `inputs` tokens + `max_new_tokens` must be <= 4096. Given: 5000",
  ])("is not at fault where the prompt is too long: %s", async (message) => {
    const { ask } = await open(() => refusal(400, { error: { message } }));
    expect((await ask({ maxTokens: 100 })).failure?.code).toBe("context_too_long");
  });
});

describe("the role of the instructions", () => {
  it.each([
    ["Unexpected role developer", 400],
    ["Input should be 'system', 'user' or 'assistant' at messages.0.role", 422],
    ["unknown variant `developer`, expected one of `system`, `user`", 400],
  ])("becomes system where developer is refused: %s", async (message, status) => {
    const { ask, seen } = await open(
      (body) => (has(body, "developer") ? refusal(status, { error: { message } }) : undefined),
      "gpt-5-mini",
    );
    expect((await ask()).text).toBe(ANSWER);
    expect(has(seen.at(-1) ?? {}, "system")).toBe(true);
  });

  it.each([
    ["System role not supported", 500],
    ["Developer instruction is not enabled for models/gemma-3-27b-it", 400],
    ["Only user, assistant and tool roles are supported, got system.", 400],
    ["Conversation roles must alternate user/assistant/user/assistant/...", 424],
  ])("goes into the question where the template knows none: %s", async (message, status) => {
    const { ask, seen } = await open((body) =>
      has(body, "system") ? refusal(status, { error: message }) : undefined,
    );
    expect((await ask()).text).toBe(ANSWER);
    expect(seen.at(-1)?.["messages"]).toEqual([
      { role: "user", content: "Answer briefly.\n\nWhen?" },
    ]);
  });
});

describe("a server that fails", () => {
  let times: number;
  beforeEach(() => {
    times = 0;
  });

  it("is asked again where it may be over in a moment", async () => {
    const { ask } = await open(() => ((times += 1) === 1 ? refusal(500, "oops") : undefined));
    expect((await ask()).text).toBe(ANSWER);
  });

  it.each([
    ["busy", 429, { error: { message: "slow down" } }],
    ["without quota", 429, { error: { message: "x", code: "insufficient_quota" } }],
    ["without the key", 401, { error: { message: "no key" } }],
  ])("is not asked again when it is %s", async (_name, status, body) => {
    const { ask, seen } = await open(() => refusal(status, body));
    expect((await ask()).failure).toBeDefined();
    expect(seen).toHaveLength(1);
  });
});

it("a server that begins to answer and never ends is given up after the time", async () => {
  const server = await startModelServer();
  onTestFinished(() => void server.close());
  server.behave({ chunks: [say("Refunds ")], end: "never" });
  const settings = { model: "any", openAiBaseUrl: server.url, timeoutMs: 200 };
  const model = await createChatModel(settings, counter);
  const runnable = await model.withSampling({});
  const messages = [new HumanMessage("When?")];
  const stopSignal = new AbortController().signal;
  const parts = streamModel({ model, runnable, messages, counter, timeoutMs: 200, stopSignal });
  expect(await parts.next()).toMatchObject({ value: { kind: "text", text: "Refunds " } });
  expect(await parts.next()).toMatchObject({
    done: true,
    value: { text: "Refunds ", finishReason: "stopped", failure: { code: "model_timed_out" } },
  });
});

it("a word for the end that nobody knows is told once", async () => {
  const server = await startModelServer();
  onTestFinished(() => void server.close());
  const notices: Record<string, string>[] = [];
  const onNotice = (_message: string, details: Record<string, string>) => notices.push(details);
  const settings = { model: "any", openAiBaseUrl: server.url, timeoutMs: 5_000, onNotice };
  const model = await createChatModel(settings, counter);
  for (const word of ["wibble", "wibble", "stop"]) model.onUnknownEnd?.(word);
  expect(notices.map(({ value }) => value)).toEqual(["wibble", "stop"]);
});

describe("an answer that does not end", () => {
  it.each([
    ["words", say("word ".repeat(20_000))],
    ["thoughts", delta({ reasoning_content: "hm ".repeat(30_000) })],
    [
      "arguments of a tool",
      delta({ tool_calls: [{ index: 0, function: { arguments: "1".repeat(100_000) } }] }),
    ],
  ])("is given up when it has too many %s, and the part is kept", async (_what, piece) => {
    const chunks = Array.from({ length: 30 }, () => piece);
    const { ask } = await open(undefined, "any", { chunks, end: "never" });
    const { failure, text, thinking } = await ask();
    expect(failure).toMatchObject({ code: "model_failed" });
    expect(failure?.message).toContain("more than 2,000,000 characters");
    expect(text.length + thinking.length).toBeLessThanOrEqual(2_000_000);
  });
});
