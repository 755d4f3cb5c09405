import { BaseChatModel } from "@langchain/core/language_models/chat_models";
import { AIMessage, AIMessageChunk, type BaseMessage } from "@langchain/core/messages";
import { ChatGenerationChunk, type ChatResult } from "@langchain/core/outputs";
import type { ChatModel } from "../../src/models/types.ts";

/** Behaviour of the model in a call. */
export interface Script {
  /** Streamed word by word. */
  text: string;
  finishReason?: string;
  usage?: { input_tokens: number; output_tokens: number; total_tokens: number };
  /** Thrown after `failAfterWords` words. Default: before the first. */
  error?: Error;
  failAfterWords?: number;
  /** Called with the call's signal. */
  onSignal?: (signal: AbortSignal | undefined) => void;
  /** Awaited before each word. */
  beforeWord?: (index: number) => Promise<void>;
}

class ScriptedChatModel extends BaseChatModel {
  readonly calls: BaseMessage[][] = [];
  private readonly script: (messages: BaseMessage[]) => Script;

  constructor(script: (messages: BaseMessage[]) => Script) {
    super({ maxRetries: 0 });
    this.script = script;
  }

  override _llmType(): string {
    return "scripted";
  }

  override async _generate(messages: BaseMessage[]): Promise<ChatResult> {
    this.calls.push(messages);
    const { text, error, usage, finishReason = "stop", beforeWord } = this.script(messages);
    await beforeWord?.(0);
    if (error !== undefined) throw error;
    const fields: object = {
      response_metadata: { finish_reason: finishReason },
      ...(usage !== undefined && { usage_metadata: usage }),
    };
    const message = new AIMessage({ content: text, ...fields });
    return { generations: [{ text, message }] };
  }

  override async *_streamResponseChunks(
    messages: BaseMessage[],
    options: this["ParsedCallOptions"],
  ): AsyncGenerator<ChatGenerationChunk> {
    this.calls.push(messages);
    const script = this.script(messages);
    script.onSignal?.(options.signal);
    const words = script.text.split(/(?<= )/);
    for (const [index, word] of words.entries()) {
      if (script.error !== undefined && index >= (script.failAfterWords ?? 0)) throw script.error;
      await script.beforeWord?.(index);
      options.signal?.throwIfAborted();
      yield chunk(word, {});
    }
    yield chunk("", {
      response_metadata: { finish_reason: script.finishReason ?? "stop" },
      ...(script.usage !== undefined && { usage_metadata: script.usage }),
    });
  }
}

function chunk(text: string, fields: object): ChatGenerationChunk {
  return new ChatGenerationChunk({
    text,
    message: new AIMessageChunk({ content: text, ...fields }),
  });
}

/** A LangChain chat model that follows the script and records the messages of every call. */
export function scriptedModel(
  script: (messages: BaseMessage[]) => Script,
  options: Partial<Omit<ChatModel, "withSampling">> = {},
): ChatModel & { readonly calls: BaseMessage[][] } {
  const langchain = new ScriptedChatModel(script);
  return {
    id: "scripted",
    fingerprint: "scripted",
    canRewrite: true,
    timeoutMs: 5_000,
    ...options,
    withSampling: () => langchain,
    calls: langchain.calls,
  };
}
