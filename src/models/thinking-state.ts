/** A part of a model's output. */
export type ThoughtPart =
  | { readonly kind: "text" | "thinking"; readonly text: string }
  /** All `text` so far was thinking: its end mark arrived, without a start mark. */
  | { readonly kind: "reset" }
  /** All `thinking` so far was the answer: no end mark arrived. */
  | { readonly kind: "restore"; readonly text: string };

/** How a model marks its thinking, as observed so far. */
export interface ThinkingHabit {
  /**
   * `opened`: the chat template opens the block, so the text begins inside it. `suspected`: the model's name
   * suggests that it thinks. `closed`: it was suspected but does not think.
   */
  template: "unknown" | "suspected" | "opened" | "closed";
  /** Number of `opened` observations. A single one may be an answer that mentions the mark. */
  timesOpened?: number;
}

/** An open thinking block. */
export interface Block {
  /** Family of the marks that end it. Undefined: any. */
  readonly family?: string | undefined;
  /** Phrase that ends it. */
  readonly word?: string | undefined;
  /** Text of the start mark, if the block may belong to the answer. */
  readonly mark?: string | undefined;
  /** True if it is held back until its end: without one it belongs to the answer. */
  readonly isDoubtful: boolean;
}

export interface State {
  readonly habit: ThinkingHabit;
  /** Input that is neither emitted nor dropped. */
  held: string;
  /** `begin`: only thinking and white space so far. */
  place: "begin" | "thinking" | "text";
  block: Block;
  /**
   * Text of the block so far that may still be the answer: of a doubtful block, or of one that the template
   * opened.
   */
  doubtful: string;
  /** Text emitted as the answer. */
  answer: string;
  /** Families of start marks that the answer contains within a line and has not closed. */
  written: string[];
  hasThought: boolean;
  /** True if the text so far is only white space. */
  isBlank: boolean;
  inChannel: boolean;
  inAnswerTag: boolean;
  parts: ThoughtPart[];
}

/** `again`: some held text was consumed. `wait`: more input is needed. */
export type Progress = "again" | "wait";

/** Matches names of models that think. */
const THINKING_NAME = /(?:^|[-_/:.])(?:r1|qwq)(?:$|[-_/:.])|think|reason/i;
/** Block that the template opened. */
export const OPENED: Block = { isDoubtful: false };
/** Block that may be open, for a model that may think. */
export const SUSPECTED: Block = { isDoubtful: true };

/** Guesses from a model's name whether it thinks. */
export function guessHabit(model: string): ThinkingHabit {
  return { template: THINKING_NAME.test(model) ? "suspected" : "unknown" };
}

/** Emits text as thinking, or holds it back if doubtful. */
export function think(state: State, text: string): void {
  if (text === "") return;
  state.isBlank &&= text.trim() === "";
  if (state.block.isDoubtful || state.block === OPENED) state.doubtful += text;
  if (!state.block.isDoubtful) state.parts.push({ kind: "thinking", text });
}

/** At the end of a block, emits the held-back text as thinking. */
export function flushDoubt(state: State): void {
  const { block, doubtful } = state;
  if (block.isDoubtful && doubtful !== "") state.parts.push({ kind: "thinking", text: doubtful });
  state.doubtful = "";
}

/** Emits text as the answer. */
export function say(state: State, text: string): void {
  if (text === "") return;
  state.answer += text;
  state.parts.push({ kind: "text", text });
}

/** Ends the thinking. If it had no start mark, the template opened it. */
export function endThinking(state: State): void {
  if (!state.hasThought && state.block.family === undefined && state.block.word === undefined) {
    state.habit.template = "opened";
    state.habit.timesOpened = (state.habit.timesOpened ?? 0) + 1;
  }
  Object.assign(state, { hasThought: true, place: "begin", doubtful: "" });
}
