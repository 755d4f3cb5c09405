/** Removes citation marks `[n]` without a passage from a streamed text. */
export interface MarkFilter {
  /** Adds a piece of text. Holds back the possible beginning of a mark. */
  push(text: string): string;
  /** Returns the text that was held back. */
  end(): string;
}

/** Rules for keeping a mark. */
export interface MarkRules {
  /** Number of passages in the prompt. */
  readonly passages: number;
  /** Texts that the model may quote: marks in them are kept. */
  readonly quotable: readonly string[];
}

/** Code, a mark with the preceding spaces, or the empty line that ends inline code. */
const TOKEN = /(?<!`)`+|(?<![ \t])[ \t]*\[\d{1,3}(?:\s*,\s*\d{1,3})*\]|\n[ \t]*\n/g;
/** The end of a text, if the next piece may complete a token or change its meaning. */
const UNDECIDED = /(?:(?<!`)`+|\n?(?<![ \t])[ \t]*(?:\[[\d\s,]{0,40}(?:\][ \t]*)?)?)$/;
const MOST_UNDECIDED = 200;
/** Follows brackets that are not a mark: a link, an index, or an assignment. */
const NO_MARK_BEFORE = /^(?:[(\w]|[ \t]*=)/;
const FENCE = 3;

/** Keeps marks in code, marks with 0, and marks that the model may have quoted. */
export function createMarkFilter(rules: MarkRules): MarkFilter {
  const state = { held: "", code: 0, isAfterSpace: true };

  function take(length: number): string {
    const { held } = state;
    let out = "";
    let from = 0;
    const write = (text: string) => {
      out += text;
      if (text !== "") state.isAfterSpace = /\s$/.test(text);
    };
    for (const { 0: token, index } of held.slice(0, length).matchAll(TOKEN)) {
      write(held.slice(from, index));
      from = index + token.length;
      if (!token.includes("[")) {
        state.code = codeAfter(state.code, token);
        write(token);
        continue;
      }
      const left = state.code > 0 ? token : leftOf(token, held.slice(from, from + 8), rules);
      // A line does not begin with the space that followed a removed mark.
      if (left === "" && state.isAfterSpace) while (/[ \t]/.test(held[from] ?? "")) from += 1;
      write(left);
    }
    write(held.slice(from, length));
    state.held = held.slice(Math.max(from, length));
    return out;
  }

  return {
    push(text) {
      state.held += text;
      const { length } = state.held;
      const undecided = UNDECIDED.exec(state.held)?.index ?? length;
      return take(length - undecided > MOST_UNDECIDED ? length : undecided);
    },
    end: () => take(state.held.length),
  };
}

/** Length of the backtick run that ends the code; 0 outside code. */
function codeAfter(code: number, token: string): number {
  if (token.startsWith("\n")) return code < FENCE ? 0 : code;
  if (code === 0) return token.length;
  return token.length === code || (code >= FENCE && token.length > code) ? 0 : code;
}

/** The mark without the numbers that cite no passage. */
function leftOf(token: string, after: string, { passages, quotable }: MarkRules): string {
  const mark = token.trimStart();
  const numbers = mark.slice(1, -1).split(",").map(Number);
  const cited = numbers.filter((number) => number <= passages);
  if (cited.length === numbers.length || numbers.includes(0) || NO_MARK_BEFORE.test(after)) {
    return token;
  }
  if (quotable.some((text) => text.includes(mark))) return token;
  const space = token.slice(0, token.length - mark.length);
  return cited.length === 0 ? "" : `${space}[${cited.join(", ")}]`;
}
