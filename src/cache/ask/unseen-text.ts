/** Latin letters, with accents. */
const LATIN = /^[\p{Script=Latin}\p{Script=Inherited}]$/u;
const LETTER = /\p{L}/gu;
const WORD = /[\p{L}\p{M}\p{N}]+/gu;
/** Pictures, and characters without a standard meaning. */
const PICTURE = /\p{Extended_Pictographic}|[\p{So}\p{Co}\p{Cf}]/gu;
const MARK = /\p{M}/gu;
const ASCII = /^[\0-\x7f]*$/;

/**
 * The parts of a text that an embedder may not distinguish: words in another script than most letters, words
 * that mix scripts, pictures, and marks that form no other Latin letter, such as small letters above letters.
 * Two texts that differ only there may have the same vector.
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
