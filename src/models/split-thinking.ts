import { createTextPlace } from "./text-place.ts";
import { stepThinking } from "./thinking-block.ts";
import {
  OPENED,
  SUSPECTED,
  type State,
  type ThinkingHabit,
  type ThoughtPart,
} from "./thinking-state.ts";
import { stepBegin, stepText } from "./thinking-text.ts";

/** Separates a model's answer from its thinking in a streamed text. */
export interface ThinkingSplitter {
  push(text: string): ThoughtPart[];
  /** Reports that the server sends thinking in a separate field: the text is only the answer. */
  sawThinkingField(): void;
  /**
   * Returns the held-back text.
   *
   * @param isComplete whether the model finished by itself
   */
  end(isComplete: boolean): ThoughtPart[];
}

/**
 * Thinking is a marked block at the start of a text or of a line, outside code, and all text before an end mark
 * without a start mark, if the place of the mark shows that it ends a block. Marks within a sentence, in quotes
 * and in code belong to the answer. Only possible marks and doubtful blocks are held back. Doubtful are the blocks of a model that may think, those in the middle of an answer, and those
 * that begin with a phrase.
 *
 * @param habit updated with what this text shows of the model
 */
export function createThinkingSplitter(habit: ThinkingHabit): ThinkingSplitter {
  const isInside = habit.template === "opened" || habit.template === "suspected";
  const state: State = {
    habit,
    held: "",
    place: isInside ? "thinking" : "begin",
    block: habit.template === "suspected" ? SUSPECTED : OPENED,
    doubtful: "",
    afterMention: undefined,
    answerPlace: createTextPlace(),
    blockPlace: createTextPlace(),
    answerLength: 0,
    written: [],
    nested: 0,
    hasThought: false,
    hasField: false,
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
      state.hasField = true;
      if (state.block !== OPENED && state.block !== SUSPECTED) return;
      if (state.place !== "thinking") return;
      state.held = state.doubtful + state.held;
      Object.assign(state, { place: "begin", doubtful: "" });
      habit.template = "closed";
    },
    end(isComplete) {
      const parts = run(state, true);
      const isPlain = isComplete && state.place === "text" && !state.hasThought;
      if (isPlain) habit.timesPlain = (habit.timesPlain ?? 0) + 1;
      return [...parts, ...giveBack(state, isComplete)];
    },
  };
}

/** Separates answer and thinking of a complete text. */
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

/** Joins parts to the whole texts. */
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

/**
 * If the model finished by itself, a doubtful block without an end belongs to the answer. Another block without an
 * end ended at the mark that it seemed to mention.
 */
function giveBack(state: State, isComplete: boolean): ThoughtPart[] {
  if (state.place !== "thinking") return [];
  const { block, doubtful, afterMention = "" } = state;
  const text = (block.mark ?? "") + doubtful;
  if (text === "") return isComplete ? restore(afterMention.trimStart()) : [];
  return giveBackDoubtful(state, text, isComplete);
}

function giveBackDoubtful({ habit, block }: State, text: string, isComplete: boolean) {
  if (block === SUSPECTED && isComplete) habit.template = "closed";
  if (block.isDoubtful) return [{ kind: "text" as const, text }];
  if (block !== OPENED || (!isComplete && isBelieved(habit))) return [];
  Object.assign(habit, { template: "unknown", timesOpened: 0 });
  return restore(text);
}

function restore(text: string): ThoughtPart[] {
  return text === "" ? [] : [{ kind: "restore", text }];
}

/** A single observation may be an answer that mentions the mark; two or more are reliable. */
function isBelieved({ timesOpened }: ThinkingHabit): boolean {
  return timesOpened !== 1;
}
