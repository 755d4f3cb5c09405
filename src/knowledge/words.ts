import { stem } from "./stem.ts";
import { isStopWord } from "./stop-words.ts";

/** Maximum word length, in characters; longer runs are not words. */
const MAX_WORD = 40;

const ASCII = /^[\0-\x7f]*$/;
const WORD = /[\p{L}\p{N}][\p{L}\p{N}\p{M}]*/gu;
/** Accents and marks that are often omitted. The vowel signs of Thai and Indic scripts are kept. */
const ACCENTS =
  /[\u0300-\u036f]|[\u0591-\u05bd\u05bf-\u05c7]|[\u0610-\u061a\u064b-\u065f\u0670]|[\u20d0-\u20f0\ufe00-\ufe0f]/g;
/** Letters of scripts without spaces, and of Korean. */
const UNSPACED =
  "\\p{Script=Han}\\p{Script=Hiragana}\\p{Script=Katakana}\\u30fc\\p{Script=Thai}\\p{Script=Lao}\\p{Script=Khmer}\\p{Script=Myanmar}";
const KOREAN = "\\p{Script=Hangul}";
const NEEDS_CUTS = new RegExp(`[${UNSPACED}${KOREAN}]`, "u");
const RUNS = new RegExp(`[${UNSPACED}]+|[${KOREAN}]+|[^${UNSPACED}${KOREAN}]+`, "gu");
const IS_UNSPACED = new RegExp(`^[${UNSPACED}]`, "u");
const IS_KOREAN = new RegExp(`^[${KOREAN}]`, "u");

/** Dictionary segmentation takes quadratic time for runs above about 2,000 characters. */
const PIECES = /.{1,500}/gsu;

const segmenter = new Intl.Segmenter("und", { granularity: "word" });

/**
 * All words of a text, in lower case, without accents, apostrophes and inner dots. Text without spaces is
 * segmented by the runtime's dictionaries. Korean, whose words include their particles, is cut into overlapping
 * pairs of syllables. docs/decisions/2026-11-24-words-without-spaces.md has measurements.
 */
export function words(text: string): string[] {
  return allWords(text).filter((word) => word.length <= MAX_WORD);
}

/** Stems of the text's content words, in order, with repetitions. */
export function contentStems(text: string): string[] {
  return words(text)
    .filter((word) => !isStopWord(word))
    .map(stem);
}

function allWords(text: string): readonly string[] {
  if (ASCII.test(text)) return text.toLowerCase().match(/[a-z0-9]+/g) ?? [];
  const found = normalised(text).match(WORD) ?? [];
  return NEEDS_CUTS.test(text) ? found.flatMap(cutRuns) : found;
}

/** Unifies compatible forms (`Ａ` and `A`) and recomposes letters for the dictionaries. */
function normalised(text: string): string {
  return (
    text
      .normalize("NFKD")
      .replace(ACCENTS, "")
      .normalize("NFC")
      // The vowel am of Thai and Lao, which NFKD decomposes and NFC does not recompose.
      .replaceAll("\u0e4d\u0e32", "\u0e33")
      .replaceAll("\u0ecd\u0eb2", "\u0eb3")
      .toLowerCase()
  );
}

function cutRuns(word: string): string[] {
  return (word.match(RUNS) ?? []).flatMap((run) => {
    if (IS_UNSPACED.test(run)) return (run.match(PIECES) ?? []).flatMap(cutByDictionary);
    return IS_KOREAN.test(run) ? syllablePairs(run) : [run];
  });
}

function cutByDictionary(run: string): string[] {
  return [...segmenter.segment(run)].map(({ segment }) => segment);
}

function syllablePairs(run: string): string[] {
  if (run.length <= 2) return [run];
  return Array.from({ length: run.length - 1 }, (_value, index) => run.slice(index, index + 2));
}
