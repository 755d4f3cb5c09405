import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { startBehindModelServer } from "../support/behind-model-server.ts";
import type { SeenBody } from "../support/model-server.ts";

let behind: Awaited<ReturnType<typeof startBehindModelServer>>;
beforeAll(async () => {
  behind = await startBehindModelServer();
});
afterAll(() => behind.close());
beforeEach(() => {
  behind.model.behave({});
  behind.model.seen.length = 0;
});

const user = (content: unknown) => ({ role: "user", content });
const QUESTION = "When are refunds paid?";

describe("a request that the model server refuses", () => {
  const detail = [
    {
      type: "extra",
      loc: ["body", "tools", 0, "function", "strict"],
      msg: "Not permitted",
      input: 1,
    },
    { type: "extra", loc: ["body", "seed"], msg: "Too small", input: 2 },
  ];
  const tools = "tools[0].function.strict";
  const both = "Not permitted; Too small";
  const bodies: readonly [string, number, object | string, string | null, string][] = [
    [
      "OpenAI",
      400,
      { error: { message: "Bad seed.", type: "t", param: "seed", code: "c" } },
      "seed",
      "Bad seed.",
    ],
    ["FastAPI", 422, { detail }, tools, both],
    [
      "FastAPI, in a message",
      422,
      { object: "error", message: { detail }, type: "t" },
      tools,
      both,
    ],
    ["one detail", 422, { detail: "Bad seed." }, null, "Bad seed."],
    ["a text as error", 422, { error: "Bad seed.", error_type: "validation" }, null, "Bad seed."],
    ["a plain text", 400, "Bad seed.", null, "Bad seed."],
    [
      "a message of the prompt",
      400,
      { error: { message: "Bad name.", param: "messages[3].name" } },
      "messages",
      "Bad name.",
    ],
  ];
  it.each(bodies)(
    "names the field, and says once why: %s",
    async (_form, status, body, param, said) => {
      behind.model.behave({ reply: { status, body } });
      const asked = { messages: [user(QUESTION)], seed: 1 };
      const reply = await behind.server.call("POST", "/v1/chat/completions", asked);
      const { error } = reply.json;
      expect([reply.status, error.code, error.param]).toEqual([400, "invalid_request", param]);
      expect(error.message).toBe(`The model server rejected the request: ${said}`);
      for (const each of error.details ?? []) expect(said).toContain(each.message);
    },
  );

  it("has the field's name of the Responses API there", async () => {
    behind.model.behave({ reply: { status: 422, body: { detail } } });
    const body = { input: QUESTION, parallel_tool_calls: false };
    const { status, json } = await behind.server.call("POST", "/v1/responses", body);
    expect([status, json.error.param]).toEqual([400, "tools[0].strict"]);
  });
});

describe("a model without images", () => {
  const picture = (kind: "image_url" | "file") => ({ type: kind, [kind]: { url: "data:,AAAA" } });
  const refuse = ({ messages }: SeenBody) =>
    JSON.stringify(messages).includes("AAAA")
      ? { status: 400, body: { error: { message: "This model takes no images." } } }
      : undefined;

  it.each([
    ["refuses", refuse],
    ["fails", (body: SeenBody) => refuse(body) && { status: 500, body: { error: "no mmproj" } }],
  ] as const)("answers the turns after an image that it %s", async (_how, refusal) => {
    behind.model.behave({ refuse: refusal });
    const image = user([{ type: "text", text: "What is this?" }, picture("image_url")]);
    const first = await behind.server.call("POST", "/v1/chat/completions", { messages: [image] });
    expect(first.status).toBeGreaterThanOrEqual(400);
    for (const said of [[], [{ role: "assistant", content: "A card." }]]) {
      const messages = [image, ...said, user("And what does it cost?")];
      const { status, text } = await behind.server.call("POST", "/v1/chat/completions", {
        messages,
      });
      expect(status, text).toBe(200);
      expect(JSON.stringify(behind.model.seen.at(-1))).toContain("What is this? [image]");
    }
  });

  it("answers a stream after a file", async () => {
    behind.model.behave({ refuse });
    const messages = [user([picture("file")]), user("And what does it cost?")];
    const body = { messages, stream: true };
    const { text } = await behind.server.call("POST", "/v1/chat/completions", body);
    expect(text).toContain("[DONE]");
  });

  it("answers the next question of a chat of useChat", async () => {
    behind.model.behave({ refuse });
    const file = { type: "file", mediaType: "image/png", url: "data:image/png;base64,AAAA" };
    const messages = [
      { role: "user", parts: [{ type: "text", text: "What is this?" }, file] },
      { role: "user", parts: [{ type: "text", text: "And what does it cost?" }] },
    ];
    const { status, text } = await behind.server.call("POST", "/v1/ui/chat", { messages });
    expect(status).toBe(200);
    expect(text).toContain('"type":"finish"');
  });

  it("says so where the question itself has one", async () => {
    behind.model.behave({ refuse });
    const messages = [user([picture("image_url")]), user([picture("image_url")])];
    const { status, json } = await behind.server.call("POST", "/v1/chat/completions", { messages });
    expect([status, json.error.code]).toEqual([400, "invalid_request"]);
    expect(json.error.message).toContain("This model takes no images.");
  });
});
