import { execFile } from "node:child_process";
import { join } from "node:path";
import { promisify } from "node:util";
import { createOpenAICompatible } from "@ai-sdk/openai-compatible";
import { HumanMessage, ToolMessage } from "@langchain/core/messages";
import { ChatOpenAI } from "@langchain/openai";
import { generateText, stepCountIs, streamText, tool } from "ai";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { z } from "zod";
import { CLIENTS_PYTHON, hasPythonClients } from "../../scripts/clients/install-python-clients.ts";
import { sayAsAsked, WEATHER } from "../support/asked-model.ts";
import { startBehindModelServer } from "../support/behind-model-server.ts";
import { ClientMatrix } from "../support/client-matrix.ts";
import { matrixClients, WAYS } from "../support/matrix-clients.ts";
import { hasPart } from "../support/optional-part.ts";

let behind: Awaited<ReturnType<typeof startBehindModelServer>>;
let server: (typeof behind)["server"];
const matrix = new ClientMatrix();
beforeAll(async () => {
  behind = await startBehindModelServer();
  ({ server } = behind);
  behind.model.behave({ say: sayAsAsked });
});
afterAll(async () => {
  await behind.close();
  matrix.print();
});

const NAMES = Object.keys(matrixClients("http://127.0.0.1"));
const CELLS = NAMES.flatMap((name) => {
  const client = matrixClients("http://127.0.0.1")[name] ?? {};
  return WAYS.filter((way) => client[way] !== undefined).map((way) => ({ name, way }));
});

describe("what is asked twice by a client", () => {
  it.each(CELLS)("$name, $way", async ({ name, way }) => {
    const ask = matrixClients(server.url)[name]?.[way];
    const question = matrix.questionOf(name, way);
    const results = [await ask?.(question), await ask?.(question)];
    matrix.check({ name, way, results, seen: behind.model.seen });
  });
});

const run = promisify(execFile);
const hasPython = hasPart(
  hasPythonClients(),
  "LangChain and LiteLLM for Python",
  "npm run clients brings them",
);
const IN_PYTHON = ["LangChain, Python", "LiteLLM, Python"];

describe.skipIf(!hasPython)("what is asked twice by a client in Python", () => {
  let told: any;
  beforeAll(async () => {
    const asked = IN_PYTHON.map((name) => [
      name,
      Object.fromEntries(WAYS.map((way) => [way, matrix.questionOf(name, way)])),
    ]);
    const questions = Object.fromEntries(asked);
    questions["LangChain, Python"]["after a tool"] = QUESTION_OF_TOOL;
    questions["LangChain, Python"]["object by a call"] = "When are refunds paid?";
    const script = join(import.meta.dirname, "python_clients.py");
    const { stdout } = await run(CLIENTS_PYTHON, [script, server.url, JSON.stringify(questions)]);
    told = JSON.parse(stdout.trim().split("\n").at(-1) ?? "");
  }, 180_000);

  it.each(IN_PYTHON.flatMap((name) => WAYS.map((way) => ({ name, way }))))(
    "$name, $way",
    ({ name, way }) => {
      matrix.check({ name, way, results: told[name][way], seen: behind.model.seen });
    },
  );

  it("LangChain goes on after a tool's result, and makes objects by a call", () => {
    const { "after a tool": after, "object by a call": objects } = told["LangChain, Python"];
    expect(after).toEqual(["The tool says: It rains.", "The tool says: It rains."]);
    expect(objects).toEqual([{ days: 30 }, { days: 30 }]);
  });
});

const QUESTION_OF_TOOL = "What is the weather in Paris?";
const FUNCTION = {
  type: "function" as const,
  function: {
    name: WEATHER.name,
    parameters: { type: "object", properties: { city: { type: "string" } } },
  },
};
const tools = {
  get_weather: tool({
    inputSchema: z.object({ city: z.string() }),
    execute: async (input) => `It rains in ${input.city}.`,
  }),
};

describe("a client that calls the tool and goes on", () => {
  const SAID = "The tool says: It rains in Paris.";

  it("is answered: LangChain JS", async () => {
    const langchain = new ChatOpenAI({
      model: "default",
      apiKey: "k",
      maxRetries: 0,
      configuration: { baseURL: `${server.url}/v1` },
    });
    const bound = langchain.bindTools([FUNCTION]);
    const question = new HumanMessage(QUESTION_OF_TOOL);
    const call = await bound.invoke([question]);
    const content = "It rains in Paris.";
    const result = new ToolMessage({ content, tool_call_id: call.tool_calls?.[0]?.id ?? "" });
    expect((await bound.invoke([question, call, result])).text).toBe(SAID);
  });

  it.each(["whole", "streamed"])("is answered: AI SDK, %s", async (way) => {
    const options = {
      model: createOpenAICompatible({ name: "reprise", baseURL: `${server.url}/v1` })("default"),
      prompt: QUESTION_OF_TOOL,
      tools,
      stopWhen: stepCountIs(3),
    };
    const text = way === "whole" ? (await generateText(options)).text : streamText(options).text;
    expect(await text).toBe(SAID);
  });
});
