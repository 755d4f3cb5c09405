import OpenAI from "openai";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { startBehindModelServer } from "../support/behind-model-server.ts";
import { ANSWER, delta, finish, say, USAGE, type ServerPlan } from "../support/model-server.ts";

let behind: Awaited<ReturnType<typeof startBehindModelServer>>;
let questions = 0;
beforeAll(async () => {
  behind = await startBehindModelServer({ CHAT_MODEL: "any" });
});
afterAll(() => behind.close());

const client = () => new OpenAI({ apiKey: "k", baseURL: `${behind.server.url}/v1`, maxRetries: 0 });
/** A question that no other has asked. */
const next = () => `When are refunds paid for order number ${(questions += 1)}?`;
const parameters = { type: "object", properties: { q: { type: "string" } } };
const OFFERED = ["clock", "look_up"].map((name) => ({
  type: "function" as const,
  name,
  parameters,
  strict: false,
}));
const tools = OFFERED.map(({ type, ...called }) => ({ type, function: called }));

interface Call {
  id: string;
  name: string;
  arguments: string;
}

const SURFACES: Readonly<Record<string, (question: string) => Promise<Call[]>>> = {
  async completions(content) {
    const { choices } = await client().chat.completions.create(toBody(content));
    return toCalls(choices[0]?.message.tool_calls);
  },
  async "streamed completions"(content) {
    const message = await client().chat.completions.stream(toBody(content)).finalMessage();
    return toCalls(message.tool_calls);
  },
  async responses(input) {
    const { output } = await client().responses.create({ model: "any", input, tools: OFFERED });
    return toItems(output);
  },
  async "streamed responses"(input) {
    const body = { model: "any", input, tools: OFFERED };
    const { output } = await client().responses.stream(body).finalResponse();
    return toItems(output);
  },
};

function toBody(content: string) {
  return { model: "any", messages: [{ role: "user" as const, content }], tools };
}

function toCalls(calls: OpenAI.Chat.ChatCompletionMessageToolCall[] = []): Call[] {
  return calls.flatMap((call) =>
    call.type === "function"
      ? [{ id: call.id, name: call.function.name, arguments: call.function.arguments }]
      : [],
  );
}

function toItems(output: OpenAI.Responses.ResponseOutputItem[]): Call[] {
  return output.flatMap((item) =>
    item.type === "function_call"
      ? [{ id: item.call_id, name: item.name, arguments: item.arguments }]
      : [],
  );
}

const piece = (fields: object) => delta({ tool_calls: [fields] });
const clock = (fields: object = {}) => ({
  function: { name: "clock", arguments: "{}", ...fields },
});
const lookUp = (fields: object = {}) => ({
  function: { name: "look_up", arguments: '{"q":"a"}', ...fields },
});
const BOTH = [
  ["clock", "{}"],
  ["look_up", '{"q":"a"}'],
];
const ONE = [["look_up", '{"q":"a"}']];

/** What servers make of tool calls, and the calls that were meant. */
const KINDS: readonly (readonly [string, ServerPlan["chunks"], readonly (readonly string[])[]])[] =
  [
    [
      "the same id for all",
      [piece({ index: 0, id: "call", ...clock() }), piece({ index: 1, id: "call", ...lookUp() })],
      BOTH,
    ],
    [
      "empty ids",
      [piece({ index: 0, id: "", ...clock() }), piece({ index: 1, id: "", ...lookUp() })],
      BOTH,
    ],
    ["no ids", [piece({ index: 0, id: null, ...clock() }), piece({ index: 1, ...lookUp() })], BOTH],
    [
      "the place 0 for all",
      [piece({ index: 0, id: "a", ...clock() }), piece({ index: 0, id: "b", ...lookUp() })],
      BOTH,
    ],
    [
      "the place 0 for all, in pieces",
      [
        piece({ index: 0, id: "a", ...clock({ arguments: "" }) }),
        piece({ index: 0, function: { arguments: "{}" } }),
        piece({ index: 0, id: "b", ...lookUp({ arguments: "" }) }),
        piece({ index: 0, function: { arguments: '{"q":' } }),
        piece({ index: 0, function: { arguments: '"a"}' } }),
      ],
      BOTH,
    ],
    [
      "the place 0 for all, and no ids",
      [piece({ index: 0, ...clock() }), piece({ index: 0, ...lookUp() })],
      BOTH,
    ],
    [
      "the same function twice, and no ids",
      [piece({ index: 0, ...lookUp() }), piece({ index: 0, ...lookUp() })],
      [...ONE, ...ONE],
    ],
    ["no place", [piece({ id: "a", ...clock() }), piece({ id: "b", ...lookUp() })], BOTH],
    [
      "pieces of two calls by turns",
      [
        piece({ index: 0, id: "a", ...clock({ arguments: "{" }) }),
        piece({ index: 1, id: "b", ...lookUp({ arguments: '{"q":' }) }),
        piece({ index: 0, function: { arguments: "}" } }),
        say("Wait. "),
        piece({ index: 1, function: { arguments: '"a"}' } }),
      ],
      BOTH,
    ],
    [
      "arguments as an object",
      [piece({ index: 0, id: "a", ...lookUp({ arguments: { q: "a" } }) })],
      ONE,
    ],
    [
      "null for arguments",
      [piece({ index: 0, id: "a", ...clock({ arguments: null }) })],
      [["clock", "{}"]],
    ],
    [
      "no arguments, twice",
      [
        piece({ index: 0, id: "a", function: { name: "clock" } }),
        piece({ index: 1, id: "b", ...clock({ arguments: "" }) }),
      ],
      [
        ["clock", "{}"],
        ["clock", "{}"],
      ],
    ],
    [
      "the name with each piece",
      [
        piece({ index: 0, id: "a", ...lookUp({ arguments: '{"q":' }) }),
        piece({ index: 0, id: "a", ...lookUp({ arguments: '"a"}' }) }),
        piece({ index: 0, id: "a", ...lookUp({ arguments: "" }) }),
      ],
      ONE,
    ],
    [
      "the name with each piece, the id with the first",
      [
        piece({ index: 0, id: "a", ...lookUp({ arguments: '{"q":' }) }),
        piece({ index: 0, id: "", ...lookUp({ arguments: '"a"}' }) }),
      ],
      ONE,
    ],
    [
      "the name after the id",
      [
        piece({ index: 0, id: "a", type: "function" }),
        piece({ index: 0, ...lookUp({ arguments: '{"q":' }) }),
        piece({ index: 0, function: { arguments: '"a"}' } }),
      ],
      ONE,
    ],
    [
      "the name in two pieces",
      [
        piece({ index: 0, id: "a", function: { name: "look", arguments: "" } }),
        piece({ index: 0, function: { name: "_up", arguments: "" } }),
        piece({ index: 0, function: { arguments: '{"q":"a"}' } }),
      ],
      ONE,
    ],
    [
      "the names in two pieces, the place 0 for all, by turns",
      [
        piece({ index: 0, id: "a", function: { name: "clo", arguments: "" } }),
        piece({ index: 0, id: "a", function: { name: "ck", arguments: "{}" } }),
        piece({ index: 0, id: "b", function: { name: "look", arguments: "" } }),
        piece({ index: 0, id: "b", function: { name: "_up", arguments: '{"q":"a"}' } }),
      ],
      BOTH,
    ],
    ["a name space", [piece({ index: 0, id: "a", ...lookUp({ name: "functions.look_up" }) })], ONE],
    [
      "spaces around the name",
      [piece({ index: 0, id: "a", ...lookUp({ name: " look_up" }) })],
      ONE,
    ],
    [
      "its fields beside its id",
      [piece({ id: "a", name: "look_up", arguments: '{"q":"a"}' })],
      ONE,
    ],
    ["one call that is no list", [delta({ tool_calls: { id: "a", ...lookUp() } })], ONE],
    ["a call that is null", [delta({ tool_calls: [null, { id: "a", ...lookUp() }] })], ONE],
    [
      "places as texts",
      [piece({ index: "0", id: "a", ...clock() }), piece({ index: "1", id: "b", ...lookUp() })],
      BOTH,
    ],
    [
      "the field before tool_calls",
      [
        delta({ function_call: { name: "look_up", arguments: "" } }),
        delta({ function_call: { arguments: '{"q":"a"}' } }),
      ],
      ONE,
    ],
    [
      "two calls at one place, by turns",
      [
        piece({ index: 0, id: "a", ...clock({ arguments: "{" }) }),
        piece({ index: 0, id: "b", ...lookUp({ arguments: '{"q":' }) }),
        piece({ index: 0, id: "a", function: { arguments: "}" } }),
        piece({ index: 0, id: "b", function: { arguments: '"a"}' } }),
      ],
      BOTH,
    ],
    [
      "a message in the place of deltas",
      [
        {
          choices: [
            {
              index: 0,
              message: {
                role: "assistant",
                content: null,
                tool_calls: [
                  { id: "a", type: "function", ...clock() },
                  { id: "b", type: "function", ...lookUp() },
                ],
              },
              finish_reason: null,
            },
          ],
        },
      ],
      BOTH,
    ],
  ];

describe.each(Object.entries(SURFACES))(
  "tool calls of a model server, asked by %s,",
  (_name, ask) => {
    it.each(KINDS)(
      "with %s are those that it means, each with its own id",
      async (_kind, chunks, meant) => {
        behind.model.behave({ chunks: [...(chunks ?? []), finish("stop"), USAGE] });
        const question = next();
        const calls = await ask(question);
        expect(calls.map(({ name, arguments: json }) => [name, json])).toEqual(meant);
        const ids = calls.map(({ id }) => id);
        expect(new Set(ids).size).toBe(meant.length);
        expect(ids).not.toContain("");
        behind.model.behave({});
        const { json } = await behind.server.call("POST", "/v1/chat/completions", toBody(question));
        expect(json.x_reprise.cache.status).toBe("miss");
      },
    );

    it("that say nothing leave an answer that is stored like any other", async () => {
      const chunks = [delta({ content: ANSWER, tool_calls: null }), delta({ tool_calls: [] })];
      behind.model.behave({ chunks: [...chunks, finish("stop"), USAGE] });
      const question = next();
      expect(await ask(question)).toEqual([]);
      const { json } = await behind.server.call("POST", "/v1/chat/completions", toBody(question));
      expect(json.x_reprise.cache.status).toBe("hit");
    });
  },
);
