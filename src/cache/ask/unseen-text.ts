/** Latin letters with their accents. */
const LATIN = /^[\p{Script=Latin}\p{Script=Inherited}]$/u;
const LETTER = /\p{L}/gu;
const WORD = /[\p{L}\p{M}\p{N}]+/gu;
/** Pictures, and what has no meaning but where people have agreed on one. */
const PICTURE = /\p{Extended_Pictographic}|[\p{So}\p{Co}\p{Cf}]/gu;
const MARK = /\p{M}/gu;
const ASCII = /^[\0-\x7f]*$/;

/**
 * What of a text an embedder may not see: words in another script than most of its letters, a word that
 * mixes scripts included, pictures, and marks on Latin letters that make no other letter of them (small
 * letters that stand on letters are among these). Two texts that differ there may have the same vector.
 */
export function unseenText(text: string): string {
  if (ASCII.test(text)) return "";
  const pictures = text.match(PICTURE) ?? [];
  const marks = text.normalize("NFC").match(MARK) ?? [];
  const letters = text.match(LETTER) ?? [];
  const latin = letters.filter((letter) => LATIN.test(letter)).length;
  if (latin === letters.length) return [...pictures, ...marks].toSorted().join(" ");
  const isMostlyLatin = latin * 2 >= letters.length;
  const isForeign = (word: string) =>
    (word.match(LETTER) ?? []).some((letter) => LATIN.test(letter) !== isMostlyLatin);
  const words = latin === 0 ? [] : (text.match(WORD) ?? []).filter(isForeign);
  const named = words.map((word) => word.normalize("NFKC").toLowerCase());
  return [...named, ...pictures, ...(isMostlyLatin ? marks : [])].toSorted().join(" ");
}
