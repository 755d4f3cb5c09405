import type { AIMessageChunk } from "@langchain/core/messages";

/**
 * Why the answer ended; only `stop` answers are stored. `tool_calls`: the model asks the client to call tools.
 * `stopped`: by the user. `unknown`: the provider's stream ended without a reason.
 */
export type FinishReason =
  | "stop"
  | "length"
  | "content_filter"
  | "tool_calls"
  | "stopped"
  | "unknown";

/** Why a model's output ended; `failed`: the server aborted. */
export type ModelEnd = Exclude<FinishReason, "stopped"> | "failed";

/**
 * Words that servers use in finish reasons, by meaning. The first meaning that matches a word of the reason
 * applies: `max_tokens` is a limit, `end_turn` an end, `error_limit` a failure.
 */
const MEANINGS: readonly (readonly [ModelEnd, string])[] = [
  [
    "failed",
    "error errored fail failed failure abort aborted cancel cancelled canceled timeout network insufficient " +
      "overloaded overload unavailable interrupted disconnect disconnected exception malformed",
  ],
  [
    "content_filter",
    "filter filtered filters safety refusal refused blocked blocklist prohibited toxic recitation sensitive guardrail " +
      "moderation spii policy violation",
  ],
  ["length", "length max maximum limit limited truncated context window budget"],
  ["tool_calls", "tool tools function"],
  ["unknown", "pause not never un non unspecified"],
  [
    "stop",
    "stop stopped stopping eos eot eom end ended endoftext complete completed completion finish finished done normal success",
  ],
];
const MEANING_OF = new Map(
  MEANINGS.flatMap(([meaning, words]) => words.split(" ").map((word) => [word, meaning] as const)),
);

/** Meaning of a server's finish reason; `unknown` if no word is known. */
export function readEnd(reason: string): ModelEnd {
  const words = reason
    .replace(/^(?:finish|stop|end|done)_?reasons?_?/i, "")
    .replace(/(?<=[a-z])(?=[A-Z])/g, "_")
    .toLowerCase()
    .split(/[^a-z]+/);
  const meanings = words.flatMap((word) => MEANING_OF.get(word) ?? []);
  return MEANINGS.find(([meaning]) => meanings.includes(meaning))?.[0] ?? "unknown";
}

/** Fields in which providers send the reason. */
const FIELDS = ["finish_reason", "stop_reason", "finishReason", "stopReason", "done_reason"];

/** The finish reason of this chunk, if it has one. */
export function readFinishWord(chunk: AIMessageChunk): string | undefined {
  const metadata: Record<string, unknown> = {
    ...chunk.additional_kwargs,
    ...chunk.response_metadata,
  };
  for (const field of FIELDS) {
    const word = metadata[field];
    if (typeof word === "string" && word.trim() !== "") return word;
  }
  return undefined;
}
