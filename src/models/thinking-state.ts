import { createTextPlace, type TextPlace } from "./text-place.ts";

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
  /** Number of complete answers without thinking since the last end mark without a start mark. */
  timesPlain?: number;
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
  /** Text of the block since the last end mark that it only seemed to mention. */
  afterMention: string | undefined;
  /** Where the answer ends. */
  answerPlace: TextPlace;
  /** Where the block ends. */
  blockPlace: TextPlace;
  answerLength: number;
  /** Families of start marks that the text mentions and has not closed, with their lines. */
  written: { readonly family: string; readonly line: number }[];
  /** Number of start marks inside blocks that no end mark has closed. */
  nested: number;
  hasThought: boolean;
  /** True if the server sends thinking in a separate field. */
  hasField: boolean;
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

/** Starts a block. */
export function beginBlock(state: State, block: Block): void {
  const [blockPlace, written] = [createTextPlace(), []];
  Object.assign(state, { place: "thinking", block, blockPlace, written, afterMention: undefined });
}

/** Emits text as thinking, or holds it back if doubtful. */
export function think(state: State, text: string): void {
  if (text === "") return;
  state.isBlank &&= text.trim() === "";
  state.blockPlace.push(text);
  if (state.afterMention !== undefined) state.afterMention += text;
  if (state.block.isDoubtful || state.block === OPENED) state.doubtful += text;
  if (!state.block.isDoubtful) emit(state, "thinking", text);
}

/** At the end of a block, emits the held-back text as thinking. */
export function flushDoubt(state: State): void {
  const { block, doubtful } = state;
  if (block.isDoubtful && doubtful !== "") emit(state, "thinking", doubtful);
  state.doubtful = "";
}

/** Emits text as the answer. */
export function say(state: State, text: string): void {
  if (text === "") return;
  state.answerPlace.push(text);
  state.answerLength += text.length;
  emit(state, "text", text);
}

function emit({ parts }: State, kind: "text" | "thinking", text: string): void {
  const last = parts.at(-1);
  if (last?.kind === kind) parts[parts.length - 1] = { kind, text: last.text + text };
  else parts.push({ kind, text });
}

/** Moves the answer so far to the thinking. Text that was not emitted yet needs no `reset`. */
export function retract(state: State): void {
  const { parts, answerLength } = state;
  const last = parts.at(-1);
  const unsent = last?.kind === "text" ? last.text : "";
  if (unsent !== "") parts.pop();
  if (answerLength > unsent.length) parts.push({ kind: "reset" });
  if (unsent !== "") emit(state, "thinking", unsent);
  const answerPlace = createTextPlace();
  Object.assign(state, { answerPlace, answerLength: 0, block: OPENED, written: [] });
}

/** Ends the thinking. If it had no start mark, the template opened it. */
export function endThinking(state: State): void {
  const { habit, block } = state;
  if (!state.hasThought && block.family === undefined && block.word === undefined) {
    habit.template = "opened";
    habit.timesOpened = (habit.timesOpened ?? 0) + 1;
    habit.timesPlain = 0;
  }
  const ended = { hasThought: true, place: "begin", doubtful: "", afterMention: undefined };
  Object.assign(state, { ...ended, written: [] });
}
