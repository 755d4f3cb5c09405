import type { AIMessageChunk } from "@langchain/core/messages";
import { z } from "zod";
import { createEndMarkFilter } from "../models/end-marks.ts";
import { createSoundText, soundText, soundValue } from "../models/sound-text.ts";
import { createThinkingSplitter, type ThinkingSplitter } from "../models/split-thinking.ts";
import type { SaidText } from "../models/openai-said.ts";
import type { ThinkingHabit, ThoughtPart } from "../models/thinking-state.ts";
import type { ToolCall } from "../models/types.ts";
import type { ModelEnd } from "./finish-reason.ts";
import type { FinishReason } from "./finish-reason.ts";
import { ToolCalls, type ToolCallDelta } from "./tool-calls.ts";

/** A piece of the model's output. */
interface SpokenPart {
  readonly kind: "text" | "thinking" | "refusal";
  readonly text: string;
}

/** A streamed part of an answer. `reset`: the text so far was thinking; discard it. */
export type AnswerPart = {
  /** Index among several requested choices. Default: the first. */
  readonly choice?: number | undefined;
} & (
  | SpokenPart
  | ({ readonly kind: "call" } & ToolCallDelta)
  | { readonly kind: "logprobs"; readonly logprobs: TokenLogprobs }
  | { readonly kind: "reset" }
);

/** Log probabilities in OpenAI's format. */
export interface TokenLogprobs {
  readonly content: readonly unknown[] | null;
  readonly refusal: readonly unknown[] | null;
}

/** One of the requested choices. */
export interface AnswerText {
  /** Without the thinking. */
  readonly text: string;
  readonly thinking: string;
  /** Text of the refusal; undefined if the model did not refuse. */
  readonly refusal: string | undefined;
  readonly toolCalls: readonly ToolCall[];
  readonly logprobs: TokenLogprobs | undefined;
  readonly finishReason: FinishReason;
}

/** A choice that is being streamed. */
export class AnswerChoice {
  end: ModelEnd = "unknown";
  readonly splitter: ThinkingSplitter;
  private readonly written = { text: "", thinking: "", refusal: "" };
  private readonly calls: ToolCalls;
  private readonly endMarks = createEndMarkFilter();
  private readonly sound = {
    content: createSoundText(),
    reasoning: createSoundText(),
    refusal: createSoundText(),
  };
  /** Keyed by the provider's tool call index. */
  private readonly soundArguments = new Map<number | string, (piece: string) => string>();
  private logprobs: TokenLogprobs | undefined;
  private readonly place: { readonly choice?: number };

  /**
   * @param index position among the choices of the call
   * @param offered names of the offered tools
   */
  constructor(index: number, habit: ThinkingHabit, offered?: ReadonlySet<string>) {
    this.calls = new ToolCalls(offered);
    this.splitter = createThinkingSplitter(habit);
    this.place = index === 0 ? {} : { choice: index };
  }

  /** What the model wrote, for counting its tokens. Servers may count the thinking apart. */
  get said(): { readonly answer: string; readonly thinking: string } {
    const { text, thinking, refusal } = this.written;
    const calls = this.calls.all.map((call) => call.name + call.arguments).join("");
    return { answer: text + refusal + calls, thinking };
  }

  /** Name of a called tool that was not offered. */
  get notOffered(): string | undefined {
    return this.calls.notOffered;
  }

  get isSilent(): boolean {
    const { text, refusal } = this.written;
    return text.trim() === "" && refusal === "" && this.calls.all.length === 0;
  }

  /** Adds a piece of output. Returns the parts to show. */
  takeSaid(said: SaidText): AnswerPart[] {
    if (said.reasoning !== "") this.splitter.sawThinkingField();
    return this.takeIn([
      { kind: "thinking", text: this.sound.reasoning(said.reasoning) },
      { kind: "refusal", text: this.sound.refusal(said.refusal) },
      ...this.splitter.push(this.sound.content(said.content)),
    ]);
  }

  private takeIn(parts: readonly (ThoughtPart | SpokenPart)[]): AnswerPart[] {
    return parts.flatMap((part) => {
      switch (part.kind) {
        case "reset":
          return this.retract();
        case "restore":
          this.written.thinking = "";
          return this.write("text", this.endMarks.push(part.text));
        case "text":
          return this.write("text", this.endMarks.push(part.text));
        case "thinking":
        case "refusal":
          return this.write(part.kind, part.text);
      }
    });
  }

  private write(kind: SpokenPart["kind"], text: string): AnswerPart[] {
    if (text === "") return [];
    this.written[kind] += text;
    return [{ ...this.place, kind, text }];
  }

  /** Moves the text so far to the thinking. */
  private retract(): AnswerPart[] {
    const held = this.write("text", this.endMarks.release());
    this.written.thinking += this.written.text;
    this.written.text = "";
    return [...held, { ...this.place, kind: "reset" }];
  }

  /** Adds the tool call deltas of a chunk. */
  takeCalls(chunk: AIMessageChunk): AnswerPart[] {
    const deltas = (chunk.tool_call_chunks ?? []).flatMap(({ index, id, name, args }) =>
      this.calls.take({
        index,
        id: soundText(id ?? ""),
        name: soundText(name ?? ""),
        args: this.soundOf(index ?? id ?? "")(args ?? ""),
      }),
    );
    return this.toParts(deltas);
  }

  private soundOf(key: number | string): (piece: string) => string {
    const sound = this.soundArguments.get(key) ?? createSoundText();
    this.soundArguments.set(key, sound);
    return sound;
  }

  /**
   * Returns the text that was held back until the end.
   *
   * @param hasEnded whether the answer was complete
   */
  finish(hasEnded: boolean): AnswerPart[] {
    const isWhole = hasEnded && this.end !== "length";
    const isComplete = isWhole && this.end !== "content_filter" && this.end !== "failed";
    const text = this.takeIn(this.splitter.end(isComplete));
    const last = this.write("text", this.endMarks.end(this.written.text));
    return [...text, ...last, ...(isWhole ? this.toParts(this.calls.end()) : [])];
  }

  private toParts(deltas: readonly ToolCallDelta[]): AnswerPart[] {
    return deltas.map((delta) => ({ ...this.place, kind: "call", ...delta }));
  }

  takeLogprobs(chunk: AIMessageChunk): AnswerPart[] {
    const logprobs = readLogprobs(chunk);
    if (logprobs === undefined) return [];
    this.logprobs = joinLogprobs(this.logprobs, logprobs);
    return [{ ...this.place, kind: "logprobs", logprobs }];
  }

  /** @param isCut whether the answer is partial */
  result(isCut: boolean): AnswerText {
    const { text, thinking, refusal } = this.written;
    const toolCalls = this.calls.all;
    return {
      text,
      thinking,
      refusal: refusal === "" ? undefined : refusal,
      toolCalls,
      logprobs: this.logprobs,
      finishReason: isCut ? "stopped" : reasonOf(this.end, refusal, toolCalls.length),
    };
  }
}

/** Servers use many finish reasons for an answer with tool calls. */
function reasonOf(end: ModelEnd, refusal: string, calls: number): FinishReason {
  if (end === "failed") return "stopped";
  if (refusal !== "") return "content_filter";
  if (calls > 0) return end === "length" || end === "content_filter" ? end : "tool_calls";
  return end === "tool_calls" ? "unknown" : end;
}

const tokens = z.array(z.unknown()).nullish();
const logprobsSchema = z.object({ content: tokens, refusal: tokens });

function readLogprobs(chunk: AIMessageChunk): TokenLogprobs | undefined {
  const parsed = logprobsSchema.safeParse(chunk.response_metadata["logprobs"]);
  if (!parsed.success) return undefined;
  const { content, refusal } = parsed.data;
  return { content: soundTokens(content), refusal: soundTokens(refusal) };
}

function soundTokens(tokens: readonly unknown[] | null | undefined): readonly unknown[] | null {
  return tokens?.map(soundValue) ?? null;
}

function joinLogprobs(one: TokenLogprobs | undefined, other: TokenLogprobs): TokenLogprobs {
  if (one === undefined) return other;
  const join = (name: "content" | "refusal") =>
    one[name] === null && other[name] === null
      ? null
      : [...(one[name] ?? []), ...(other[name] ?? [])];
  return { content: join("content"), refusal: join("refusal") };
}
