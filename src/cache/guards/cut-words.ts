/** Runs of one script in a text without spaces. Kanji and the following kana form one run. */
const RUN =
  /[\p{Script=Katakana}ー]+|[\p{Script=Han}\p{Script=Hiragana}々〆]+|[^\p{Script=Katakana}ー\p{Script=Han}\p{Script=Hiragana}々〆]+/gu;
const WITHOUT_SPACES = /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}ー]/u;
const KATAKANA = /^[\p{Script=Katakana}ー]/u;

/** True for Chinese and Japanese words, which have no spaces between them. */
export function isWithoutSpaces(text: string): boolean {
  return WITHOUT_SPACES.test(text);
}

/**
 * Cuts a text without spaces into the longest known words; unknown parts are cut into characters. A katakana run
 * is one word, so that オン does not match in オンライン. Linear in the text, since known words are short.
 */
export function createWordCutter(known: Iterable<string>): (text: string) => readonly string[] {
  const words = new Set<string>();
  let longest = 1;
  for (const word of known) {
    if (!isWithoutSpaces(word)) continue;
    for (const run of word.match(RUN) ?? []) {
      words.add(run);
      longest = Math.max(longest, run.length);
    }
  }
  const cutRun = (run: string): readonly string[] => {
    if (!isWithoutSpaces(run) || KATAKANA.test(run)) return [run];
    const characters = Array.from(run);
    const parts: string[] = [];
    for (let at = 0; at < characters.length;) {
      let length = Math.min(longest, characters.length - at);
      while (length > 1 && !words.has(characters.slice(at, at + length).join(""))) length -= 1;
      parts.push(characters.slice(at, at + length).join(""));
      at += length;
    }
    return parts;
  };
  return (text) => (text.match(RUN) ?? []).flatMap(cutRun);
}
