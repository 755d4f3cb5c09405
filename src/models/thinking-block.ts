import { findMarkStart, readMark, type ReadMark } from "./thinking-marks.ts";
import {
  OPENED,
  endThinking,
  flushDoubt,
  think,
  type Progress,
  type State,
} from "./thinking-state.ts";

/** Processes text inside thinking, up to the end of the block or of the available text. */
export function stepThinking(state: State, isEnd: boolean): Progress {
  const end = findEnd(state, isEnd);
  think(state, state.held.slice(0, end.at));
  state.held = state.held.slice(end.at + end.length);
  if (end.kind === "none") return "wait";
  if (end.kind === "opened") {
    flushDoubt(state);
    state.block = { family: end.family, isDoubtful: false };
    return "again";
  }
  if (end.kind === "skipped") return "again";
  flushDoubt(state);
  endThinking(state);
  if (end.kind === "answer") state.inChannel = true;
  return "again";
}

interface End {
  readonly kind: "none" | "ended" | "answer" | "opened" | "skipped";
  readonly at: number;
  readonly length: number;
  readonly family?: string | undefined;
}

function findEnd(state: State, isEnd: boolean): End {
  const { held, block } = state;
  if (block.word !== undefined) return findWord(held, block.word, isEnd);
  for (let at = findMarkStart(held, 0); at !== -1; at = findMarkStart(held, at + 1)) {
    const mark = readMark(held.slice(at), isEnd);
    if (mark === undefined) continue;
    if (mark.kind === "partial") return { kind: "none", at, length: 0 };
    const kind = isMentioned(state, mark, at) ? undefined : judgeMark(state, mark, at);
    if (kind === undefined) continue;
    const family = mark.kind === "open" ? mark.family : undefined;
    return { kind, at, length: mark.length, family };
  }
  return { kind: "none", at: held.length, length: 0 };
}

/** Whether the answer only mentions the mark: in code, or as the end of a block that began within the same line. */
function isMentioned({ doubtful, held, block }: State, mark: ReadMark, at: number): boolean {
  if (block !== OPENED || mark.kind !== "close") return false;
  const line = (doubtful + held.slice(0, at)).split("\n").at(-1) ?? "";
  const isInCode = (line.match(/`/g)?.length ?? 0) % 2 === 1;
  return isInCode || beginsWithin(line, mark.family);
}

/** Whether a line has more start marks of a family within it than end marks. */
function beginsWithin(line: string, family: string): boolean {
  let begun = 0;
  for (let at = findMarkStart(line, 0); at !== -1; at = findMarkStart(line, at + 1)) {
    const mark = readMark(line.slice(at), true);
    if (mark?.kind === "close" && mark.family === family) begun -= 1;
    if (mark?.kind === "open" && mark.family === family && line.slice(0, at).trim() !== "")
      begun += 1;
  }
  return begun > 0;
}

/** Effect of a mark inside thinking. Undefined if it belongs to the thinking. */
function judgeMark(
  state: State,
  mark: Exclude<ReadMark, { kind: "partial" }>,
  at: number,
): End["kind"] | undefined {
  const { family } = state.block;
  switch (mark.kind) {
    case "answer":
      return "answer";
    case "close":
      return mayClose(family, mark.family) ? "ended" : undefined;
    case "open":
      if (family === "channel" && mark.family === "channel") return "skipped";
      return isFirst(state, at) ? "opened" : undefined;
  }
}

/** A channel's end also ends channels without thinking, so it does not close a block without a family. */
function mayClose(family: string | undefined, mark: string): boolean {
  return family === undefined ? mark !== "channel" : family === mark;
}

/** Whether a model that may think starts its block here. */
function isFirst({ block, isBlank, held }: State, at: number): boolean {
  return block.family === undefined && isBlank && held.slice(0, at).trim() === "";
}

function findWord(held: string, word: string, isEnd: boolean): End {
  const at = held.toLowerCase().indexOf(word);
  if (at !== -1) return { kind: "ended", at, length: word.length };
  const kept = isEnd ? 0 : overlap(held.toLowerCase(), word);
  return { kind: "none", at: held.length - kept, length: 0 };
}

/** Length of the longest suffix of the text that is a prefix of the word. */
function overlap(text: string, word: string): number {
  for (let length = Math.min(text.length, word.length - 1); length > 0; length -= 1) {
    if (text.endsWith(word.slice(0, length))) return length;
  }
  return 0;
}
