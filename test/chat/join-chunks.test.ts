import { AIMessageChunk } from "@langchain/core/messages";
import { describe, expect, it } from "vitest";
import { joinChunks } from "../../src/chat/join-chunks.ts";

const usage = (input_tokens: number, output_tokens: number) => ({
  input_tokens,
  output_tokens,
  total_tokens: input_tokens + output_tokens,
});

function join(provider: string, ...chunks: { content?: string; usage?: [number, number] }[]) {
  const made = chunks.map(({ content = "", usage: tokens }, index) => {
    const fields: object = {
      ...(tokens !== undefined && { usage_metadata: usage(...tokens) }),
      ...(index === 0 && { response_metadata: { model_provider: provider } }),
    };
    return new AIMessageChunk({ content, ...fields });
  });
  return made.reduce<AIMessageChunk | undefined>(joinChunks, undefined);
}

describe("the chunks of a stream", () => {
  it("of Anthropic report the answer's tokens at the beginning and, with them, at the end", () => {
    const start = { usage: [1000, 3] as [number, number] };
    const whole = join("anthropic", start, { content: "a" }, { content: "b" }, { usage: [0, 50] });
    expect(whole?.text).toBe("ab");
    expect(whole?.usage_metadata).toMatchObject(usage(1000, 50));
    expect(join("anthropic", start, { content: "a" })?.usage_metadata).toMatchObject(
      usage(1000, 3),
    );
  });

  it("of others report each token once", () => {
    expect(join("openai", { content: "a" }, { usage: [7, 5] })?.usage_metadata).toMatchObject(
      usage(7, 5),
    );
    const parts = join("ollama", { usage: [7, 5] }, { usage: [0, 2] });
    expect(parts?.usage_metadata).toMatchObject(usage(7, 7));
  });
});
