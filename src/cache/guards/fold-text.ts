const APOSTROPHES = /[\u2018\u2019\u02bc\u0060\u00b4]/g;
/** Characters that need no folding. */
const PLAIN = /^[\x20-\x5f\x61-\x7e]*$/;
const ACCENTS = /[\u0300-\u036f]/g;

/**
 * Normalises compatible forms and removes accents. NFKC alone would turn `10²` into 102. Kana marks are not
 * accents.
 */
export function foldText(text: string): string {
  if (PLAIN.test(text)) return text;
  return text
    .replace(/[⁰¹²³⁴⁵⁶⁷⁸⁹]+/g, "^$&")
    .normalize("NFKD")
    .replace(ACCENTS, "")
    .normalize("NFC")
    .replace(APOSTROPHES, "'");
}
