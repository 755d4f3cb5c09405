/** A mark around a model's thinking. */
export interface ThinkingMark {
  readonly kind: "open" | "close";
  /** Length of the mark, in UTF-16 units. */
  readonly length: number;
  /** Marks of the same family match: `<`, `[`, `◁` or `channel`. */
  readonly family: string;
  /** True for names that only a thinking block has: an answer may well contain `<reason>` or `<analysis>`. */
  readonly isThought: boolean;
}

/** Names of thinking blocks, which may have prefixes: `seed:think`, `begin_of_thought`. */
const NAMES = "think|thinking|thought|thoughts|reason|reasoning|reflection|analysis|scratchpad|cot";
/** Prefixes of end marks without a slash: `<|end_of_thought|>`. */
const ENDS = /^(?:end|stop)_/i;
/** Maximum length of a mark with its attributes. */
const MAX_MARK = 120;
const THOUGHT = /th(?:ink|ought)/i;
const MARK = new RegExp(
  `^(?:<\\|?(?<angle>/?)(?<angleName>(?:[a-z0-9]+[:_-]){0,3}(?:${NAMES}))(?:\\s[^<>\\n]*)?\\|?>` +
    `|\\[(?<square>/?)(?:[a-z]+_){0,2}(?:${NAMES})\\]` +
    `|◁(?<triangle>/?)(?:${NAMES})▷)`,
  "i",
);
/** A text that may become a mark with the next piece. */
const PARTIAL = new RegExp(
  `^(?:<\\|?/?[a-z0-9:_-]{0,40}\\|?` +
    `|<\\|?/?(?:[a-z0-9]+[:_-]){0,3}(?:${NAMES})\\s[^<>\\n]*` +
    `|\\[/?[a-z_]{0,24}|◁/?[a-z]{0,12})$`,
  "i",
);

/**
 * gpt-oss writes its channels as `<|channel|>analysis<|message|>…<|end|>`, with the answer in the channel
 * `final`. Gemma writes `<|channel>thought … <channel|>`.
 */
const CHANNEL_OPEN =
  /^(?:<\|start\|>assistant)?<\|channel\|>\s*(\w+)[^\n]{0,80}?<\|message\|>|^<\|channel>(\w+)\s/;
const CHANNEL_HEADERS = ["<|start|>assistant<|channel|>", "<|channel|>", "<|channel>"] as const;
const CHANNEL_ENDS = ["<|end|>", "<|return|>", "<|call|>", "<channel|>"] as const;
const MAX_HEADER = 120;
const CHANNEL = { family: "channel", isThought: true } as const;

/** Channels that contain the answer. */
const ANSWER_CHANNEL = /^(?:final|answer|response)$/i;

/** Result of reading a possible mark. */
export type ReadMark =
  | ThinkingMark
  /** Start of the answer's channel. */
  | { readonly kind: "answer"; readonly length: number }
  /** May become a mark with the next piece. */
  | { readonly kind: "partial" };

export type WholeMark = Exclude<ReadMark, { kind: "partial" }>;

const PARTIAL_MARK = { kind: "partial" } as const;

/**
 * Reads the mark at the start of a text.
 *
 * @param isEnd true if the text is complete: then no mark is partial
 */
export function readMark(text: string, isEnd: boolean): ReadMark | undefined {
  const mark = readChannel(text) ?? readNamedMark(text);
  if (mark !== undefined || isEnd) return mark;
  const mayBecome = (text.length <= MAX_MARK && PARTIAL.test(text)) || isChannelPart(text);
  return mayBecome ? PARTIAL_MARK : undefined;
}

function readNamedMark(text: string): ThinkingMark | undefined {
  const match = MARK.exec(text);
  if (match?.groups === undefined) return undefined;
  const { angle, square, triangle, angleName = "" } = match.groups;
  const isEnd = [angle, square, triangle].includes("/") || ENDS.test(angleName);
  const [whole] = match;
  const { length } = whole;
  const isThought = THOUGHT.test(whole);
  return { kind: isEnd ? "close" : "open", length, family: whole.charAt(0), isThought };
}

function readChannel(text: string): ThinkingMark | ReadMark | undefined {
  const opened = CHANNEL_OPEN.exec(text);
  if (opened !== null) {
    const { length } = opened[0];
    const isAnswer = ANSWER_CHANNEL.test(opened[1] ?? opened[2] ?? "");
    return isAnswer ? { kind: "answer", length } : { kind: "open", length, ...CHANNEL };
  }
  const end = CHANNEL_ENDS.find((mark) => text.startsWith(mark));
  return end === undefined ? undefined : { kind: "close", length: end.length, ...CHANNEL };
}

function isChannelPart(text: string): boolean {
  if (!text.startsWith("<")) return false;
  if ([...CHANNEL_ENDS, ...CHANNEL_HEADERS].some((mark) => mark.startsWith(text))) return true;
  const isHeader = CHANNEL_HEADERS.some((mark) => text.startsWith(mark));
  return isHeader && text.length < MAX_HEADER && !text.includes("\n");
}

const MARKED = new RegExp(
  `[<\\[◁]\\|?/?[\\w:-]{0,40}(?:${NAMES})|<\\|?channel|^\\s*(?:analysis\\w|here is my)`,
  "i",
);

/** Fast check: false if a text certainly contains no thinking. */
export const mayHoldThinking = (text: string): boolean => MARKED.test(text);

/** Position of the next possible mark; -1 if there is none. */
export function findMarkStart(text: string, from: number): number {
  const found = /[<[◁]/g;
  found.lastIndex = from;
  return found.exec(text)?.index ?? -1;
}

/**
 * Phrases that start and end the thinking if a server removes the marks: gpt-oss without its special tokens,
 * Granite.
 */
export const THINKING_PHRASES = [
  { open: /^analysis(?=[^\s.,:;!?-])/, begin: "analysis", close: "assistantfinal" },
  {
    open: /^here is my thought process:/i,
    begin: "here is my thought process:",
    close: "here is my response:",
  },
] as const;

/** Tag around an answer after thinking: `<answer>`. */
export const ANSWER_TAG =
  /^<\|?\/?(?:begin_of_|start_of_|start_|end_of_|end_)?(?:answer|response|solution|final_answer|final|output)\|?>/i;
/** Whether the tag ends the answer. */
export const isAnswerEnd = (tag: string): boolean => /\/|end_/i.test(tag);
export const ANSWER_TAG_PARTIAL = /^<\|?\/?[a-z_]{0,24}\|?$/i;
