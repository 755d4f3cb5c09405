import { hanSets } from "./han-sets.ts";

/** What the letters alone say: the language, that it may be any of some, or that words must decide. */
type ScriptVerdict =
  | { readonly kind: "language"; readonly language: string }
  | { readonly kind: "undecided"; readonly candidates: readonly string[] }
  | { readonly kind: "words" };

const KANA = /[\p{Script=Hiragana}\p{Script=Katakana}]/u;
const HAN = /\p{Script=Han}/gu;
/** Scripts that one language writes, as far as questions go. */
const OWN_SCRIPTS = [
  [/\p{Script=Hangul}/gu, "ko"],
  [/\p{Script=Hebrew}/gu, "he"],
  [/\p{Script=Greek}/gu, "el"],
  [/\p{Script=Thai}/gu, "th"],
  [/\p{Script=Armenian}/gu, "hy"],
  [/\p{Script=Georgian}/gu, "ka"],
  [/\p{Script=Tamil}/gu, "ta"],
  [/\p{Script=Telugu}/gu, "te"],
  [/\p{Script=Bengali}/gu, "bn"],
] as const;
const LATIN = /\p{Script=Latin}/gu;
const LETTER = /\p{L}/gu;

/** Chinese grammar that also has a place in the Japanese character set. */
const CHINESE_GRAMMAR = /[嗎怎哪你妳們她它這那什吧呢是我]/u;
/** Han characters without any kana that are Chinese without such a mark. */
const LONG_HAN = 12;

/** Letters that many languages write, and no other. */
const LATIN_ONLY = /^[\p{Script=Latin}\p{Script=Common}\p{Script=Inherited}]*$/u;

/** Decides by script. Latin, Cyrillic, Arabic and Devanagari letters write many languages: their words decide. */
export function readScript(text: string): ScriptVerdict {
  if (LATIN_ONLY.test(text)) return { kind: "words" };
  const letters = count(text, LETTER);
  if (letters === 0) return { kind: "words" };
  const latin = count(text, LATIN);
  const han = count(text, HAN);
  if (KANA.test(text)) return { kind: "language", language: "ja" };
  const own = OWN_SCRIPTS.find(([script]) => count(text, script) * 2 > letters - latin);
  if (own !== undefined && latin * 2 < letters) return { kind: "language", language: own[1] };
  if (han * 4 < letters) return { kind: "words" };
  return hanLanguage(text, han);
}

/** Han alone: a character that one of the two does not write decides. */
function hanLanguage(text: string, han: number): ScriptVerdict {
  const sets = hanSets();
  const characters = text.match(HAN) ?? [];
  const isChinese = characters.some((each) => !sets.japanese.has(each));
  const isJapanese = characters.some((each) => !sets.chinese.has(each));
  if (isChinese !== isJapanese) return { kind: "language", language: isChinese ? "zh" : "ja" };
  return CHINESE_GRAMMAR.test(text) || han >= LONG_HAN
    ? { kind: "language", language: "zh" }
    : { kind: "undecided", candidates: ["zh", "ja"] };
}

function count(text: string, pattern: RegExp): number {
  return text.match(pattern)?.length ?? 0;
}
