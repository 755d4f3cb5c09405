import type { BaseMessage, BaseMessageChunk } from "@langchain/core/messages";
import { ChatOpenAICompletions, type BaseChatOpenAIFields } from "@langchain/openai";
import type OpenAI from "openai";
import { callServer } from "./call-server.ts";
import { asStream, tidyChunks } from "./openai-chunks.ts";
import { readSaid } from "./openai-said.ts";
import { without, wishesOf, withNullContents } from "./openai-request.ts";
import { isNeutral } from "./model-fields.ts";
import { brokenOff } from "./provider-errors.ts";
import type { ModelFields } from "./types.ts";
import type { ServerTraits } from "./server-traits.ts";

type Chunk = OpenAI.Chat.Completions.ChatCompletionChunk;
type Completion = OpenAI.Chat.Completions.ChatCompletion;
type Streaming = OpenAI.Chat.ChatCompletionCreateParamsStreaming;
type Whole = OpenAI.Chat.ChatCompletionCreateParamsNonStreaming;
type Options = OpenAI.RequestOptions & { maxRetries?: number };

/** After all answers have ended, maximum wait for the usage or the end of the stream, in milliseconds. */
const USAGE_WAIT_MS = 5_000;

/**
 * LangChain's chat model for OpenAI's protocol, tolerant of partly compatible servers: it omits what a server
 * refuses, and normalises the replies.
 */
export class OpenAiChat extends ChatOpenAICompletions {
  private readonly traits: ServerTraits;
  private readonly tries: number;
  /** Fields of the client: sent unchanged, and omitted only if they do not affect the answer. */
  private readonly given: ModelFields;

  /**
   * @param maxRetries retries after a server failure
   * @param given fields of the client, by OpenAI's names
   */
  constructor(
    fields: BaseChatOpenAIFields,
    traits: ServerTraits,
    maxRetries: number,
    given: ModelFields = {},
  ) {
    super({ ...fields, maxRetries: 0 });
    this.traits = traits;
    this.tries = maxRetries;
    this.given = given;
  }

  override completionWithRetry(
    request: Streaming,
    options?: Options,
  ): Promise<AsyncIterable<Chunk>>;
  override completionWithRetry(request: Whole, options?: Options): Promise<Completion>;
  override async completionWithRetry(
    request: Streaming | Whole,
    options?: Options,
  ): Promise<AsyncIterable<Chunk> | Completion> {
    const once = { ...options, maxRetries: 0 };
    if (request.stream === true) {
      const chunks = await this.ask(request, options, (fitted) =>
        // A server that refuses streams gets a request for one JSON response.
        Reflect.has(fitted, "stream")
          ? super.completionWithRetry(fitted, once)
          : this.askWhole({ ...fitted, stream: false }, once),
      );
      const { n } = this.given;
      const answers = typeof n === "number" ? n : 1;
      const signal = options?.signal ?? undefined;
      return tidyChunks(chunks, { signal, answers, usageWaitMs: USAGE_WAIT_MS });
    }
    const whole = await this.ask(request, options, (fitted) =>
      super.completionWithRetry(fitted, once),
    );
    return tidyCompletion(whole);
  }

  private async askWhole(request: Whole, once: Options): Promise<AsyncIterable<Chunk>> {
    return asStream(await super.completionWithRetry(request, once));
  }

  private ask<Request extends Streaming | Whole, Reply>(
    request: Request,
    options: Options | undefined,
    send: (request: Request) => Promise<Reply>,
  ): Promise<Reply> {
    const { traits, tries: maxRetries, given } = this;
    const mayLeaveOut = (wish: string) => !Object.hasOwn(given, wish) || isNeutral(wish);
    return callServer({
      request: withNullContents({ ...request, ...given }),
      traits,
      wishesOf: (asked) => wishesOf(asked).filter(mayLeaveOut),
      without: (asked, refused) => without(asked, new Set([...refused].filter(mayLeaveOut))),
      send,
      maxRetries,
      signal: options?.signal ?? undefined,
    });
  }

  protected override _convertCompletionsDeltaToBaseMessageChunk(
    ...given: Parameters<ChatOpenAICompletions["_convertCompletionsDeltaToBaseMessageChunk"]>
  ): BaseMessageChunk {
    return withRefusal(super._convertCompletionsDeltaToBaseMessageChunk(...given), given[0]);
  }

  protected override _convertCompletionsMessageToBaseMessage(
    ...given: Parameters<ChatOpenAICompletions["_convertCompletionsMessageToBaseMessage"]>
  ): BaseMessage {
    return withRefusal(super._convertCompletionsMessageToBaseMessage(...given), given[0]);
  }
}

/** LangChain drops refusals. */
function withRefusal<Message extends BaseMessage>(message: Message, said: unknown): Message {
  const { refusal } = readSaid(said);
  if (refusal !== "") message.additional_kwargs["refusal"] = refusal;
  return message;
}

function tidyCompletion(completion: Completion): Completion {
  const choices = completion.choices ?? [];
  if (choices.length === 0) throw brokenOff(new Error("the completion has no choices"));
  return {
    ...completion,
    choices: choices.map((choice) => {
      const { content, reasoning, refusal } = readSaid(choice.message);
      const message = {
        ...choice.message,
        role: "assistant" as const,
        content,
        refusal: refusal === "" ? null : refusal,
        ...(reasoning !== "" && { reasoning_content: reasoning }),
      };
      return { ...choice, message };
    }),
  };
}
