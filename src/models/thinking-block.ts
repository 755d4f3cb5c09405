import { endsBlock, readAfter } from "./text-place.ts";
import { findMarkStart, readMark, type ThinkingMark, type WholeMark } from "./thinking-marks.ts";
import {
  beginBlock,
  endThinking,
  flushDoubt,
  think,
  type Progress,
  type State,
} from "./thinking-state.ts";

/** Processes text inside thinking, up to the next possible mark. */
export function stepThinking(state: State, isEnd: boolean): Progress {
  const { block, held } = state;
  if (block.word !== undefined) return stepToWord(state, block.word, isEnd);
  const at = findMarkStart(held, 0);
  take(state, at === -1 ? held.length : at);
  if (at === -1) return "wait";
  const mark = readMark(state.held, isEnd);
  if (mark === undefined) return take(state, 1);
  return mark.kind === "partial" ? "wait" : meetMark(state, mark, isEnd);
}

function meetMark(state: State, mark: WholeMark, isEnd: boolean): Progress {
  const effect = judgeMark(state, mark, isEnd);
  if (effect === "wait") return "wait";
  if (effect !== "none" && effect !== "mentioned") return enter(state, mark, effect);
  take(state, mark.length);
  if (effect === "mentioned") state.afterMention = "";
  return "again";
}

function take(state: State, length: number): "again" {
  think(state, state.held.slice(0, length));
  state.held = state.held.slice(length);
  return "again";
}

/** Effect of a mark inside thinking. `none` and `mentioned`: it belongs to the thinking. */
type Effect = "none" | "mentioned" | "wait" | "ends" | "opens" | "skipped";

function judgeMark(state: State, mark: WholeMark, isEnd: boolean): Effect {
  if (mark.kind === "answer") return "ends";
  const { family } = state.block;
  if (mark.kind === "close")
    return mayClose(family, mark.family) ? judgeEnd(state, mark, isEnd) : "none";
  if (family === "channel" && mark.family === "channel") return "skipped";
  // A model that may think starts its block here.
  if (family === undefined && state.isBlank) return "opens";
  if (family === mark.family) state.nested += 1;
  const { startsLine, line } = state.blockPlace;
  if (!startsLine) state.written.push({ family: mark.family, line });
  return "none";
}

/** A channel's end also ends channels without thinking, so it does not close a block without a family. */
function mayClose(family: string | undefined, mark: string): boolean {
  return family === undefined ? mark !== "channel" : family === mark;
}

/** A block with a start mark ends at the first end mark outside code and quotes. */
function judgeEnd(state: State, mark: ThinkingMark, isEnd: boolean): Effect {
  const { block, blockPlace } = state;
  if (block.family === undefined || block.isDoubtful) return judgeByPlace(state, mark, isEnd);
  const isMentioned = blockPlace.isInCode || blockPlace.isInQuotes;
  return isMentioned && mark.family !== "channel" ? "mentioned" : "ends";
}

/** Whether the place of an end mark shows that it ends a block without a start mark, or a doubtful one. */
function judgeByPlace(state: State, { family, length }: ThinkingMark, isEnd: boolean): Effect {
  const { block, blockPlace, held } = state;
  const after = readAfter(held.slice(length), isEnd);
  if (after === "wait") return "wait";
  const isMarked = block.family !== undefined;
  if (isMarked && after === "nothing") return "ends";
  if (!isMarked && closesWritten(state, family)) return "none";
  return endsBlock(blockPlace, after, true) ? "ends" : "none";
}

/** Whether the mark ends a block that began within the same line. */
function closesWritten({ written, blockPlace }: State, family: string): boolean {
  const at = written.findLastIndex(
    (mark) => mark.family === family && mark.line === blockPlace.line,
  );
  if (at !== -1) written.splice(at, 1);
  return at !== -1;
}

function enter(state: State, mark: WholeMark, effect: "ends" | "opens" | "skipped"): "again" {
  state.held = state.held.slice(mark.length);
  if (effect === "skipped") return "again";
  flushDoubt(state);
  if (effect === "opens" && mark.kind === "open") {
    beginBlock(state, { family: mark.family, isDoubtful: false });
    return "again";
  }
  endThinking(state);
  if (mark.kind === "answer") state.inChannel = true;
  return "again";
}

/** Processes text up to the phrase that ends the thinking. */
function stepToWord(state: State, word: string, isEnd: boolean): Progress {
  const lower = state.held.toLowerCase();
  const at = lower.indexOf(word);
  if (at === -1) {
    take(state, lower.length - (isEnd ? 0 : overlap(lower, word)));
    return "wait";
  }
  take(state, at);
  state.held = state.held.slice(word.length);
  flushDoubt(state);
  endThinking(state);
  return "again";
}

/** Length of the longest suffix of the text that is a prefix of the word. */
function overlap(text: string, word: string): number {
  for (let length = Math.min(text.length, word.length - 1); length > 0; length -= 1) {
    if (text.endsWith(word.slice(0, length))) return length;
  }
  return 0;
}
