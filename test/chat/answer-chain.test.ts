import { HumanMessage, SystemMessage, AIMessage } from "@langchain/core/messages";
import { describe, expect, it } from "vitest";
import { AnswerRun, createAnswerChains } from "../../src/chat/answer-chain.ts";
import type { AnswerPart } from "../../src/chat/answer-choice.ts";
import { generateAnswer, type AnswerRequest } from "../../src/chat/generate-answer.ts";
import { KnowledgeRetriever } from "../../src/knowledge/knowledge-retriever.ts";
import { createTokenCounter } from "../../src/models/count-tokens.ts";
import { makeRetrieved } from "../support/make-passage.ts";
import { scriptedModel, type Script } from "../support/scripted-model.ts";

const CHAINS = createAnswerChains({
  answer: { text: "Answer{{locale}}.{{instructions}}\n{{passages}}", hash: "a" },
  task: { text: "Do it{{locale}}.{{instructions}}", hash: "b" },
});
const counter = createTokenCounter("gpt-4o-mini");
const REQUEST: AnswerRequest = {
  question: "When are refunds paid?",
  history: [],
  passages: [makeRetrieved({ title: "Refunds", text: "Refunds are paid within 30 days." })],
};

/** Runs the chain as the service does. */
async function generate(
  script: (call: number) => Script,
  request: Partial<AnswerRequest> = {},
  stopAfterParts = Infinity,
) {
  const stop = new AbortController();
  const model = scriptedModel(() => script(model.calls.length));
  const parts: AnswerPart[] = [];
  const stream = generateAnswer(
    { chain: CHAINS.answer, model, counter },
    { ...REQUEST, ...request },
    stop.signal,
  );
  let next = await stream.next();
  while (next.done !== true) {
    parts.push(next.value);
    if (parts.length === stopAfterParts) stop.abort();
    next = await stream.next();
  }
  const said = model.calls.map((call) => call.map(({ text }) => text));
  return { parts, answer: next.value, said };
}

const TOO_LONG = Object.assign(new Error("maximum context length exceeded"), {
  status: 400,
  code: "context_length_exceeded",
});

describe("the answer chain", () => {
  it("puts the retrieved passages into the prompt and streams the model's words", async () => {
    const { parts, answer, said } = await generate(() => ({ text: "Within 30 days. [1]" }));
    expect(said).toEqual([
      [
        'Answer.\n<passage n="1" title="Refunds">\nRefunds are paid within 30 days.\n</passage>',
        "When are refunds paid?",
      ],
    ]);
    expect(parts.map((part) => (part.kind === "text" ? part.text : part.kind))).toEqual([
      "Within ",
      "30 ",
      "days. ",
      "[1]",
    ]);
    expect(answer).toMatchObject({ text: "Within 30 days. [1]", finishReason: "stop" });
    expect(answer.tokens?.promptTokens).toBeGreaterThan(20);
  });

  it("tells the model whether nothing was found, or nothing could be searched", async () => {
    const found = await generate(() => ({ text: "No." }), { passages: [] });
    expect(found.said[0]?.[0]).toContain("There are no passages for this question.");
    const unsearched = await generate(() => ({ text: "No." }), { passages: undefined });
    expect(unsearched.said[0]?.[0]).toContain("could not be searched just now");
  });

  it("keeps the partial output of a model that breaks off", async () => {
    const error = new Error("socket closed");
    const { answer } = await generate(() => ({
      text: "Within 30 days.",
      error,
      failAfterWords: 2,
    }));
    expect(answer).toMatchObject({ text: "Within 30 ", failure: { code: "model_failed" } });
  });

  it("keeps the partial output when the client stops it", async () => {
    const endless = new Promise<void>(() => {});
    const beforeWord = (index: number) => (index === 3 ? endless : Promise.resolve());
    const { answer } = await generate(() => ({ text: "Within 30 days or so.", beforeWord }), {}, 2);
    expect(answer).toMatchObject({ failure: undefined, finishReason: "stopped" });
    expect(answer.text).toMatch(/^Within 30 (?:days )?$/);
  });

  it("asks again with the newer half of the history if the prompt is too long", async () => {
    const turn = (text: string) => [
      { role: "user" as const, content: `${text}?` },
      { role: "assistant" as const, content: `${text}.` },
    ];
    const { answer, said } = await generate(
      (call) => (call === 1 ? { text: "", error: TOO_LONG } : { text: "Yes." }),
      { history: [...turn("one"), ...turn("two")] },
    );
    expect(said.map((messages) => messages.slice(1))).toEqual([
      ["one?", "one.", "two?", "two.", REQUEST.question],
      ["two?", "two.", REQUEST.question],
    ]);
    expect(answer.text).toBe("Yes.");
  });

  it("answers as a LangChain runnable that is invoked at once", async () => {
    const model = scriptedModel(() => ({ text: "Summary." }));
    const { signal } = new AbortController();
    const run = new AnswerRun({
      retriever: new KnowledgeRetriever(async () => []),
      model: await model.withSampling({}),
      reading: { model, counter, stopSignal: signal },
      signal,
    });
    const { answer } = await CHAINS.task.invoke(
      {
        question: "Sum it up.",
        history: [{ role: "assistant", content: "A long text." }],
        locale: "en-GB",
      },
      { configurable: { run } },
    );
    expect(answer).toMatchObject({ text: "Summary.", finishReason: "stop" });
    expect(run.messages).toEqual([
      new SystemMessage("Do it (the reader's locale is en-GB)."),
      new AIMessage("A long text."),
      new HumanMessage("Sum it up."),
    ]);
  });
});
