import { afterAll, beforeAll, beforeEach, expect, it } from "vitest";
import { say, startModelServer, whole, type SeenBody } from "../support/model-server.ts";
import { startService } from "../support/start-service.ts";

let model: Awaited<ReturnType<typeof startModelServer>>;
let server: Awaited<ReturnType<typeof startService>>;
beforeAll(async () => {
  model = await startModelServer();
  const OPENAI_BASE_URL = model.url;
  server = await startService({ OPENAI_BASE_URL, CHAT_MODEL: "any", EMBEDDINGS: "builtin" });
});
afterAll(async () => {
  await server.close();
  await model.close();
});
beforeEach(() => {
  model.seen.length = 0;
});

const turns = Array.from({ length: 8 }, (_, number) => [
  { role: "user", content: `Question ${number}?` },
  { role: "assistant", content: `<think>Hm.</think>Answer ${number}.` },
]).flat();
const question = { role: "user", content: "And what of the last one?" };

const complete = () =>
  server.call(
    "POST",
    "/v1/chat/completions",
    { model: "any", messages: [...turns, question] },
    { "cache-control": "no-store" },
  );

/** The calls for answers; those for rewritings have other instructions. */
const prompts = () => model.seen.filter((body) => JSON.stringify(body).includes("passages"));
const lengthOf = (body: SeenBody | undefined): number => body?.["messages"].length ?? 0;
const tooLong = {
  status: 400,
  body: { error: { code: "context_length_exceeded", message: "too long" } },
};

it("a prompt that is too long is tried with the newer half of the history, and so on", async () => {
  model.behave({ refuse: (body) => (lengthOf(body) > 6 ? tooLong : undefined) });
  expect((await complete()).status).toBe(200);
  expect(prompts().map(lengthOf)).toEqual([18, 10, 6]);
  const last = JSON.stringify(prompts().at(-1)?.["messages"]);
  expect(last).toContain("Answer 7.");
  expect(last).not.toContain("Answer 5.");
});

it("a prompt that is too long by an error in the stream is tried with less history too", async () => {
  const error = { object: "error", message: "maximum context length is 4096 tokens", code: 400 };
  model.behave({ say: (body) => (lengthOf(body) > 6 ? [error] : whole()) });
  expect((await complete()).status).toBe(200);
  expect(prompts().map(lengthOf)).toEqual([18, 10, 6]);
});

it("a prompt that turns out too long in the middle of the answer is not begun anew", async () => {
  const error = { error: { code: "context_length_exceeded", message: "too long" } };
  model.behave({ chunks: [say("Refunds "), error] });
  expect((await complete()).json.error.code).toBe("context_too_long");
  expect(prompts()).toHaveLength(1);
});

it("a prompt that is too long without any history is 413", async () => {
  model.behave({ refuse: () => tooLong });
  const { status, json } = await complete();
  expect([status, json.error.code]).toEqual([413, "context_too_long"]);
  expect(lengthOf(prompts().at(-1))).toBe(2);
});

it("a prompt that is too long is not shortened where a response must not be truncated", async () => {
  model.behave({ refuse: (body) => (lengthOf(body) > 6 ? tooLong : undefined) });
  const input = [...turns, question];
  const respond = (truncation: string) =>
    server.call("POST", "/v1/responses", { input, truncation }, { "cache-control": "no-store" });
  const { status, json } = await respond("disabled");
  expect([status, json.error.code]).toEqual([413, "context_too_long"]);
  expect(prompts()).toHaveLength(1);
  expect((await respond("auto")).status).toBe(200);
});

it("what the model thought before its answers is not in the history", async () => {
  model.behave({});
  await complete();
  const sent = JSON.stringify(model.seen);
  expect(sent).toContain("Answer 7.");
  expect(sent).not.toContain("Hm.");
});
