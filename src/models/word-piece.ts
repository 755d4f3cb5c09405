/** Maximum word length, in characters. A longer word is unknown, as in BERT. */
const MAX_WORD_CHARACTERS = 100;

const CONTROL = /[\p{Cc}\p{Cf}\p{Co}\p{Cs}\uFFFD]/gu;
const SPACE = /\s+/gu;
const MARKS = /\p{Mn}/gu;
/** Ideographs are separate words, as in BERT: Chinese and Japanese have no spaces between words. */
const IDEOGRAPH =
  /[\u4E00-\u9FFF\u3400-\u4DBF\u{20000}-\u{2A6DF}\u{2A700}-\u{2B73F}\u{2B740}-\u{2B81F}\u{2B920}-\u{2CEAF}\uF900-\uFAFF\u{2F800}-\u{2FA1F}]/gu;
const PUNCTUATION = /[!-/:-@[-`{-~\p{P}]/gu;
const ASCII = /^[ -~]*$/u;

/** Splits a text into words and punctuation marks, in lower case, without accents and control characters. */
export function splitWords(text: string): string[] {
  let plain = text;
  if (!ASCII.test(text)) {
    plain = text.replace(SPACE, " ").replace(CONTROL, "").replace(IDEOGRAPH, " $& ");
    plain = plain.normalize("NFD").replace(MARKS, "");
  }
  const spaced = plain.toLowerCase().replace(PUNCTUATION, " $& ");
  return spaced.split(" ").filter((word) => word !== "");
}

export interface WordPiece {
  /**
   * Appends the word's tokens to `pieces`. Returns false and appends nothing if the word is outside the
   * vocabulary.
   */
  addPieces(word: string, pieces: number[]): boolean;
}

/**
 * Greedy longest-match-first WordPiece. Continuing tokens of the vocabulary begin with `##`; a token's number
 * is its line.
 */
export function createWordPiece(vocabulary: readonly string[]): WordPiece {
  const first = new Map<string, number>();
  const continuing = new Map<string, number>();
  let longest = 1;
  for (const [number, piece] of vocabulary.entries()) {
    longest = Math.max(longest, piece.length);
    if (piece.length > 2 && piece.startsWith("##")) continuing.set(piece.slice(2), number);
    else first.set(piece, number);
  }
  return {
    addPieces(word, pieces) {
      const whole = first.get(word);
      if (whole !== undefined) {
        pieces.push(whole);
        return true;
      }
      if (word.length > MAX_WORD_CHARACTERS && Array.from(word).length > MAX_WORD_CHARACTERS)
        return false;
      const before = pieces.length;
      let start = 0;
      while (start < word.length) {
        const known = start === 0 ? first : continuing;
        let end = Math.min(word.length, start + longest);
        while (end > start && !known.has(word.slice(start, end))) end -= 1;
        const piece = known.get(word.slice(start, end));
        if (end === start || piece === undefined) {
          pieces.length = before;
          return false;
        }
        pieces.push(piece);
        start = end;
      }
      return true;
    },
  };
}
