import { BaseCallbackHandler } from "@langchain/core/callbacks/base";
import type { Serialized } from "@langchain/core/load/serializable";
import { readFile } from "node:fs/promises";
import { afterEach, describe, expect, it, vi } from "vitest";
import { z } from "zod";
import { startService } from "../support/start-service.ts";

/** A run as a handler was told of it. */
interface Run {
  readonly name: string;
  readonly kind: "chain" | "retriever" | "prompt" | "model";
  readonly parent: string | undefined;
  readonly metadata: Record<string, unknown> | undefined;
  input?: unknown;
  output?: unknown;
  error?: unknown;
}

/** Keeps what a handler such as LangSmith's or Langfuse's is told. */
class Recorder extends BaseCallbackHandler {
  override readonly name = "recorder";
  override readonly awaitHandlers = true;
  readonly runs = new Map<string, Run>();

  private add(id: string, run: Run): void {
    this.runs.set(id, run);
  }

  private find(id: string): Run {
    return this.runs.get(id) ?? expect.fail(`nothing began as ${id}`);
  }

  override handleChainStart(
    chain: Serialized,
    input: unknown,
    id: string,
    // LangChain's own declaration has the run's type here, its callback manager gives the parent.
    parent?: string,
    _tags?: string[],
    metadata?: Record<string, unknown>,
    runType?: string,
    runName = "",
  ): void {
    const kind = runType === "prompt" ? "prompt" : "chain";
    this.add(id, { name: runName || (chain.id.at(-1) ?? ""), kind, parent, metadata, input });
  }

  override handleChainEnd(output: unknown, id: string): void {
    this.find(id).output = output;
  }

  override handleChainError(error: unknown, id: string): void {
    this.find(id).error = error;
  }

  override handleRetrieverStart(
    _retriever: Serialized,
    input: string,
    id: string,
    parent?: string,
    _tags?: string[],
    metadata?: Record<string, unknown>,
    name = "",
  ): void {
    this.add(id, { name, kind: "retriever", parent, metadata, input });
  }

  override handleRetrieverEnd(output: unknown, id: string): void {
    this.find(id).output = output;
  }

  override handleChatModelStart(
    model: Serialized,
    input: unknown,
    id: string,
    parent?: string,
    _extra?: Record<string, unknown>,
    _tags?: string[],
    metadata?: Record<string, unknown>,
    name = "",
  ): void {
    this.add(id, { name: name || (model.id.at(-1) ?? ""), kind: "model", parent, metadata, input });
  }

  override handleLLMEnd(output: unknown, id: string): void {
    this.find(id).output = output;
  }

  /** Names of the runs below one of this name, in the order of their beginning. */
  below(name: string): string[] {
    const [id] = [...this.runs].find(([, run]) => run.name === name) ?? [];
    return [...this.runs.values()]
      .filter(({ parent }) => parent === id)
      .map((run) => (run.kind === "chain" || run.kind === "retriever" ? run.name : run.kind));
  }

  /** The runs as a tree, each with its output in short. */
  print(parent?: string, indent = ""): string {
    const lines = [...this.runs].flatMap(([id, run]) => {
      if (run.parent !== parent) return [];
      const name = `${indent}${run.name}`.padEnd(26);
      const line = `${run.kind.padEnd(10)}${name}${inShort(run)}`.trimEnd();
      return [line, this.print(id, `${indent}  `)].filter((text) => text !== "");
    });
    return lines.join("\n");
  }

  run(name: string): Run {
    return [...this.runs.values()].find((run) => run.name === name) ?? expect.fail(`no ${name}`);
  }
}

const outputs = z.looseObject({
  kind: z.string().optional(),
  status: z.string().optional(),
  tier: z.string().nullish(),
  reasons: z.array(z.string()).optional(),
  answer: z.union([z.string(), z.object({ text: z.string() })]).optional(),
  generations: z.array(z.array(z.object({ text: z.string() }))).optional(),
  messages: z.array(z.unknown()).optional(),
});
const documents = z.array(z.object({ metadata: z.object({ documentId: z.string() }) }));

function inShort({ kind, output }: Run): string {
  if (kind === "retriever") {
    const found = documents.parse(output);
    return found.map(({ metadata }) => metadata.documentId).join(", ");
  }
  const {
    status,
    tier,
    reasons = [],
    answer,
    generations,
    messages,
    ...said
  } = outputs.parse(output);
  if (status !== undefined) return [status, tier, ...reasons].filter((word) => word).join(", ");
  if (answer !== undefined) return typeof answer === "string" ? answer : answer.text;
  const [[made] = []] = generations ?? [];
  return made?.text ?? (messages && `${messages.length} messages`) ?? said.kind ?? "";
}

async function open(environment: Record<string, string> = {}) {
  const recorder = new Recorder();
  const service = await startService(environment, { handlers: [recorder] });
  const ask = (body: object) =>
    fetch(`${service.url}/v1/chat`, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify(body),
    });
  await fetch(`${service.url}/v1/documents/refunds`, {
    method: "PUT",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ title: "Refunds", text: "Refunds are paid within 14 days." }),
  });
  return { recorder, ask };
}

describe("the trace of a question", () => {
  afterEach(() => vi.unstubAllEnvs());

  it("shows question, verdict, passages, prompt and model of a miss as one run", async () => {
    const { recorder, ask } = await open();
    await ask({ message: "When are refunds paid?", conversation_id: "conv_1" });
    expect(recorder.below("answer-question")).toEqual([
      "understand",
      "look-up",
      "search-documents",
      "answer-chain",
    ]);
    expect(recorder.below("answer-chain")).toEqual(["fill-prompt", "prompt", "model"]);
    expect(recorder.below("fill-prompt")).toEqual(["retrieve"]);
    expect(recorder.run("retrieve").output).toEqual(recorder.run("search-documents").output);
    expect(recorder.run("answer-question")).toMatchObject({
      parent: undefined,
      input: { question: "When are refunds paid?" },
      metadata: { conversation_id: "conv_1", tenant: "default" },
      output: { cache: { status: "miss" } },
    });
    expect(recorder.run("understand").output).toMatchObject({ kind: "standalone-question" });
    expect(recorder.run("look-up").output).toMatchObject({ reasons: ["no-stored-answer"] });
    expect(recorder.run("search-documents").output).toMatchObject([
      { pageContent: "Refunds are paid within 14 days.", metadata: { documentId: "refunds" } },
    ]);
    const model = [...recorder.runs.values()].find(({ kind }) => kind === "model");
    expect(model?.metadata).toMatchObject({ cache_status: "miss" });
    expect(JSON.stringify(model?.input)).toContain("Refunds are paid within 14 days.");
  });

  it("shows the answer as the output of the chain", async () => {
    const { recorder, ask } = await open();
    await ask({ message: "When are refunds paid?" });
    expect(recorder.run("answer-chain")).toMatchObject({
      input: { question: "When are refunds paid?", history: [] },
      metadata: { cache_status: "miss", cache_reasons: ["no-stored-answer"] },
      output: { answer: { text: "Refunds are paid within 14 days. [1]", failure: undefined } },
    });
  });

  it("is printed in the documentation as a handler gets it", async () => {
    const { recorder, ask } = await open();
    const printed: string[] = [];
    for (const message of [
      "When are refunds paid?",
      "When are refunds paid?",
      "When will refunds be paid?",
    ]) {
      recorder.runs.clear();
      await ask({ message });
      printed.push(recorder.print());
    }
    expect(await readFile("docs/operations.md", "utf8")).toContain(printed.join("\n\n"));
  });

  it("shows of an exact hit its verdict, and no model", async () => {
    const { recorder, ask } = await open();
    await ask({ message: "When are refunds paid?" });
    recorder.runs.clear();
    await ask({ message: "When are refunds paid?" });
    expect(recorder.below("answer-question")).toEqual(["understand", "look-up"]);
    expect(recorder.run("look-up").output).toMatchObject({ status: "hit", tier: "exact" });
  });

  it("shows the error of a question that failed", async () => {
    const { recorder, ask } = await open();
    const reply = await ask({ message: "When are refunds paid?", cache: { mode: "only" } });
    expect(reply.status).toBe(404);
    expect(String(recorder.run("answer-question").error)).toContain("No stored answer");
  });

  it("changes no answer where the handler fails", async () => {
    const { recorder, ask } = await open();
    recorder.handleChainStart = () => {
      throw new Error("the collector is away");
    };
    expect((await ask({ message: "When are refunds paid?" })).status).toBe(200);
  });

  it("is printed by LangChain where its variable says so", async () => {
    vi.stubEnv("LANGCHAIN_VERBOSE", "true");
    const printed: string[] = [];
    vi.spyOn(console, "log").mockImplementation((line: unknown) => void printed.push(String(line)));
    const service = await startService();
    await fetch(`${service.url}/v1/chat`, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify({ message: "When are refunds paid?" }),
    });
    await expect.poll(() => printed.join("\n")).toContain("answer-question");
    vi.restoreAllMocks();
  });
});
