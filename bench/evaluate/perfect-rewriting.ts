import { contentStems } from "../../src/language/words.ts";
import type { Talk, TalkPairRow } from "./rows.ts";

/** Maximum words of the conversation in a rewriting. */
const MAX_TOPIC_WORDS = 6;
/** Rows with a standalone last message: its rewriting repeats it. */
const COMPLETE = "irrelevant_history";

/** Patterns of notes that contrast two conversations, the first one first. */
const CONTRASTS = [
  /^(?<a>.*?)\bin (?:one|A)\b(?: chat)?,? (?:and|but) (?<b>.*?)\bin (?:the other|B)\b/,
  /^(?<a>.*?) vs (?<b>[^;.]*)/,
  /^(?<a>.*?)[,;] B(?:'s)? (?<b>.*)/,
  /^(?<a>.*?); (?<b>.*)/,
  /^(?<a>.*?),? but (?<b>.*)/,
  /^(?<a>.*?) and (?<b>.*)/,
];

/**
 * The rewriting of a perfect model for the last messages of two conversations, made by rule: the content words
 * of the message, and the words of the conversation that the row's note names.
 *
 * - Same question: words that both conversations contain; both get the same rewriting.
 * - Different questions: words that the note has for only one of them. Without any, words that only the own
 *   conversation contains.
 *
 * A standalone message is repeated.
 */
export function rewriteAlike({ a, b, kind, same, note }: TalkPairRow): { a: string; b: string } {
  if (kind === COMPLETE) return { a: a.question, b: b.question };
  if (same === 1) {
    const [known, noted] = [stemsOf(b), stems(note)];
    const common = wordsOf(a).filter(({ stem }) => known.has(stem) && noted.has(stem));
    const asked = contentWords(a.question).filter(({ stem }) => known.has(stem));
    const question = write(asked, common);
    return { a: question, b: question };
  }
  const parts = CONTRASTS.map((contrast) => contrast.exec(note)?.groups).find(Boolean);
  const [ofA, ofB] = [parts?.["a"] ?? "", parts?.["b"] ?? ""];
  return {
    a: tellApart(a, b, { own: ofA, other: ofB }),
    b: tellApart(b, a, { own: ofB, other: ofA }),
  };
}

function tellApart(own: Talk, other: Talk, note: { own: string; other: string }): string {
  const [said, saidThere, notedThere] = [wordsOf(own), stemsOf(other), stems(note.other)];
  // As spelt in the conversation: a rewriting contains only words that were said.
  const noted = contentWords(note.own).flatMap(({ stem }) =>
    notedThere.has(stem) ? [] : said.filter((word) => word.stem === stem),
  );
  const differing = said.filter(({ stem }) => !saidThere.has(stem));
  return write(contentWords(own.question), noted.length > 0 ? noted : differing);
}

function write(asked: readonly Word[], topic: readonly Word[]): string {
  const words = distinct([...asked, ...distinct(topic).slice(0, MAX_TOPIC_WORDS)]);
  return `What is the answer about ${words.map(({ text }) => text).join(" and ")}?`;
}

interface Word {
  readonly text: string;
  readonly stem: string;
}

function distinct(words: readonly Word[]): readonly Word[] {
  return [...new Map(words.map((word) => [word.stem, word])).values()];
}

/** Latest words first. */
function wordsOf({ history, question }: Talk): readonly Word[] {
  const said = [...history.map(({ content }) => content), question].flatMap(contentWords);
  return distinct(said.toReversed());
}

function stemsOf(talk: Talk): ReadonlySet<string> {
  return new Set(wordsOf(talk).map(({ stem }) => stem));
}

function stems(text: string): ReadonlySet<string> {
  return new Set(contentStems(text));
}

function contentWords(text: string): readonly Word[] {
  return text.split(/[\s/]+/).flatMap((part) => {
    const word = part.replace(/^[^\p{L}\p{N}£$€]+|[^\p{L}\p{N}%]+$/gu, "");
    const [stem] = contentStems(word);
    return stem === undefined ? [] : [{ text: word, stem }];
  });
}
