import { contentStems, words } from "../knowledge/words.ts";

/** A passage as it stands in the prompt. */
export interface NumberedPassage {
  readonly number: number;
  readonly title: string;
  readonly text: string;
}

/** What is said when the passages do not answer. */
export const NOT_IN_DOCUMENTS = "I could not find that in the documents.";

/** Stands in a prompt in the place of the passages when the documents could not be searched. */
export const NOT_SEARCHED =
  "The documents could not be searched just now. Do not say that they hold no answer: say that they could not be searched, and that the question may be asked again in a moment.";

/** What the offline model says then. */
export const ASK_AGAIN =
  "The documents could not be searched just now. Please ask again in a moment.";

interface Sentence {
  readonly passage: NumberedPassage;
  readonly text: string;
  /** Stems of the sentence itself. */
  readonly own: ReadonlySet<string>;
  /** Stems of its passage's title and headings. */
  readonly around: ReadonlySet<string>;
  readonly order: number;
}

/** Least share of the question's weight that the best sentence and its headings must cover. */
const LEAST_COVERAGE = 0.5;
/** A sentence this much weaker than the best one is not added. */
const KEEP_SHARE = 0.75;
const MAX_SENTENCES = 3;
const MAX_SENTENCES_READ = 2_000;
/** What a word counts when only the headings have it. */
const HEADING_SHARE = 0.5;

/** "How long" asks for a number; an answer does not say "long". */
const MEASURE = /\bhow (?:long|many|much|often|big|large|old|fast)\b/gi;

/**
 * Picks the one to three sentences of the passages that best cover the question's words, rarer words
 * counting more, each followed by its citation. Deterministic.
 */
export function extractAnswer(question: string, passages: readonly NumberedPassage[]): string {
  const asked = [...new Set(contentStems(question.replaceAll(MEASURE, "how")))];
  const sentences = splitPassages(passages);
  if (asked.length === 0 || sentences.length === 0) return NOT_IN_DOCUMENTS;
  const weights = weighWords(asked, sentences);
  const total = asked.reduce((sum, word) => sum + (weights.get(word) ?? 0), 0);
  const wantsNumber =
    /\b(?:how (?:many|much|long|often|big|large|old|fast)|when|what (?:time|price|size))\b/i.test(
      question,
    );
  const scored = sentences
    .map((sentence) => ({ sentence, ...scoreSentence(sentence, asked, weights, wantsNumber) }))
    .sort((one, other) => other.score - one.score || one.sentence.order - other.sentence.order);
  const best = scored[0];
  if (best === undefined || best.covered < LEAST_COVERAGE * total) return NOT_IN_DOCUMENTS;
  return scored
    .filter(({ score, own }) => score >= KEEP_SHARE * best.score && own > 0)
    .slice(0, MAX_SENTENCES)
    .map(({ sentence }) => sentence)
    .sort((one, other) => one.order - other.order)
    .map(({ text, passage }) => `${text} [${passage.number}]`)
    .join(" ");
}

/** Words that few sentences have tell more; a word that none has weighs as much as the rarest. */
function weighWords(asked: readonly string[], sentences: readonly Sentence[]): Map<string, number> {
  return new Map(
    asked.map((word) => {
      const count = sentences.filter(({ own, around }) => own.has(word) || around.has(word)).length;
      return [word, Math.log(1 + sentences.length / (1 + count)) + 0.1];
    }),
  );
}

function scoreSentence(
  sentence: Sentence,
  asked: readonly string[],
  weights: ReadonlyMap<string, number>,
  wantsNumber: boolean,
): { score: number; covered: number; own: number } {
  let own = 0;
  let around = 0;
  for (const word of asked) {
    const weight = weights.get(word) ?? 0;
    if (sentence.own.has(word)) own += weight;
    else if (sentence.around.has(word)) around += weight;
  }
  const covered = own + around;
  const numberBonus = wantsNumber && /\d/.test(sentence.text) ? 1.25 : 1;
  const rankShare = 1 / (1 + 0.04 * (sentence.passage.number - 1));
  return { score: (own + HEADING_SHARE * around) * numberBonus * rankShare, covered, own };
}

function splitPassages(passages: readonly NumberedPassage[]): Sentence[] {
  const sentences: Sentence[] = [];
  for (const passage of passages) {
    const around = new Set(contentStems(passage.title));
    for (const text of splitSentences(passage.text)) {
      if (sentences.length >= MAX_SENTENCES_READ) return sentences;
      const own = new Set(contentStems(text));
      if (own.size > 0) sentences.push({ passage, text, own, around, order: sentences.length });
    }
  }
  return sentences;
}

/** Sentences, list items and table rows; a paragraph's line breaks do not end a sentence. */
function splitSentences(text: string): string[] {
  return text
    .split(/\n\s*\n|\n(?=\s*(?:[-*+|]|\d+[.)]\s))/)
    .flatMap((block) =>
      block.split(/(?<=[.!?])\s+(?=[\p{Lu}\p{N}"'(])|(?<=[。！？][」』”）]?)(?![」』”）])/u),
    )
    .map((sentence) =>
      sentence
        .replace(/\s+/g, " ")
        .replace(/^(?:[-*+]|\d+[.)])\s+/, "")
        .replace(/^\|\s*|\s*\|$/g, "")
        .trim(),
    )
    .filter(
      (sentence) =>
        !/^[-|:\s]*$/.test(sentence) && !sentence.startsWith("#") && words(sentence).length > 1,
    );
}
