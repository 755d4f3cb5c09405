import { hanSets } from "./han-sets.ts";

/** Result of the script check: a language, candidates, or "decide by words". */
type ScriptVerdict =
  | { readonly kind: "language"; readonly language: string }
  | { readonly kind: "undecided"; readonly candidates: readonly string[] }
  | { readonly kind: "words" };

const KANA = /[\p{Script=Hiragana}\p{Script=Katakana}]/u;
const HAN = /\p{Script=Han}/gu;
/** Scripts that are used by one language, for the purpose of questions. */
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

/** Chinese function words that are also in the Japanese character set. */
const CHINESE_GRAMMAR = /[嗎怎哪你妳們她它這那什吧呢是我]/u;
/** From this many Han characters without kana, a text is Chinese even without such a function word. */
const LONG_HAN = 12;

/** Letters of many languages and nothing else. */
const LATIN_ONLY = /^[\p{Script=Latin}\p{Script=Common}\p{Script=Inherited}]*$/u;

/** Decides by script. Latin, Cyrillic, Arabic and Devanagari are shared by many languages: their words decide. */
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

/** For Han only: a character that only one of the two languages has decides. */
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
