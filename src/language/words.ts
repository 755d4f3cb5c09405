import { COMMON_WORDS } from "./common-words.ts";

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

const SUFFIXES: readonly (readonly [RegExp, string])[] = [
  [/(?:ies|ied)$/, "y"],
  [/(?:sses)$/, "ss"],
  [/(?:xes|ches|shes)$/, ""],
  [/(?<=[^s])s$/, ""],
  [/(?<=..)(?:ations?|ators?|ated|ating|ates?)$/, "at"],
  [/(?<=..)(?:ements?|ments?)$/, ""],
  [/(?<=...)(?:ings?|ers?|ed|est)$/, ""],
  [/(?<=...)(?:ly|ness|able|ible)$/, ""],
];

/**
 * A light English stemmer: `refunds`, `refunded` and `refunding` have one stem. Words of fewer than four letters
 * are unchanged.
 */
export function stem(word: string): string {
  if (word.length < 4 || /\d/.test(word) || !/[a-z]$/.test(word)) return word;
  let stemmed = word;
  for (const [suffix, instead] of SUFFIXES) {
    const next = stemmed.replace(suffix, instead);
    if (next !== stemmed && next.length >= 3) stemmed = next;
  }
  return stemmed.replace(/(?<=..)e$/, "").replace(/([b-df-hj-np-tv-z])\1$/, "$1");
}

/** Languages with additional stop words from frequency lists. English, Chinese and others have lists below. */
const LANGUAGES = ["de", "fr", "es", "it", "pt", "nl", "pl"];
/** Frequent words of these languages that are also English words or parts of names: not stop words. */
const ENGLISH_TOO = new Set(
  (
    "bin den dies die hat man mit war was comment par plus pour sans son sur ton tout mes con era hay sin soy los las " +
    "del todo uno mas come dove fare non per solo ate com dos tem ben dan door mag met tot van men toe hoe hun kan ale " +
    "pod ten tam oni tak das elle mine sein die sont pode ser elles loro mia ons word nas zou jest fur"
  ).split(" "),
);
/** Minimum length. Shorter words are parts of names and abbreviations: `la`, `de`. */
const SHORTEST = 3;

/** Words without topical meaning, in the form of `words`. */
const STOP_WORDS = new Set([
  ...frequentWords(),
  // English
  ...(
    "a about above after again all also am an and any are as at be because been before being below between both but by " +
    "can could did do does doing down during each few for from further had has have having he her here hers him his how " +
    "i if in into is it its itself just let may me might more most must my myself no nor not now of off on once only or " +
    "other our ours out over own please same shall she should so some such than that the their theirs them then there " +
    "these they this those through to too under until up us very was we were what when where which while who whom why " +
    "will with would you your yours s t d ll m re ve one get way need want like use " +
    // Chinese
    "的 地 得 是 在 了 和 与 及 或 我 你 您 他 她 它 我们 你们 他们 我的 你的 您的 他的 她的 它的 吗 呢 吧 啊 有 没 没有 被 把 对 " +
    "从 到 为 以 于 将 会 能 能够 可以 可 要 需要 想 也 都 就 而 但 但是 如果 这 那 这个 那个 哪 哪个 哪些 哪里 谁 什么 怎么 怎样 " +
    "如何 如 何 为什么 为何 何时 多少 几 多 请 请问 一个 之 其 中 上 下 是否 请您 應該 的話 為 與 對 從 會 來 來自 這 這個 個 嗎 誰 " +
    "什麼 怎麼 為什麼 為何 何時 沒有 我們 你們 他們 將 " +
    // Japanese
    "が の を に は へ と も で や か から まで より ので のに です ます でした まし た する し した して さ せ れ られ いる い て ない " +
    "なかっ ある あり あっ この その あの どの これ それ あれ どれ 何 誰 いつ どこ なぜ どう よう こと もの ため という いう とき な だ " +
    "だっ だろう でしょう お ご ば す よい いい ください 場合 " +
    // Thai
    "ที่ ใน และ ของ เป็น มี ได้ ให้ กับ จาก ว่า ไม่ การ ความ จะ ก็ นี้ นั้น อะไร อย่างไร ใคร เมื่อ ไหน ใด เท่าไร เท่าไหร่ กี่ หรือ โดย " +
    "แต่ ถูก คือ ฉัน คุณ เขา เรา ผม แล้ว อยู่ ต้อง สามารถ ครับ ค่ะ คะ ไหม บ้าง ซึ่ง อย่าง ไร เพื่อ ตาม นำ " +
    // Korean, pairs of syllables
    "어떻 떻게 무엇 엇을 엇인 인가 인가요 가요 나요 니다 습니 입니 합니 니까 됩니 하는 있는 하나 있나 에서 으로 에게 까지 부터 언제 어디 누구 왜 얼마"
  ).split(" "),
]);

function frequentWords(): readonly string[] {
  return LANGUAGES.flatMap((language) => (COMMON_WORDS[language] ?? "").split(" "))
    .map((word) => word.normalize("NFD").replace(/[\u0300-\u036f]/g, ""))
    .filter((word) => word.length >= SHORTEST && !ENGLISH_TOO.has(word));
}

/** True for a word without topical meaning. */
export function isStopWord(word: string): boolean {
  return STOP_WORDS.has(word);
}
