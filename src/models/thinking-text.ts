import { endsBlock, readAfter, createTextPlace } from "./text-place.ts";
import {
  ANSWER_TAG,
  ANSWER_TAG_PARTIAL,
  THINKING_PHRASES,
  findMarkStart,
  isAnswerEnd,
  readMark,
  type ReadMark,
  type ThinkingMark,
  type WholeMark,
} from "./thinking-marks.ts";
import {
  beginBlock,
  endThinking,
  retract,
  say,
  type Progress,
  type State,
} from "./thinking-state.ts";

/** Processes text where thinking may begin: at the start, or after other thinking. */
export function stepBegin(state: State, isEnd: boolean): Progress {
  const rest = state.held.trimStart();
  if (rest === "" && !isEnd) return "wait";
  const mark = readMark(rest, isEnd);
  const entry = mark === undefined ? "none" : judgeFirst(state, mark, rest, isEnd);
  if (entry === "wait") return "wait";
  if (entry === "none") return stepOpening(state, rest, isEnd);
  state.held = rest.slice(entry.length);
  enterMark(state, entry);
  return "again";
}

function stepOpening(state: State, rest: string, isEnd: boolean): Progress {
  const opening = state.hasThought ? readAnswerTag(state, rest) : readPhrase(state, rest);
  if (opening === "partial" && !isEnd) return "wait";
  if (opening !== "read") beginText(state, rest);
  return "again";
}

/** An answer may begin with an end mark that it writes about. */
function judgeFirst({ hasThought }: State, mark: ReadMark, rest: string, isEnd: boolean) {
  if (mark.kind === "partial") return "wait";
  if (mark.kind !== "close" || mark.family === "channel" || hasThought) return mark;
  const after = readAfter(rest.slice(mark.length), isEnd);
  if (after === "wait") return "wait";
  return endsBlock(createTextPlace(), after, false) ? mark : "none";
}

/** White space after thinking does not belong to the answer. */
function beginText(state: State, rest: string): void {
  if (state.hasThought) state.held = rest;
  state.place = "text";
}

function enterMark(state: State, mark: WholeMark): void {
  if (mark.kind === "open") {
    beginBlock(state, { family: mark.family, isDoubtful: false });
  } else if (mark.kind === "answer") {
    Object.assign(state, { hasThought: true, inChannel: true });
  } else if (mark.family !== "channel") endThinking(state);
}

function readAnswerTag(state: State, rest: string): "read" | "partial" | undefined {
  const tag = ANSWER_TAG.exec(rest)?.[0];
  if (tag !== undefined) {
    Object.assign(state, { held: rest.slice(tag.length), inAnswerTag: !isAnswerEnd(tag) });
    return "read";
  }
  return ANSWER_TAG_PARTIAL.test(rest) ? "partial" : undefined;
}

function readPhrase(state: State, rest: string): "read" | "partial" | undefined {
  for (const { open, begin, close } of THINKING_PHRASES) {
    if (open.test(rest)) {
      beginBlock(state, { word: close, isDoubtful: true });
      state.held = rest;
      return "read";
    }
    if (begin.startsWith(rest.toLowerCase())) return "partial";
  }
  return undefined;
}

/** Processes text of the answer, up to the next possible mark. */
export function stepText(state: State, isEnd: boolean): Progress {
  const at = findMarkStart(state.held, 0);
  take(state, at === -1 ? state.held.length : at);
  if (at === -1) return "wait";
  if (state.answerPlace.isInCode) return take(state, 1);
  if (leaveAnswerTag(state)) return "again";
  const mark = readMark(state.held, isEnd);
  if (mark === undefined) return take(state, 1);
  return mark.kind === "partial" ? "wait" : meetMark(state, mark, isEnd);
}

function take(state: State, length: number): "again" {
  say(state, state.held.slice(0, length));
  state.held = state.held.slice(length);
  return "again";
}

function leaveAnswerTag(state: State): boolean {
  const { held, inAnswerTag } = state;
  const tag = inAnswerTag ? ANSWER_TAG.exec(held)?.[0] : undefined;
  if (tag === undefined || !isAnswerEnd(tag)) return false;
  Object.assign(state, { held: held.slice(tag.length).trimStart(), inAnswerTag: false });
  return true;
}

function meetMark(state: State, mark: WholeMark, isEnd: boolean): Progress {
  if (mark.kind === "open") return meetStart(state, mark);
  if (mark.kind === "close" && mark.family !== "channel") return meetEnd(state, mark, isEnd);
  if (!state.inChannel) return take(state, mark.length);
  Object.assign(state, { held: state.held.slice(mark.length), place: "begin" });
  return "again";
}

/** At the start of a line, the names of thinking open a block. Other marks belong to the answer. */
function meetStart(state: State, { family, length, isThought }: ThinkingMark): Progress {
  const { answerPlace, held, written } = state;
  if (!answerPlace.startsLine || !isThought) {
    written.push({ family, line: answerPlace.line });
    return take(state, length);
  }
  beginBlock(state, { family, mark: held.slice(0, length), isDoubtful: true });
  Object.assign(state, { held: held.slice(length), written });
  return "again";
}

function meetEnd(state: State, mark: ThinkingMark, isEnd: boolean): Progress {
  const end = judgeEnd(state, mark, isEnd);
  if (end === "wait") return "wait";
  if (end === "none") return take(state, mark.length);
  retract(state);
  state.held = state.held.slice(mark.length);
  endThinking(state);
  return "again";
}

/** Number of answers without thinking after which a single end mark is not believed. */
const PLAIN_ANSWERS = 3;

/**
 * Whether all text before an end mark was thinking: the template may have opened the block, unless the model has
 * thought already, or never thinks. In doubt the text is the answer.
 */
function judgeEnd(state: State, mark: ThinkingMark, isEnd: boolean): "wait" | "none" | "ends" {
  const { habit, answerPlace, held } = state;
  if (closesWritten(state, mark.family)) return "none";
  if (state.nested > 0) {
    state.nested -= 1;
    return "ends";
  }
  if (state.hasThought || state.hasField || !mark.isThought) return "none";
  const after = readAfter(held.slice(mark.length), isEnd);
  if (after === "wait") return "wait";
  if (!endsBlock(answerPlace, after, false)) return "none";
  const isPlain = (habit.timesPlain ?? 0) >= PLAIN_ANSWERS;
  habit.timesPlain = 0;
  return isPlain ? "none" : "ends";
}

/** Whether the answer contains the matching start mark: then both belong to it. */
function closesWritten({ written }: State, family: string): boolean {
  const at = written.findLastIndex((mark) => mark.family === family);
  if (at !== -1) written.splice(at, 1);
  return at !== -1;
}
