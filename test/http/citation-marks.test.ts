import { expect, it, onTestFinished } from "vitest";
import { scriptedModel } from "../support/scripted-model.ts";
import { startService } from "../support/start-service.ts";

const MARKED = "Refunds are paid within 30 days [1], and fees are not [2, 3].";
const BARE = "Refunds are paid within 30 days, and fees are not.";
const HELP = { title: "Help", text: "Refunds are paid within 30 days of purchase." };

async function begin(text: string, documents: object[] = []) {
  const server = await startService({}, { model: scriptedModel(() => ({ text })) });
  onTestFinished(() => server.close());
  for (const document of documents) await server.call("POST", "/v1/documents", document);
  const ask = async (fields = {}) =>
    server.call("POST", "/v1/chat", { message: "When are refunds paid?", ...fields });
  return { ask, server };
}

it("shows no mark, and stores none, where there are no documents", async () => {
  const { ask } = await begin(MARKED);
  expect((await ask()).json).toMatchObject({ answer: BARE, citations: [] });
  const again = (await ask()).json;
  expect(again).toMatchObject({ answer: BARE, cache: { status: "hit" } });
});

it("streams the same words", async () => {
  const { ask } = await begin(MARKED);
  const { text } = await ask({ stream: true });
  const deltas = [...text.matchAll(/^data: (.*)$/gm)].map(([, data]) => JSON.parse(data ?? ""));
  const words = deltas.flatMap(({ delta, text: part }) => delta ?? part ?? []);
  expect(words.join("")).toBe(BARE);
});

it("keeps the marks that cite, and does not store an answer with others besides", async () => {
  const { ask } = await begin("Within 30 days [1]. Fees are not [7].", [HELP]);
  const answer = "Within 30 days [1]. Fees are not.";
  for (const _time of [1, 2]) {
    const { json } = await ask();
    expect(json).toMatchObject({ answer, cache: { status: "miss" } });
    expect(json.citations).toHaveLength(1);
  }
});

it("leaves the text of a task, and a form that the client prescribes, as they are", async () => {
  const { ask, server } = await begin(MARKED);
  const message = 'Translate into English: "Erstattet wird in 30 Tagen, Gebühren nicht."';
  expect((await ask({ message })).json.answer).toBe(MARKED);
  const { json } = await server.call("POST", "/v1/chat/completions", {
    model: "default",
    messages: [{ role: "user", content: "When are refunds paid?" }],
    response_format: { type: "json_object" },
  });
  expect(json.choices[0].message.content).toBe(MARKED);
});
