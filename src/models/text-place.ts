/** A fence of a code block, also in a quote or a list. */
const FENCE = /^[ \t>]*(?:(?:[-*+]|\d+[.)])[ \t]+)*(`{3,}|~{3,})([^\n]*)$/;
/** Lines are read up to this length. A longer line is no fence. */
const MAX_HEAD = 200;
/** Indentation of a code block, in characters. */
const CODE_INDENT = 4;

/**
 * Tracks where a streamed Markdown text ends: inside code, inside quotes, at the start of a line. An open
 * backtick counts as code up to the end of its paragraph.
 */
export interface TextPlace {
  push(text: string): void;
  /** True in a fenced or indented code block and after an open backtick. */
  readonly isInCode: boolean;
  /** True after an odd number of unescaped quotation marks in the line, as in a JSON string. */
  readonly isInQuotes: boolean;
  /** Whether the line has only white space so far. */
  readonly startsLine: boolean;
  readonly lastCharacter: string;
  /** Number of lines so far. */
  readonly line: number;
}

export function createTextPlace(): TextPlace {
  let [line, head, last, isInQuotes, isBlank] = [0, "", "", false, true];
  /** Length of the backtick run that opened inline code; 0 if there is none. */
  let opened = 0;
  /** Length of the backtick run at the end of the text. */
  let run = 0;
  let fence: string | undefined;

  /** Inline code as it would be if the run at the end were complete. */
  const settled = () => (run === 0 ? opened : opened === 0 ? run : opened === run ? 0 : opened);

  function endLine(): void {
    const next = readFence(head, fence);
    // Inline code ends with its paragraph.
    if (isBlank || fence !== undefined || next !== undefined) opened = 0;
    fence = next;
    [head, isInQuotes, isBlank] = ["", false, true];
    line += 1;
  }

  function take(character: string): void {
    if (character === "`") run += 1;
    else [opened, run] = [settled(), 0];
    if (character === "\n") endLine();
    else {
      if (head.length < MAX_HEAD) head += character;
      if (character === '"' && last !== "\\") isInQuotes = !isInQuotes;
      isBlank &&= character.trim() === "";
    }
    last = character;
  }

  return {
    push(text) {
      for (const character of text) take(character);
    },
    get isInCode() {
      const isIndented = isBlank && head.replaceAll("\t", "    ").length >= CODE_INDENT;
      return fence !== undefined || settled() !== 0 || isIndented;
    },
    get isInQuotes() {
      return isInQuotes;
    },
    get startsLine() {
      return isBlank;
    },
    get lastCharacter() {
      return last;
    },
    get line() {
      return line;
    },
  };
}

/** The marks of the code block that is open after a line, given those before it. */
function readFence(line: string, before: string | undefined): string | undefined {
  const [, marks, info = ""] = FENCE.exec(line) ?? [];
  if (marks === undefined) return before;
  if (before !== undefined)
    return marks.startsWith(before) && info.trim() === "" ? undefined : before;
  // Inline code may begin with three backticks too.
  return marks.startsWith("`") && info.includes("`") ? undefined : marks;
}

/** Whether a text ends inside code. */
export function endsInCode(text: string): boolean {
  const place = createTextPlace();
  place.push(text);
  return place.isInCode;
}

/** What follows a mark. `wait`: not known yet. `nothing`: the text ends. */
export type After = "wait" | "nothing" | "line" | "space" | "punctuation" | "text";

export function readAfter(rest: string, isEnd: boolean): After {
  if (rest.trim() === "") return isEnd ? "nothing" : "wait";
  if (/^[^\S\n]*\n/.test(rest)) return "line";
  if (/^\s/.test(rest)) return "space";
  return /^[,.;:!?)\]}>]/.test(rest) ? "punctuation" : "text";
}

type Before = "line" | "sentence" | "word" | "gap";

const SENTENCE_END = /[.!?…。！？)\]]/u;
/** Characters before a mark that an answer mentions. */
const GAP = /[\s"'`<>([{/\\=“‘«„「『]/u;

function readBefore({ startsLine, lastCharacter }: TextPlace): Before {
  if (startsLine) return "line";
  if (SENTENCE_END.test(lastCharacter)) return "sentence";
  return GAP.test(lastCharacter) ? "gap" : "word";
}

/** What may follow an end mark, by what precedes it. */
const ENDS: Readonly<Record<Before, readonly After[]>> = {
  line: ["line", "text"],
  sentence: ["line", "text", "space"],
  word: ["line"],
  gap: [],
};
/** The same for a model that is known to write the mark: the layout may be unusual. */
const EXPECTED_ENDS: Readonly<Record<Before, readonly After[]>> = {
  line: ["line", "text", "space", "punctuation"],
  sentence: ["line", "text", "space"],
  word: ["line", "text"],
  gap: ["line"],
};

/**
 * Whether an end mark here ends a block, or a sentence only mentions it. Models write the mark right after their
 * last word or on a new line, and the answer right after the mark or on a new line. Within a sentence, in quotes
 * and in code it is mentioned.
 *
 * @param isExpected whether the model is known to write the mark
 */
export function endsBlock(place: TextPlace, after: After, isExpected: boolean): boolean {
  if (place.isInCode || place.isInQuotes) return false;
  return (isExpected ? EXPECTED_ENDS : ENDS)[readBefore(place)].includes(after);
}
