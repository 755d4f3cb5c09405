/** A piece of what a model wrote. */
export type ThoughtPart =
  | { readonly kind: "text" | "thinking"; readonly text: string }
  /** What came as `text` so far was thinking: its end has come, its beginning never did. */
  | { readonly kind: "reset" }
  /** What came as `thinking` so far was the answer, all of it: no end mark came. */
  | { readonly kind: "restore"; readonly text: string };

/** How the thinking of a model at its server comes, as far as it was seen. */
export interface ThinkingHabit {
  /**
   * `opened`: the chat template opens the block, so that the text begins inside it. `suspected`: the
   * model's name says that it thinks. `closed`: it was suspected and does not.
   */
  template: "unknown" | "suspected" | "opened" | "closed";
  /** How often it was seen to be `opened`: once may be an answer that only speaks of the mark. */
  timesOpened?: number;
}

/** A thinking block under way. */
export interface Block {
  /** Marks that end it; undefined: any. */
  readonly family?: string | undefined;
  /** Words that end it. */
  readonly word?: string | undefined;
  /** The mark itself, where the block may be a part of the answer. */
  readonly mark?: string | undefined;
  /** Held back until its end comes: without one it is a part of the answer. */
  readonly isDoubtful: boolean;
}

export interface State {
  readonly habit: ThinkingHabit;
  /** Came, and was neither given out nor dropped. */
  held: string;
  /** `begin`: nothing but thinking and white space so far. */
  place: "begin" | "thinking" | "text";
  block: Block;
  /** What a block has so far that may yet be the answer: a doubtful one, or one that the template opened. */
  doubtful: string;
  /** Given out as the answer. */
  answer: string;
  /** Families of marks that the answer writes within a line, where no thinking begins, and did not end. */
  written: string[];
  hasThought: boolean;
  /** The text so far was no more than white space. */
  isBlank: boolean;
  inChannel: boolean;
  inAnswerTag: boolean;
  parts: ThoughtPart[];
}

/** A step has used up a part of what is held, or waits for more. */
export type Progress = "again" | "wait";

/** Names of models that think before they answer say so. */
const THINKING_NAME = /(?:^|[-_/:.])(?:r1|qwq)(?:$|[-_/:.])|think|reason/i;
/** Text that begins inside a block that the template opened. */
export const OPENED: Block = { isDoubtful: false };
/** Text of a model that may begin so. */
export const SUSPECTED: Block = { isDoubtful: true };

/** What a model's name says of its thinking, before anything was seen. */
export function guessHabit(model: string): ThinkingHabit {
  return { template: THINKING_NAME.test(model) ? "suspected" : "unknown" };
}

/** Gives text out as thinking, or holds it back in doubt. */
export function think(state: State, text: string): void {
  if (text === "") return;
  state.isBlank &&= text.trim() === "";
  if (state.block.isDoubtful || state.block === OPENED) state.doubtful += text;
  if (!state.block.isDoubtful) state.parts.push({ kind: "thinking", text });
}

/** The end of the block has come: what was held back was thinking. */
export function flushDoubt(state: State): void {
  const { block, doubtful } = state;
  if (block.isDoubtful && doubtful !== "") state.parts.push({ kind: "thinking", text: doubtful });
  state.doubtful = "";
}

/** Gives text out as the answer. */
export function say(state: State, text: string): void {
  if (text === "") return;
  state.answer += text;
  state.parts.push({ kind: "text", text });
}

/** Thinking has ended, and nothing had opened it where the text itself began inside. */
export function endThinking(state: State): void {
  if (!state.hasThought && state.block.family === undefined && state.block.word === undefined) {
    state.habit.template = "opened";
    state.habit.timesOpened = (state.habit.timesOpened ?? 0) + 1;
  }
  Object.assign(state, { hasThought: true, place: "begin", doubtful: "" });
}
