const APOSTROPHES = /[\u2018\u2019\u02bc\u0060\u00b4]/g;
/** Letters, digits and signs that stay as they are. */
const PLAIN = /^[\x20-\x5f\x61-\x7e]*$/;
const ACCENTS = /[\u0300-\u036f]/g;

/**
 * One spelling for compatible forms, without accents. NFKC alone would make `10²` the number 102. The
 * marks of kana are no accents.
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
