import { describe, expect, it } from "vitest";
import { readEnd } from "../../src/chat/finish-reason.ts";

describe("a server's word for the end of a text", () => {
  it.each([
    ["stop", "stop eos eos_token end end_turn STOP COMPLETE Completed <|eot_id|> done stop_str"],
    ["stop", "finished FINISH_REASON_STOP stopSequence end_of_text normal"],
    [
      "length",
      "length max_tokens MAX_TOKENS max_length model_length maxTokens token_limit truncated",
    ],
    ["length", "model_context_window_exceeded max_output_tokens"],
    [
      "content_filter",
      "content_filter SAFETY refusal RECITATION blocked PROHIBITED_CONTENT guardrail_intervened",
    ],
    [
      "failed",
      "network_error error ERROR abort insufficient_system_resource timeout cancelled engine_overloaded",
    ],
    ["tool_calls", "tool_calls function_call tool_use TOOL_CALL"],
    [
      "unknown",
      "pause_turn wibble OTHER 42 null FINISH_REASON_UNSPECIFIED not_finished FINISH_REASON_OTHER",
    ],
  ])("means %s: %s", (meaning, words) => {
    for (const word of words.split(" ")) {
      expect([word, readEnd(word)]).toEqual([word, meaning]);
    }
  });

  it("is read in other scripts' marks too", () => {
    expect(readEnd("<｜end▁of▁sentence｜>")).toBe("stop");
  });
});
