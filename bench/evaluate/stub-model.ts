import { BaseChatModel } from "@langchain/core/language_models/chat_models";
import { AIMessage, AIMessageChunk } from "@langchain/core/messages";
import { ChatGenerationChunk, type ChatResult } from "@langchain/core/outputs";
import type { ChatModel } from "../../src/models/types.ts";

const FIELDS: object = {
  response_metadata: { finish_reason: "stop" },
  usage_metadata: { input_tokens: 1, output_tokens: 1, total_tokens: 2 },
};

/** A model with a fixed answer to any question. */
export interface StubModel extends ChatModel {
  say(text: string): void;
}

class StubChatModel extends BaseChatModel {
  text = "";

  constructor() {
    super({ maxRetries: 0 });
  }

  override _llmType(): string {
    return "stub";
  }

  override async _generate(): Promise<ChatResult> {
    const message = new AIMessage({ content: this.text, ...FIELDS });
    return { generations: [{ text: this.text, message }] };
  }

  override async *_streamResponseChunks(): AsyncGenerator<ChatGenerationChunk> {
    const message = new AIMessageChunk({ content: this.text, ...FIELDS });
    yield new ChatGenerationChunk({ text: this.text, message });
  }
}

/** @param canRewrite true: it may be asked to rewrite follow-ups */
export function createStubModel({ canRewrite }: { canRewrite: boolean }): StubModel {
  const langchain = new StubChatModel();
  return {
    id: "stub",
    fingerprint: "stub",
    canRewrite,
    timeoutMs: 60_000,
    withSampling: () => langchain,
    say(text) {
      langchain.text = text;
    },
  };
}
