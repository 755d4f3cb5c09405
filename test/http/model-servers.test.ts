import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { askBy, SURFACES, type Surface } from "../support/ask-surfaces.ts";
import { KINDS, part } from "../support/model-server-kinds.ts";
import { ANSWER } from "../support/model-server.ts";
import { startBehindModelServer } from "../support/behind-model-server.ts";

let behind: Awaited<ReturnType<typeof startBehindModelServer>>;
let model: (typeof behind)["model"];
let server: (typeof behind)["server"];
let questions = 0;
/** Where an error may come in the stream, and whether it has our code there. */
const STREAMS = new Map<Surface, "code" | "text">([
  ["SSE", "code"],
  ["WebSocket", "code"],
  ["streamed completions", "code"],
  ["streamed responses", "text"],
  ["UI messages", "text"],
]);

beforeAll(async () => {
  behind = await startBehindModelServer({
    OPENAI_API_KEY: "key-of-the-test",
    CHAT_MODEL: "any",
  });
  ({ model, server } = behind);
});
afterAll(() => behind.close());

/** Questions that no other has asked: each number is another one. */
const ask = (surface: Surface, question: string) => askBy(surface, server, question);
const nextQuestion = () => `When are refunds paid for order number ${(questions += 1)}?`;

describe.each(SURFACES)("a model server, asked by %s,", (surface) => {
  it.each(KINDS)("$name", async ({ name, plan, told, hasBegun = false, isStored }) => {
    const wholeReply = {
      choices: [
        { index: 0, message: { role: "assistant", content: ANSWER }, finish_reason: "stop" },
      ],
    };
    model.behave(
      name.startsWith("one JSON text") ? { reply: { status: 200, body: wholeReply } } : plan,
    );
    const question = nextQuestion();
    const got = await ask(surface, question);
    const isInStream = got.status === 0;
    const code = STREAMS.get(surface) === "text" ? undefined : told.code;
    expect(got).toMatchObject(isInStream ? { code } : told);
    expect(isInStream && told.code === undefined).toBe(false);
    // A failure that came late comes in the stream, which was opened meanwhile.
    if (isInStream) expect(hasBegun || STREAMS.has(surface)).toBe(true);
    if (got.status === 200) expect(got.streamed).toBe(got.answer);
    if (plan.reply?.headers !== undefined) expect(got.retryAfter).toBe("7");
    model.behave({});
    const again = await server.call("POST", "/v1/chat", { message: question });
    expect(again.json.cache.status).toBe(isStored ? "hit" : "miss");
    if (isStored) expect(again.json.answer).toBe(told.answer);
  });
});

describe("what is told of an answer", () => {
  it.each(KINDS.filter(({ told }) => told.usage !== undefined))(
    "has tokens that were used: $name",
    async ({ name, plan }) => {
      model.behave(plan);
      const { usage: used } = await ask("JSON", nextQuestion());
      expect(used?.prompt_tokens).toBeGreaterThan(50);
      expect(used?.completion_tokens).toBeGreaterThan(5);
      expect(used?.estimated).toBe(!name.startsWith("usage in"));
    },
  );

  it.each(KINDS.filter(({ told, hasBegun }) => told.code !== undefined && hasBegun !== true))(
    "that never came costs nothing: $name",
    async ({ plan }) => {
      const before = await totals();
      model.behave(plan);
      await ask("JSON", nextQuestion());
      const after = await totals();
      // What the server itself says that it charges is charged.
      const charged = JSON.stringify(plan.chunks ?? []).includes("prompt_tokens") ? 900 : 0;
      expect(after - before).toBe(charged);
    },
  );

  it("that was cut is kept as stopped, in the transcript and for the next question", async () => {
    model.behave({ chunks: part, end: "cut" });
    const asked = { message: nextQuestion(), conversation_id: "cut-off" };
    expect((await server.call("POST", "/v1/chat", asked)).status).toBe(502);
    const { json } = await server.call("GET", "/v1/conversations/cut-off");
    expect(json.window.at(-1)).toEqual({ role: "assistant", content: "Refunds are paid within " });
    await expect
      .poll(async () => (await server.call("GET", "/v1/conversations/cut-off")).json.transcript)
      .toMatchObject([
        { role: "user", content: asked.message },
        { role: "assistant", content: "Refunds are paid within ", finish_reason: "stopped" },
      ]);
  });
});

async function totals(): Promise<number> {
  const { json } = await server.call("GET", "/v1/reports/costs");
  return json.rows.reduce((sum: number, row: any) => sum + row.usage.prompt_tokens, 0);
}
