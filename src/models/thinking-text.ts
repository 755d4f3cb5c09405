import {
  ANSWER_TAG,
  ANSWER_TAG_PARTIAL,
  THINKING_PHRASES,
  findMarkStart,
  isAnswerEnd,
  readMark,
  type ReadMark,
} from "./thinking-marks.ts";
import { OPENED, endThinking, say, type Progress, type State } from "./thinking-state.ts";

/** Processes text where thinking may begin: at the start, or after other thinking. */
export function stepBegin(state: State, isEnd: boolean): Progress {
  const rest = state.held.trimStart();
  if (rest === "" && !isEnd) return "wait";
  const mark = readMark(rest, isEnd);
  if (mark?.kind === "partial") return "wait";
  if (mark !== undefined) {
    state.held = rest.slice(mark.length);
    enterMark(state, mark);
    return "again";
  }
  const opening = state.hasThought ? readAnswerTag(state, rest) : readPhrase(state, rest);
  if (opening === "partial" && !isEnd) return "wait";
  if (opening !== "read") beginText(state, rest);
  return "again";
}

/** White space after thinking does not belong to the answer. */
function beginText(state: State, rest: string): void {
  if (state.hasThought) state.held = rest;
  state.place = "text";
}

type WholeMark = Exclude<ReadMark, { kind: "partial" }>;

function enterMark(state: State, mark: WholeMark): void {
  if (mark.kind === "open") {
    state.place = "thinking";
    state.block = { family: mark.family, isDoubtful: false };
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
      const block = { word: close, isDoubtful: true };
      Object.assign(state, { place: "thinking", block, held: rest });
      return "read";
    }
    if (begin.startsWith(rest.toLowerCase())) return "partial";
  }
  return undefined;
}

/** Processes text of the answer, up to a mark that does not belong to it. */
export function stepText(state: State, isEnd: boolean): Progress {
  const { held } = state;
  for (let at = findMarkStart(held, 0); at !== -1; at = findMarkStart(held, at + 1)) {
    if (isInCode(state.answer + held.slice(0, at))) continue;
    if (leaveAnswerTag(state, at)) return "again";
    const mark = readMark(held.slice(at), isEnd);
    if (mark?.kind === "partial") {
      say(state, held.slice(0, at));
      state.held = held.slice(at);
      return "wait";
    }
    if (mark !== undefined && meetMark(state, mark, at)) return "again";
  }
  say(state, held);
  state.held = "";
  return "wait";
}

function leaveAnswerTag(state: State, at: number): boolean {
  const { held, inAnswerTag } = state;
  const tag = inAnswerTag ? ANSWER_TAG.exec(held.slice(at))?.[0] : undefined;
  if (tag === undefined || !isAnswerEnd(tag)) return false;
  say(state, held.slice(0, at));
  Object.assign(state, { held: held.slice(at + tag.length).trimStart(), inAnswerTag: false });
  return true;
}

/** True if the mark takes effect; false if it belongs to the answer. */
function meetMark(state: State, mark: WholeMark, at: number): boolean {
  const { held } = state;
  const before = held.slice(0, at);
  const rest = held.slice(at + mark.length);
  if (mark.kind === "close" && mark.family !== "channel") {
    if (isWritten(state, mark.family)) return false;
    if (state.answer !== "") state.parts.push({ kind: "reset" });
    if (before !== "") state.parts.push({ kind: "thinking", text: before });
    Object.assign(state, { held: rest, answer: "", block: OPENED, written: [] });
    endThinking(state);
    return true;
  }
  if (mark.kind === "close" || mark.kind === "answer") {
    if (!state.inChannel) return false;
    say(state, before);
    Object.assign(state, { held: rest, place: "begin" });
    return true;
  }
  if (!/(?:^|\n) {0,3}$/.test(state.answer + before)) {
    state.written.push(mark.family);
    return false;
  }
  say(state, before);
  const block = { family: mark.family, mark: held.slice(at, at + mark.length), isDoubtful: true };
  Object.assign(state, { held: rest, place: "thinking", block });
  return true;
}

/** Whether the answer contains the matching start mark: then both belong to it. */
function isWritten({ written }: State, family: string): boolean {
  const place = written.lastIndexOf(family);
  if (place !== -1) written.splice(place, 1);
  return place !== -1;
}

/** Whether the number of backticks is odd. */
function isInCode(text: string): boolean {
  return (text.match(/`/g)?.length ?? 0) % 2 === 1;
}
