/** Maximum combining marks on a letter; more only cover the text around it. */
const MOST_MARKS = 4;
const MARKS = new RegExp(`(\\p{Script=Inherited}{${MOST_MARKS}})\\p{Script=Inherited}+`, "gu");

/** Control and format characters, and all that Unicode defines as default-ignorable. */
const UNSEEN =
  /\p{Default_Ignorable_Code_Point}|\p{Cc}|\p{Cf}|\p{Cs}|\p{Noncharacter_Code_Point}/gu;
const LINE_END = /\r\n?|[\u0085\u2028\u2029\v\f]/g;
const MAY_NEED_WORK =
  /[^\P{Cc}\n\t]|[\p{Default_Ignorable_Code_Point}\p{Cf}\p{Cs}\p{Noncharacter_Code_Point}\u2028\u2029]|\p{Script=Inherited}{5}/u;

/** Scripts in which a joiner or non-joiner changes what is read. */
const JOINED_SCRIPTS =
  "Arabic Syriac Nko Mongolian Devanagari Bengali Gurmukhi Gujarati Oriya Tamil Telugu Kannada Malayalam Sinhala Khmer Myanmar Tibetan";
const JOINED = new RegExp(
  `^(?!\\p{Default_Ignorable_Code_Point})(?:${JOINED_SCRIPTS.split(" ")
    .map((script) => `\\p{Script=${script}}`)
    .join("|")})$`,
  "u",
);
const PICTURE = /^\p{Extended_Pictographic}$/u;
const PICTURE_END = /^[\p{Extended_Pictographic}\p{Emoji_Modifier}\ufe0f]$/u;
/** Letters only: the variation selectors and the vowel separator belong to the script too. */
const MONGOLIAN = /^(?=\p{L})\p{Script=Mongolian}$/u;
const MONGOLIAN_SIGN = /^[\u180b-\u180f]$/u;
const NON_JOINER = "\u200c";
const JOINER = "\u200d";
const STYLE = /^[\ufe0e\ufe0f]$/u;
const SEEN_FORMAT = /^\p{Cf}$/u;
const UNSEEN_FORMAT = /^[\p{Default_Ignorable_Code_Point}\p{Script=Common}]$/u;
const ENCLOSING_KEYCAP = "\u20e3";

/**
 * Removes invisible characters: control characters, tags, zero width characters, variation selectors, direction
 * marks and excess accents. Line ends become `\n`. Keeps joiners that a script or an emoji needs, and the style
 * selector of an emoji.
 */
export function visibleText(text: string): string {
  if (!MAY_NEED_WORK.test(text)) return text;
  return text
    .replace(LINE_END, "\n")
    .replace(UNSEEN, (sign, at: number, whole: string) => (isNeeded(sign, at, whole) ? sign : ""))
    .replace(MARKS, "$1");
}

function isNeeded(sign: string, at: number, whole: string): boolean {
  if (sign === "\n" || sign === "\t") return true;
  const before = characterBefore(whole, at);
  const behind = String.fromCodePoint(whole.codePointAt(at + sign.length) ?? 0);
  if (sign === NON_JOINER) return joinsLetters(before, behind);
  if (sign === JOINER) return joinsLetters(before, behind) || joinsPictures(before, behind);
  if (STYLE.test(sign)) return hasStyle(before, behind);
  if (MONGOLIAN_SIGN.test(sign)) return MONGOLIAN.test(before);
  // Signs around a number, as in Arabic, are visible.
  return SEEN_FORMAT.test(sign) && !UNSEEN_FORMAT.test(sign);
}

function joinsLetters(before: string, behind: string): boolean {
  return JOINED.test(before) && JOINED.test(behind);
}

function joinsPictures(before: string, behind: string): boolean {
  return PICTURE_END.test(before) && PICTURE.test(behind);
}

function hasStyle(before: string, behind: string): boolean {
  return PICTURE.test(before) || (/^[\d#*]$/.test(before) && behind === ENCLOSING_KEYCAP);
}

function characterBefore(whole: string, at: number): string {
  const last = whole.charCodeAt(at - 1);
  const isLowHalf = last >= 0xdc00 && last <= 0xdfff;
  return whole.slice(Math.max(0, at - (isLowHalf ? 2 : 1)), at);
}
