import { rememberByTenant } from "../../operations/remember.ts";
import type { AskLanguage } from "./ask-language.ts";
import { createAskFinder, firstWords } from "./find-asks.ts";
import { COMMENT_START, readSegments, type Segment } from "./read-segments.ts";

/** A message as the cache compares it. */
export interface SeparatedMessage {
  /**
   * `whole`: short enough to compare as it is. `separated`: the ask is separated from its surroundings.
   * `unseparated`: the ask cannot be separated.
   */
  readonly kind: "whole" | "separated" | "unseparated";
  /** The embedded and compared text: the whole message, or its asks, one per line. */
  readonly text: string;
  /** Number of asks in `text`. */
  readonly asks: number;
  readonly before: readonly string[];
  /** Sentences after the last ask. */
  readonly after: readonly string[];
}

/**
 * Separates the ask of a message from its surroundings, in linear time. Results are remembered per tenant, and
 * not at all without a tenant.
 */
export type SeparateAsk = (message: string, tenant?: string) => SeparatedMessage;

/** A single-line message up to this length is compared as it is, in characters. */
const LONGEST_WHOLE = 200;
/** A line up to this length is kept whole with its question, in characters. */
const LONGEST_LINE = 200;
/** Maximum compared asks; a message with more is not separated. */
const MOST_ASKS = 6;
/** An ask with fewer words includes the preceding sentence: question words alone say nothing. */
const FEWEST_WORDS = 4;
const KEPT = 512;

/** Separates asks by structure and by the question forms of these languages. */
export function createSeparateAsk(languages: readonly AskLanguage[]): SeparateAsk {
  const askOf = createAskFinder(languages);
  const pointing = new Set(languages.flatMap(({ pointingWords }) => [...pointingWords]));
  const needsMore = (text: string) => {
    const words = firstWords(text, 60);
    return words.length < FEWEST_WORDS || words.some((word) => pointing.has(word));
  };
  const separate = rememberByTenant((message: string) => separateOne(message, askOf, needsMore), {
    max: KEPT,
    nameOf: (message) => message,
  });
  return (message, tenant) => (isShort(message) ? asWhole(message) : separate(message, tenant));
}

function isShort(message: string): boolean {
  if (message.length > LONGEST_WHOLE || COMMENT_START.test(message)) return false;
  return !/\S\s*[\n\r\u2028\u2029]\s*\S/.test(message);
}

/** Compares every message as it is. */
export function asWhole(message: string): SeparatedMessage {
  return { kind: "whole", text: message, asks: 1, before: [], after: [] };
}

type AskOf = ReturnType<typeof createAskFinder>;

function separateOne(
  message: string,
  askOf: AskOf,
  needsMore: (text: string) => boolean,
): SeparatedMessage {
  const segments = readSegments(message);
  const asks = chooseAsks(segments, askOf);
  const unseparated = { ...asWhole(message), kind: "unseparated" as const, asks: 0 };
  if (asks.length === 0 || asks.length > MOST_ASKS) return unseparated;
  const taken = new Set(asks.flatMap((at) => [...withContext(segments, at, needsMore)]));
  const lines = joinByLine(segments.filter((_segment, at) => taken.has(at)));
  const last = Math.max(...taken);
  return {
    kind: "separated",
    text: lines.join("\n"),
    asks: lines.length,
    before: segments.flatMap(({ text }, at) => (at < last && !taken.has(at) ? [text] : [])),
    after: segments.flatMap(({ text }, at) => (at > last ? [text] : [])),
  };
}

function joinByLine(segments: readonly Segment[]): readonly string[] {
  const lines = new Map<number, string[]>();
  for (const { line, text } of segments) lines.set(line, [...(lines.get(line) ?? []), text]);
  return [...lines.values()].map((texts) => texts.join(" "));
}

/**
 * All questions; without any, the last request on a line of its own. A question directly above another one, each
 * on its own line, is a form label.
 */
function chooseAsks(segments: readonly Segment[], askOf: AskOf): readonly number[] {
  const kinds = segments.map(askOf);
  const questions = kinds.flatMap((kind, at) => (kind === "question" ? [at] : []));
  const isLabel = (at: number) => {
    const [own, next] = [segments[at], segments[at + 1]];
    return (
      own?.isWholeLine === true &&
      next?.line === own.line + 1 &&
      next.isWholeLine &&
      kinds[at + 1] === "question"
    );
  };
  if (questions.length > 0) return questions.filter((at) => !isLabel(at));
  const request = kinds.findLastIndex(
    (kind, at) => kind === "request" && segments[at]?.isWholeLine === true,
  );
  return request === -1 ? [] : [request];
}

/** The ask with its line if that is short; otherwise with the preceding sentence if it refers to it. */
function withContext(
  segments: readonly Segment[],
  ask: number,
  needsMore: (text: string) => boolean,
): readonly number[] {
  const own = segments[ask];
  const inLine = segments.flatMap(({ line, isPasted }, at) =>
    line === own?.line && !isPasted ? [at] : [],
  );
  const length = inLine.reduce((sum, at) => sum + (segments[at]?.text.length ?? 0), 0);
  if (length <= LONGEST_LINE) return inLine;
  const leans = needsMore(own?.text ?? "") && inLine.includes(ask - 1);
  return leans ? [ask - 1, ask] : [ask];
}
