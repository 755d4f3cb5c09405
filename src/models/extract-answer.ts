import { contentStems, words } from "../language/words.ts";

/** A passage of the prompt. */
export interface NumberedPassage {
  readonly number: number;
  readonly title: string;
  readonly text: string;
}

/** Answer if the passages do not contain one. */
export const NOT_IN_DOCUMENTS = "I could not find that in the documents.";

/** Replaces the passages in a prompt if the documents could not be searched. */
export const NOT_SEARCHED =
  "The documents could not be searched just now. Do not say that they hold no answer: say that they could not be searched, and that the question may be asked again in a moment.";

/** The offline model's answer in this case. */
export const ASK_AGAIN =
  "The documents could not be searched just now. Please ask again in a moment.";

interface Sentence {
  readonly passage: NumberedPassage;
  readonly text: string;
  /** Stems of the sentence. */
  readonly own: ReadonlySet<string>;
  /** Stems of the passage's title and headings. */
  readonly around: ReadonlySet<string>;
  readonly order: number;
}

/** Minimum share of the question's weight that the best sentence and its headings must cover. */
const LEAST_COVERAGE = 0.5;
/** Minimum score of a further sentence, relative to the best one. */
const KEEP_SHARE = 0.75;
const MAX_SENTENCES = 3;
const MAX_SENTENCES_READ = 2_000;
/**
 * Weight of a word that only occurs in the headings; the second applies if the headings cover most of the
 * question.
 */
const HEADING_SHARE = 0.5;
const OWN_HEADING_SHARE = 0.9;
/** Share of the question's weight from which the headings count as the same question. */
const HEADINGS_ASK = 0.8;
/** Weight of a word that no sentence contains, relative to the average of the others. */
const UNKNOWN_FACTOR = 1.5;

const WANTS_NUMBER =
  /\b(?:how (?:many|much|long|often|big|large|old|fast)|when|what (?:time|price|size)|costs?)\b/i;
const WANTS_STEPS = /\b(?:how (?:do|can|could|to|would)|where (?:do|can|could))\b/i;
/** Score factor of a sentence in the form of an answer. */
const FORM_BONUS = 1.25;

/** Words that only ask and do not occur in answers: "how long" asks for a number, "happens" for anything. */
const ASKING =
  /\bhow (?:long|many|much|often|big|large|old|fast)\b|\bwhat (?:happens|will happen)\b/gi;

/**
 * Selects one to three sentences of the passages that best cover the question's words, weighted by rarity, each
 * with its citation. Deterministic.
 *
 * @param before the previous question, if this one may be a follow-up; the selected sentences must match this
 *   question too
 */
export function extractAnswer(
  question: string,
  passages: readonly NumberedPassage[],
  before = "",
): string {
  const own = askedWords(question);
  const asked = [...new Set([...askedWords(before), ...own])];
  const sentences = splitPassages(passages);
  const weights = weighWords(asked, sentences);
  const fits = fittingForm(question) ?? fittingForm(before);
  const needed = own.length > 0 ? own : asked;
  const scored = sentences
    .filter((sentence) => before === "" || covers(sentence, needed, weights))
    .map((sentence) => ({ sentence, score: scoreSentence(sentence, asked, weights, fits) }))
    .sort((one, other) => other.score - one.score || one.sentence.order - other.sentence.order);
  const best = scored[0];
  if (best === undefined || asked.length === 0 || !covers(best.sentence, needed, weights)) {
    return NOT_IN_DOCUMENTS;
  }
  return scored
    .filter(({ score }) => score >= KEEP_SHARE * best.score)
    .slice(0, MAX_SENTENCES)
    .map(({ sentence }) => sentence)
    .sort((one, other) => one.order - other.order)
    .map(({ text, passage }) => `${text} [${passage.number}]`)
    .join(" ");
}

function askedWords(question: string): string[] {
  return [...new Set(contentStems(question.replaceAll(ASKING, "how")))];
}

/** Form of an answer: a number, or a step with the control in bold, as in manuals. */
function fittingForm(question: string): RegExp | undefined {
  if (WANTS_NUMBER.test(question)) return /\d/;
  return WANTS_STEPS.test(question) ? /\*\*|^(?:open|press|choose|click|select|go)\b/i : undefined;
}

/**
 * Weights words by rarity. A word that no sentence contains counts against all of them, limited so that a
 * common verb does not outweigh the topic. Words of the best passage's headings are the topic: they get at least
 * the average weight, although they are common in passages that were found by them.
 */
function weighWords(asked: readonly string[], sentences: readonly Sentence[]): Map<string, number> {
  const weigh = (count: number) => Math.log(1 + sentences.length / (1 + count)) + 0.1;
  const counts = asked.map(
    (word) => sentences.filter(({ own, around }) => own.has(word) || around.has(word)).length,
  );
  const known = counts.filter((count) => count > 0).map(weigh);
  const average = known.reduce((sum, weight) => sum + weight, 0) / Math.max(1, known.length);
  const topic = sentences[0]?.around ?? new Set();
  const unknown = known.length === 0 ? weigh(0) : Math.min(weigh(0), UNKNOWN_FACTOR * average);
  return new Map(
    asked.map((word, index) => {
      const count = counts[index] ?? 0;
      if (count === 0) return [word, unknown];
      return [word, topic.has(word) ? Math.max(average, weigh(count)) : weigh(count)];
    }),
  );
}

type Weights = ReadonlyMap<string, number>;

function weightOf(words: readonly string[], weights: Weights): number {
  return words.reduce((sum, word) => sum + (weights.get(word) ?? 0), 0);
}

/** Whether the sentence and its headings contain enough of the words. */
function covers({ own, around }: Sentence, words: readonly string[], weights: Weights): boolean {
  const held = words.filter((word) => own.has(word) || around.has(word));
  return weightOf(held, weights) >= LEAST_COVERAGE * weightOf(words, weights);
}

function scoreSentence(
  { passage, text, own, around }: Sentence,
  asked: readonly string[],
  weights: Weights,
  fits: RegExp | undefined,
): number {
  const weigh = (holds: (word: string) => boolean) => weightOf(asked.filter(holds), weights);
  const inText = weigh((word) => own.has(word));
  const inHeadings = weigh((word) => around.has(word));
  const inHeadingsOnly = weigh((word) => around.has(word) && !own.has(word));
  const isAskedAbove = inHeadings >= HEADINGS_ASK * weightOf(asked, weights);
  const headingShare = isAskedAbove ? OWN_HEADING_SHARE : HEADING_SHARE;
  const formBonus = fits?.test(text) === true ? FORM_BONUS : 1;
  const rankShare = 1 / (1 + 0.04 * (passage.number - 1));
  return (inText + headingShare * inHeadingsOnly) * formBonus * rankShare;
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

/** Sentences, list items and table rows. A line break within a paragraph does not end a sentence. */
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
