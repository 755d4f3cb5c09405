import { expect } from "vitest";
import { answers, breaks, breaksOff, refuses, type Kind } from "./model-server-kind.ts";
import { REFUSALS } from "./model-server-refusals.ts";
import { ANSWER, USAGE, delta, finish, say, usage, whole } from "./model-server.ts";

const ROLE = delta({ role: "assistant", content: "" });
const THOUGHT = "Passage [2]?";
/** Expected result of an answer with separate thinking. */
const thoughtful = { answer: ANSWER, thinking: THOUGHT, finish: "stop", citations: 1 };
const counted = (text: string) => ({
  answer: text,
  usage: expect.objectContaining({ prompt_tokens: expect.any(Number) }),
});

const text = (written: string) => [ROLE, say(written), finish("stop"), USAGE];
/** The start of an answer. */
export const part = [ROLE, say("Refunds are paid "), say("within ")];

/** Behaviours of real model servers, as users have reported them. */
export const KINDS: readonly Kind[] = [
  answers("as the protocol has it", whole()),
  // Thinking.
  answers("thinking in a block", text(`<think>${THOUGHT}</think>\n\n${ANSWER}`), thoughtful),
  answers(
    "thinking in raw channels",
    text(
      `<|channel|>analysis<|message|>${THOUGHT}<|end|><|start|>assistant<|channel|>final<|message|>${ANSWER}`,
    ),
    thoughtful,
  ),
  answers(
    "thinking in a field",
    [ROLE, delta({ reasoning_content: THOUGHT }), say(ANSWER), finish("stop"), USAGE],
    thoughtful,
  ),
  answers(
    "thinking in a field by another name, and twice",
    [
      ROLE,
      delta({ reasoning: THOUGHT, reasoning_content: THOUGHT, content: null }),
      say(ANSWER),
      finish("stop"),
      USAGE,
    ],
    thoughtful,
  ),
  answers(
    "thinking as a part of the content",
    [
      ROLE,
      delta({ content: [{ type: "thinking", thinking: [{ type: "text", text: THOUGHT }] }] }),
      delta({ content: [{ type: "text", text: ANSWER }] }),
      finish("stop"),
      USAGE,
    ],
    thoughtful,
  ),
  answers(
    "thinking cut within its marks",
    [ROLE, ..."<thinking>Hm.</thinking>".split("").map(say), say(ANSWER), finish("stop"), USAGE],
    { thinking: "Hm.", citations: 1 },
  ),
  answers(
    "a doubt in the thinking",
    text(`<think>I could not find that in the documents? It is in [1].</think>${ANSWER}`),
  ),
  ...[
    'The tag is "</think>": {"end": "</think>"}, says page [1].',
    "A plan ends with `</think>` or with </think> in a line [1].",
    `Write it so:\n\n\`\`\`xml\n<think>\nWhy?\n</think>\n\`\`\`\n\n${ANSWER}`,
  ].map((answer) => answers("an answer about thinking tags", text(answer), { answer })),
  // Finish reasons.
  ...[
    "eos_token",
    "eos",
    "end",
    "COMPLETE",
    "end_turn",
    "STOP",
    "<|eot_id|>",
    "finished",
    "stop_sequence",
  ].map((word) => answers(`the end is called ${word}`, [ROLE, say(ANSWER), finish(word), USAGE])),
  ...["max_tokens", "MAX_TOKENS", "model_length", "length"].map((word): Kind => ({
    ...answers(`the limit is called ${word}`, [ROLE, say(ANSWER), finish(word), USAGE], {
      finish: "length",
    }),
    isStored: false,
  })),
  ...["network_error", "insufficient_system_resource", "error", "abort", "engine_overloaded"].map(
    (word) => breaksOff(`the failure is called ${word}`, { chunks: [...part, finish(word)] }),
  ),
  // Chunk formats.
  answers("no chunk names a role", [say(ANSWER), finish("stop"), USAGE]),
  answers("empty words for the end before it", [
    delta({ role: "assistant", content: "" }, ""),
    ...whole(),
  ]),
  answers("messages in the place of deltas", [
    {
      choices: [{ index: 0, message: { role: "assistant", content: ANSWER }, finish_reason: null }],
    },
    finish("stop"),
    USAGE,
  ]),
  answers("one JSON text in the place of a stream", undefined, {}),
  answers("comments, other line ends and chunks without choices", [
    ": PROCESSING\r\n\r\n",
    { choices: [], prompt_filter_results: [] },
    `data:${JSON.stringify(say(ANSWER))}\r\n\r\n`,
    finish("stop"),
    USAGE,
  ]),
  answers("words after the word for the end", [ROLE, finish("stop"), say(ANSWER), USAGE]),
  answers("one answer with a number of its own", [
    { choices: [{ index: 3, delta: { content: ANSWER }, finish_reason: null }] },
    { choices: [{ index: 3, delta: {}, finish_reason: "stop" }] },
    USAGE,
  ]),
  answers("several answers where one was asked for", [
    ...ANSWER.split(/(?<= )/).flatMap((word) => [
      say(word),
      { choices: [{ index: 1, delta: { content: "Other. " }, finish_reason: null }] },
    ]),
    { choices: [{ index: 1, delta: {}, finish_reason: "length" }] },
    finish("stop"),
    USAGE,
  ]),
  answers("events without a chunk", [
    "event: ping\n\n",
    "data:\n\ndata: ping\n\n",
    'data: {"choices":null}\n\n',
    ...whole(),
    "data: {}\n\n",
  ]),
  answers("the mark that ends a turn, as text", [
    ROLE,
    say(ANSWER),
    say("<|im_"),
    say("end|>\n"),
    finish("stop"),
    USAGE,
  ]),
  answers("NUL and halves of characters", [
    ROLE,
    say("\0\uD83D"),
    say(ANSWER),
    say("\uDE00"),
    say("\uD83D"),
    finish("stop"),
    USAGE,
  ]),
  // Usage.
  ...Object.entries({
    "no usage": undefined,
    "an empty usage": {},
    zeros: { prompt_tokens: 0, completion_tokens: 0, total_tokens: 0 },
    "half a usage": { completion_tokens: 4 },
    "usage by other names": { input_tokens: 1_000, output_tokens: 4, total_tokens: 1_004 },
    "more cached than the prompt has": {
      prompt_tokens: 100,
      completion_tokens: 4,
      total_tokens: 104,
      prompt_tokens_details: { cached_tokens: 900 },
    },
    "one token for all": { prompt_tokens: 1, completion_tokens: 1, total_tokens: 2 },
    "a million tokens": {
      prompt_tokens: 1_000_000,
      completion_tokens: 12,
      total_tokens: 1_000_012,
    },
    "usage that is no number": { prompt_tokens: "100", completion_tokens: -3, total_tokens: 1.5 },
  }).map(([name, fields]) =>
    answers(
      name,
      [ROLE, say(ANSWER), finish("stop"), ...(fields === undefined ? [] : [usage(fields)])],
      counted(ANSWER),
    ),
  ),
  answers(
    "usage in each chunk",
    [
      { ...say(ANSWER), usage: { prompt_tokens: 900, completion_tokens: 5, total_tokens: 905 } },
      {
        ...finish("stop"),
        usage: { prompt_tokens: 900, completion_tokens: 12, total_tokens: 912 },
      },
    ],
    { usage: expect.objectContaining({ prompt_tokens: 900, completion_tokens: 12 }) },
  ),
  answers(
    "usage in the last choice",
    [
      ROLE,
      say(ANSWER),
      { choices: [{ ...finish("stop").choices[0], ...USAGE, choices: undefined }] },
    ],
    { usage: expect.objectContaining({ prompt_tokens: 900, completion_tokens: 12 }) },
  ),
  // Refusals.
  {
    name: "a refusal",
    plan: {
      chunks: [
        delta({ role: "assistant", refusal: "I cannot " }),
        delta({ refusal: "help." }),
        finish("stop"),
        USAGE,
      ],
    },
    told: { refusal: "I cannot help.", finish: "content_filter" },
    isStored: false,
  },
  {
    name: "a filter that leaves nothing",
    plan: { chunks: [ROLE, finish("content_filter")] },
    told: { answer: "", finish: "content_filter" },
    isStored: false,
  },
  // Forms of contents.
  ...[
    [{ type: "text", text: ANSWER }],
    [
      { type: "text", text: { value: ANSWER } },
      { type: "image", text: null },
    ],
    { type: "text", text: ANSWER },
  ].map((content) =>
    answers(`contents as ${JSON.stringify(content).slice(0, 25)}`, [
      delta({ content }),
      finish("stop"),
      USAGE,
    ]),
  ),
  answers("a delta that is null", [
    delta({ role: "assistant" }),
    say(ANSWER),
    { choices: [{ index: 0, delta: null, finish_reason: "stop" }] },
    USAGE,
  ]),
  ...["reasoning_text", "thinking_blocks", "reasoning_details"].map((field) =>
    answers(
      `thinking in ${field}`,
      [
        delta({ [field]: [{ type: "thinking", thinking: THOUGHT }] }),
        say(ANSWER),
        finish("stop"),
        USAGE,
      ],
      thoughtful,
    ),
  ),
  {
    name: "an end that nobody knows",
    plan: { chunks: [ROLE, say(ANSWER), finish("wibble"), USAGE] },
    told: { answer: ANSWER },
    isStored: false,
  },
  // Incomplete ends.
  breaksOff("a stream that is cut", { chunks: part, end: "cut" }),
  breaksOff("a connection that breaks", { chunks: part, end: "broken" }),
  breaksOff("a stream without an end word", { chunks: part }),
  breaksOff("an error in the stream", {
    chunks: [...part, { error: { message: "CUDA out of memory", code: 500 } }],
  }),
  breaksOff("an error object in the stream", {
    chunks: [...part, { object: "error", message: "engine died" }],
  }),
  breaksOff("a chunk that is no JSON", { chunks: [...part, 'data: {"choices": [\n\n'] }),
  breaks("an end without an answer", { chunks: [ROLE, finish("stop"), USAGE] }, "model_failed"),
  breaksOff("thinking without an answer", { chunks: text(`<think>${THOUGHT}</think>`) }),
  breaks("nothing but the end of the stream", { chunks: [] }, "model_failed"),
  refuses("a web page with status 200", 200, "<html><body>Sign in</body></html>", "model_failed"),
  breaks(
    "an empty body",
    { reply: { status: 200, body: "", type: "application/json" } },
    "model_failed",
  ),
  refuses(
    "an error with status 200",
    200,
    { error: { message: "no such model", code: 404 } },
    "model_refused_request",
  ),
  ...REFUSALS,
];
