import { stepThinking } from "./thinking-block.ts";
import {
  OPENED,
  SUSPECTED,
  type State,
  type ThinkingHabit,
  type ThoughtPart,
} from "./thinking-state.ts";
import { stepBegin, stepText } from "./thinking-text.ts";

/** Separates a model's answer from its thinking, as the text comes. */
export interface ThinkingSplitter {
  push(text: string): ThoughtPart[];
  /** The server sends thinking in a field of its own: the text is the answer. */
  sawThinkingField(): void;
  /**
   * Gives out what was held back.
   *
   * @param isComplete whether the model ended by itself
   */
  end(isComplete: boolean): ThoughtPart[];
}

/**
 * Thinking is a marked block at the beginning of a text or of a line, outside code, and all that stands
 * before an end mark that nothing began. What an answer writes between marks within a line is its own. No more is held back than what may become a mark, but for blocks
 * in doubt: of a model that is suspected to think, in the middle of an answer, or begun by a phrase.
 *
 * @param habit is written to: what this text shows of the model
 */
export function createThinkingSplitter(habit: ThinkingHabit): ThinkingSplitter {
  const isInside = habit.template === "opened" || habit.template === "suspected";
  const state: State = {
    habit,
    held: "",
    place: isInside ? "thinking" : "begin",
    block: habit.template === "suspected" ? SUSPECTED : OPENED,
    doubtful: "",
    answer: "",
    written: [],
    hasThought: false,
    isBlank: true,
    inChannel: false,
    inAnswerTag: false,
    parts: [],
  };
  return {
    push(text) {
      state.held += text;
      return run(state, false);
    },
    sawThinkingField() {
      if (state.block !== OPENED && state.block !== SUSPECTED) return;
      if (state.place !== "thinking") return;
      state.held = state.doubtful + state.held;
      Object.assign(state, { place: "begin", doubtful: "" });
      habit.template = "closed";
    },
    end(isComplete) {
      const parts = run(state, true);
      return [...parts, ...giveBack(state, isComplete)];
    },
  };
}

/** The answer in a whole text, and what was thought. */
export function splitThinking(
  text: string,
  { habit = { template: "unknown" }, isComplete = true }: SplitOptions = {},
): { text: string; thinking: string } {
  const splitter = createThinkingSplitter(habit);
  return joinParts([...splitter.push(text), ...splitter.end(isComplete)]);
}

interface SplitOptions {
  readonly habit?: ThinkingHabit;
  readonly isComplete?: boolean;
}

/** Parts put together again. */
export function joinParts(parts: readonly ThoughtPart[]): { text: string; thinking: string } {
  const joined = { text: "", thinking: "" };
  for (const part of parts) {
    if (part.kind === "reset") {
      joined.thinking += joined.text;
      joined.text = "";
    } else if (part.kind === "restore") {
      joined.thinking = "";
      joined.text += part.text;
    } else joined[part.kind] += part.text;
  }
  return joined;
}

function run(state: State, isEnd: boolean): ThoughtPart[] {
  state.parts = [];
  while (state.held !== "") {
    const step = { begin: stepBegin, thinking: stepThinking, text: stepText }[state.place];
    if (step(state, isEnd) === "wait") break;
  }
  return state.parts;
}

/** A block that may be the answer and never ended is the answer, where the model ended by itself. */
function giveBack(state: State, isComplete: boolean): ThoughtPart[] {
  if (state.place !== "thinking") return [];
  const { habit, block, doubtful } = state;
  const text = (block.mark ?? "") + doubtful;
  if (text === "") return [];
  if (block === SUSPECTED && isComplete) habit.template = "closed";
  if (block.isDoubtful) return [{ kind: "text", text }];
  if (block !== OPENED || (!isComplete && isBelieved(habit))) return [];
  Object.assign(habit, { template: "unknown", timesOpened: 0 });
  return [{ kind: "restore", text }];
}

/** A part may be cut thinking, or an answer without any: what was seen more than once is believed. */
function isBelieved({ timesOpened }: ThinkingHabit): boolean {
  return timesOpened !== 1;
}
