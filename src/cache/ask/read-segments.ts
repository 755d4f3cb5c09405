/** A sentence of a message, or a line that is not prose. */
export interface Segment {
  readonly text: string;
  /** Line number, from 0. */
  readonly line: number;
  /** Quoted, pasted or set apart: never an ask. */
  readonly isPasted: boolean;
  /** True if it is alone on its line. */
  readonly isWholeLine: boolean;
}

/** A quotation of at least this many characters is pasted text; a shorter one is a quoted term. */
const LONGEST_NAMED = 60;
const LABEL = /^[\s*_#>-]*(?<label>\p{L}[\p{L}'’ -]{0,30}?)[*_]*:[*_]*\s+(?=\S)/u;
const MOST_LABEL_WORDS = 4;
const FENCE = /^\s*(?:```|~~~)/;
const QUOTED_LINE = /^\s*(?:>|\||\$ )/;
const TAGGED_LINE = /^\s*<[^>]+>.*<[^>]+>\s*$|^\s*<[^>]+>\s*$/;
const INDENTED = /^(?: {2,}|\t)\S/;
/** A form field with a short value, and a line formatted as a heading. */
const FIELD = /^[\s*_-]*\p{L}[^:?.!]{0,60}:\s*\S+(?:\s\S+){0,2}\s*$/u;
const HEADING = /^\s*(?:#{1,6}\s|={2,}|-{3,}|\*\*[^*]+\*\*\s*$|__[^_]+__\s*$)/;
const STAMPED = /^\s*\[?\d{2,4}[-:./]\d{2}[-:./]\d{2}/;
/** Hidden parts of a page: HTML and Markdown comments. */
export const COMMENT_START = /<!--|^\s*\[[^\]\n]{0,40}\]:\s*(?:#|<>)/mu;
const COMMENT = /<!--[^]*?(?:-->|$)|^\s*\[[^\]\n]{0,40}\]:\s*(?:#|<>).*$/gmu;
const OPENING = /["“„«]/u;
const CLOSING = /["”“»]/u;

/** Splits a message into its sentences, in order and in linear time. */
export function readSegments(message: string): readonly Segment[] {
  const segments: Segment[] = [];
  const state = { isFenced: false, isQuoted: false };
  let line = 0;
  for (const { text, isPasted } of splitComments(message)) {
    for (const own of isPasted ? [text] : text.split(LINE_END)) {
      line += 1;
      if (own.trim() !== "") segments.push(...cutLine(own, line, isPasted || isApart(own, state)));
    }
  }
  return segments;
}

const LINE_END = /\r\n|[\n\r\u2028\u2029]/;

function splitComments(message: string): readonly { text: string; isPasted: boolean }[] {
  if (!COMMENT_START.test(message)) return [{ text: message, isPasted: false }];
  const parts: { text: string; isPasted: boolean }[] = [];
  let from = 0;
  for (const match of message.matchAll(COMMENT)) {
    parts.push({ text: message.slice(from, match.index), isPasted: false });
    parts.push({ text: match[0], isPasted: true });
    from = match.index + match[0].length;
  }
  return [...parts, { text: message.slice(from), isPasted: false }];
}

/** Within a fence or a multi-line quotation, or recognised as pasted. */
function isApart(text: string, state: { isFenced: boolean; isQuoted: boolean }): boolean {
  const isFence = FENCE.test(text);
  const isWithin = state.isFenced || state.isQuoted || isFence;
  if (isFence) state.isFenced = !state.isFenced;
  state.isQuoted = isQuotedBehind(text, state.isQuoted);
  return isWithin || state.isQuoted || looksPasted(text);
}

/** Whether the next line is within an open quotation. */
function isQuotedBehind(text: string, isQuoted: boolean): boolean {
  const quotes = countQuotes(text);
  if (isQuoted) return quotes % 2 === 0;
  return quotes === 1 && OPENING.test(text.trim().charAt(0));
}

function countQuotes(text: string): number {
  return Array.from(text).filter((sign) => OPENING.test(sign) || CLOSING.test(sign)).length;
}

function looksPasted(text: string): boolean {
  if ([QUOTED_LINE, TAGGED_LINE, INDENTED, STAMPED].some((pattern) => pattern.test(text)))
    return true;
  return (HEADING.test(text) || FIELD.test(text)) && !/[?？]\s*$/.test(text);
}

function cutLine(text: string, line: number, isPasted: boolean): readonly Segment[] {
  if (isPasted) return [{ text: text.trim(), line, isPasted, isWholeLine: true }];
  const label = labelOf(text);
  const rest = text.slice(label.length);
  const parts = splitQuotations(rest).flatMap(({ text: part, isPasted: isQuotation }) =>
    isQuotation ? [{ text: part, isPasted: true }] : splitSentences(part),
  );
  const labels = label === "" ? [] : [{ text: label.trim(), isPasted: true }];
  const isWholeLine = parts.length === 1;
  return [...labels, ...parts].map((part) => ({ ...part, line, isWholeLine }));
}

/** A label before the customer's text: `Customer writes:`. */
function labelOf(text: string): string {
  const match = LABEL.exec(text);
  const label = match?.groups?.["label"];
  if (match === null || label === undefined) return "";
  return label.trim().split(/\s+/).length <= MOST_LABEL_WORDS ? match[0] : "";
}

function splitQuotations(text: string): readonly { text: string; isPasted: boolean }[] {
  const parts: { text: string; isPasted: boolean }[] = [];
  let from = 0;
  for (const match of text.matchAll(/["“„«][^"“”„«»]+["”“»]?/gu)) {
    if (match[0].length < LONGEST_NAMED) continue;
    parts.push({ text: text.slice(from, match.index), isPasted: false });
    parts.push({ text: match[0], isPasted: true });
    from = match.index + match[0].length;
  }
  return [...parts, { text: text.slice(from), isPasted: false }].filter((part) =>
    /[\p{L}\p{N}]/u.test(part.text),
  );
}

const SENTENCE = /[^.!?…。！？\s](?:[^.!?…。！？]|[.!?…](?=[^\s"”’)]))*[.!?…。！？]*["”’)]*/gu;

/** The dots of `3.4` and `example.com` do not end a sentence. */
function splitSentences(text: string): readonly { text: string; isPasted: boolean }[] {
  return (text.match(SENTENCE) ?? []).map((sentence) => ({
    text: sentence.trim(),
    isPasted: false,
  }));
}
