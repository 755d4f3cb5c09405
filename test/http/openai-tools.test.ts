import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { delta, finish, startModelServer, USAGE, whole } from "../support/model-server.ts";
import { startService } from "../support/start-service.ts";

type Server = Awaited<ReturnType<typeof startService>>;

let model: Awaited<ReturnType<typeof startModelServer>>;
let server: Server;
let questions = 0;

const begin = async (environment: Record<string, string> = {}) => {
  const started = await startService({
    OPENAI_BASE_URL: model.url,
    CHAT_MODEL: "any",
    EMBEDDINGS: "builtin",
    ...environment,
  });
  const text = "Refunds are paid within 30 days of purchase to the card that was used.";
  await started.call("POST", "/v1/documents", { title: "Refunds", text });
  return started;
};
beforeAll(async () => {
  model = await startModelServer();
  server = await begin();
});
afterAll(async () => {
  await server.close();
  await model.close();
});
beforeEach(() => {
  model.behave({});
  model.seen.length = 0;
});

const named = (name: string, more: object = {}) => ({
  type: "function",
  function: {
    name,
    parameters: { type: "object", properties: { q: { type: "string" } } },
    ...more,
  },
});
const tools = [named("look_up", { description: "Looks up." }), named("clock")];
/** Another question each time. */
const next = () => `When are refunds paid for order number ${(questions += 1)}?`;
const ask = (content: string, more: object = {}, to: Server = server) =>
  to.call("POST", "/v1/chat/completions", {
    model: "any",
    messages: [{ role: "user", content }],
    ...more,
  });
const verdict = async (...given: Parameters<typeof ask>) =>
  (await ask(...given)).headers.get("x-cache");

/** Two calls as OpenAI streams them, in pieces. */
const CALLS = [
  delta({ role: "assistant", content: null }),
  delta({
    tool_calls: [
      { index: 0, id: "call_1", type: "function", function: { name: "look_up", arguments: "" } },
    ],
  }),
  delta({ tool_calls: [{ index: 0, function: { arguments: '{"q":' } }] }),
  delta({ tool_calls: [{ index: 0, function: { arguments: '"a"}' } }] }),
  delta({
    tool_calls: [
      { index: 1, id: "call_2", type: "function", function: { name: "clock", arguments: "{}" } },
    ],
  }),
];
const EXPECTED = [
  { id: "call_1", type: "function", function: { name: "look_up", arguments: '{"q":"a"}' } },
  { id: "call_2", type: "function", function: { name: "clock", arguments: "{}" } },
];

describe("a call of a tool that nobody offered", () => {
  const chunks = [
    delta({ role: "assistant", content: "One moment. " }),
    delta({ tool_calls: [{ index: 0, id: "call_1", function: { name: "rm", arguments: "{}" } }] }),
    finish("tool_calls"),
    USAGE,
  ];

  it.each([{}, { tools }])("is an error, and no call: %j", async (more) => {
    model.behave({ chunks });
    const { status, json } = await ask(next(), more);
    expect([status, json.error.code]).toEqual([502, "model_failed"]);
    expect(json.error.message).toContain('the tool "rm", which the request does not offer');
    const streamed = await ask(next(), { ...more, stream: true });
    expect(streamed.text).toContain('"code":"model_failed"');
    expect(streamed.text).not.toContain("tool_calls");
  });

  it("leaves the part that came, as stopped", async () => {
    model.behave({ chunks });
    const asked = { message: next(), conversation_id: "no-such-tool" };
    expect((await server.call("POST", "/v1/chat", asked)).status).toBe(502);
    const { json } = await server.call("GET", "/v1/conversations/no-such-tool");
    expect(json.window.at(-1)).toEqual({ role: "assistant", content: "One moment. " });
  });
});

describe("tools on offer", () => {
  it("go to the model as they are, and do not keep an answer from the cache", async () => {
    const question = next();
    expect(await verdict(question, { tools })).toBe("MISS");
    expect(model.seen.at(-1)?.["tools"]).toEqual(tools);
    expect(model.seen.at(-1)).not.toHaveProperty("tool_choice");
    expect(await verdict(question, { tools, tool_choice: "auto" })).toBe("HIT");
    expect(await verdict(question.replace("When are", "When will"), { tools })).toMatch(/HIT$/);
  });

  it("are the same in another order, of tools and of their fields", async () => {
    const question = next();
    await ask(question, { tools });
    const turned = tools.toReversed().map(({ type, function: called }) => ({
      function: Object.fromEntries(Object.entries(called).toReversed()),
      type,
    }));
    expect(await verdict(question, { tools: turned })).toBe("HIT");
  });

  it("that differ, or none, have answers of their own", async () => {
    const question = next();
    await ask(question, { tools });
    expect(await verdict(question, { tools: tools.slice(1) })).toBe("MISS");
    expect(await verdict(question)).toBe("MISS");
    expect(await verdict(question, { tools, tool_choice: "none" })).toBe("MISS");
    expect(model.seen.at(-1)?.["tool_choice"]).toBe("none");
  });

  it.each([
    ["ignore", "HIT"],
    ["bypass", "BYPASS"],
  ])("under OPENAI_TOOLS=%s make %s of a cached answer", async (setting, expected) => {
    const other = await begin({ OPENAI_TOOLS: setting });
    const question = next();
    await ask(question, {}, other);
    expect(await verdict(question, { tools }, other)).toBe(expected);
    await other.close();
  });

  it.each(["required", { type: "function", function: { name: "clock" } }])(
    "that are demanded are past the cache: %j",
    async (choice) => {
      const question = next();
      await ask(question, { tools });
      const { headers, json } = await ask(question, { tools, tool_choice: choice });
      expect(headers.get("x-cache")).toBe("BYPASS");
      expect(json.x_reprise.cache.reasons).toEqual(["passed-through"]);
      expect(model.seen.at(-1)?.["tool_choice"]).toEqual(choice);
    },
  );
});

describe("a tool call", () => {
  it.each(["tool_calls", "stop", "function_call"])(
    "comes to the client and is never stored, whatever its end is called: %s",
    async (word) => {
      model.behave({ chunks: [...CALLS, finish(word), USAGE] });
      const question = next();
      for (let time = 0; time < 2; time += 1) {
        const { json, headers } = await ask(question, { tools });
        expect(headers.get("x-cache")).toBe("MISS");
        expect(json.choices[0]).toMatchObject({
          message: { role: "assistant", content: null, tool_calls: EXPECTED },
          finish_reason: "tool_calls",
        });
      }
      model.behave({ chunks: whole() });
      expect(await verdict(question, { tools })).toBe("MISS");
      expect(await verdict(question, { tools })).toBe("HIT");
    },
  );

  it("streams in OpenAI's pieces", async () => {
    model.behave({ chunks: [...CALLS, finish("tool_calls"), USAGE] });
    const { text } = await ask(next(), { tools, stream: true });
    const chunks = [...text.matchAll(/^data: (\{.*)$/gm)].map(([, data]) => JSON.parse(data ?? ""));
    const deltas = chunks.flatMap((chunk) => chunk.choices[0]?.delta.tool_calls ?? []);
    expect(deltas).toEqual([
      { index: 0, id: "call_1", type: "function", function: { name: "look_up", arguments: "" } },
      { index: 0, function: { arguments: '{"q":' } },
      { index: 0, function: { arguments: '"a"}' } },
      { index: 1, id: "call_2", type: "function", function: { name: "clock", arguments: "{}" } },
    ]);
    expect(chunks.at(-1).choices[0].finish_reason).toBe("tool_calls");
    expect(chunks.at(-1).x_reprise.cache.status).toBe("miss");
  });

  it("has a place and an id where the server gives it none", async () => {
    const bare = { type: "function", function: { name: "clock", arguments: "{}" } };
    model.behave({
      chunks: [delta({ tool_calls: [bare] }), delta({ tool_calls: [bare] }), finish("stop")],
    });
    const { json } = await ask(next(), { tools });
    const calls = json.choices[0].message.tool_calls;
    expect(calls).toMatchObject([bare, bare]);
    expect(new Set(calls.map(({ id }: { id: string }) => id)).size).toBe(2);
    expect(json.usage.completion_tokens).toBeGreaterThan(0);
  });

  it("of a crowd that asks the same is made for each, and stored for none", async () => {
    model.behave({ chunks: [...CALLS, finish("tool_calls"), USAGE] });
    const question = next();
    const all = await Promise.all(Array.from({ length: 4 }, () => ask(question, { tools })));
    for (const { json } of all) {
      expect(json.choices[0].message.tool_calls).toEqual(EXPECTED);
      expect(json.x_reprise.cache.status).toBe("miss");
    }
  });
});

describe("after a tool's result", () => {
  const turn = (question: string, args = "{}") => [
    { role: "user", content: question },
    {
      role: "assistant",
      content: null,
      tool_calls: [
        { id: "call_9", type: "function", function: { name: "clock", arguments: args } },
      ],
    },
    { role: "tool", tool_call_id: "call_9", content: "zebra at noon" },
  ];
  const go = (messages: readonly object[], more: object = {}) =>
    server.call("POST", "/v1/chat/completions", { messages, ...more });

  it.each(["{}", '{"a":1}', "{broken"])(
    "the model sees call and result, and the passages, past the cache: %s",
    async (args) => {
      const question = next();
      await ask(question, { tools });
      const { headers, json } = await go(turn(question, args));
      expect(headers.get("x-cache")).toBe("BYPASS");
      expect(json.x_reprise.cache.reasons).toEqual(["passed-through"]);
      const [system, ...rest] = model.seen.at(-1)?.["messages"] ?? [];
      expect(system.content).toContain("Refunds are paid within 30 days");
      expect(rest).toEqual(turn(question, args));
    },
  );

  it("nothing is stored, and later questions are past the cache too", async () => {
    const question = next();
    await go(turn(question));
    expect(await verdict(question)).toBe("MISS");
    const later = [...turn(question), { role: "assistant", content: "At noon." }];
    const { headers } = await go([...later, { role: "user", content: question }]);
    expect(headers.get("x-cache")).toBe("BYPASS");
    expect(JSON.stringify(model.seen.at(-1))).toContain("zebra at noon");
  });

  it.each([{}, { tool_call_id: "call_8" }])(
    "of no call: the model is shown it as text, in roles that take turns: %j",
    async (id) => {
      const question = next();
      const orphan = { role: "tool", content: "zebra at noon", ...id };
      const empty = { role: "assistant", content: null };
      const { headers } = await go([
        { role: "user", content: "Look." },
        empty,
        orphan,
        { role: "user", content: question },
      ]);
      expect(headers.get("x-cache")).toBe("BYPASS");
      const [, ...shown] = model.seen.at(-1)?.["messages"] ?? [];
      expect(shown).toEqual([
        { role: "user", content: `Look.\n\nResult of a tool:\nzebra at noon\n\n${question}` },
      ]);
    },
  );

  it("its words count for the tokens where the server counts none", async () => {
    model.behave({ chunks: whole().slice(0, -1) });
    const long = turn(next()).map((message) =>
      message.role === "tool" ? { ...message, content: "word ".repeat(500) } : message,
    );
    const { json } = await go(long, { tools });
    expect(json.usage.prompt_tokens).toBeGreaterThan(600);
  });
});
