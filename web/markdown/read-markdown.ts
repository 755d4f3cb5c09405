import { Marked, type MarkedToken, type Token } from "marked";

/** `[1]` or `[1, 2]`, the marks of citations. */
export interface CitationToken {
  readonly type: "citation";
  readonly raw: string;
}

const CITATION = /^\[\d{1,3}(?:\s*,\s*\d{1,3})*\](?!\()/;
/** Texts of more characters, or of more marks, are shown as they are: to parse them could block the page. */
const MAX_LENGTH = 100_000;
const MAX_MARKS = 3_000;
const MARKS = /[_*~`<>[\]]/g;

/** HTML, indented code and link definitions stay text: models write them without meaning them. */
const reader = new Marked({
  extensions: [
    {
      name: "citation",
      level: "inline",
      start: (source) => source.indexOf("["),
      tokenizer(source) {
        const raw = CITATION.exec(source)?.[0];
        return raw === undefined ? undefined : { type: "citation", raw };
      },
    },
  ],
  tokenizer: {
    html: () => undefined,
    tag: () => undefined,
    code: () => undefined,
    def: () => undefined,
    reflink: () => undefined,
  },
});

function isTooMuch(text: string): boolean {
  return text.length > MAX_LENGTH || (text.match(MARKS)?.length ?? 0) > MAX_MARKS;
}

/** The tokens of a Markdown text; undefined for one that is too long or too deeply nested to be parsed. */
export function readMarkdown(text: string): readonly Token[] | undefined {
  if (isTooMuch(text)) return undefined;
  try {
    return reader.lexer(text);
  } catch {
    // Thousands of nested quotations are more than its stack holds.
    return undefined;
  }
}

/** The tokens of one line; undefined for one that is too long to be parsed. */
export function readInline(line: string): readonly Token[] | undefined {
  if (isTooMuch(line)) return undefined;
  return new reader.Lexer(reader.defaults).inlineTokens(line);
}

export function isCitation(token: Token): token is CitationToken {
  return token.type === "citation";
}

/** Everything that `marked` itself makes. */
export function isMarkdown(token: Token): token is MarkedToken {
  return token.type !== "citation";
}

/** Whether an address is a whole one with http or https. */
export function isWebAddress(address: string): boolean {
  return /^https?:\/\//i.test(address) && URL.canParse(address);
}
