import type { AskLanguage } from "./ask-language.ts";
import { createSurroundingsMask } from "./compare-surroundings.ts";
import type { SeparateAsk } from "./separate-ask.ts";
import type { EmptyWords } from "./trailing-sentences.ts";

/** A letter without what tells who wrote it; undefined for any message that is no letter. */
export type WithoutWriter = (message: string) => string | undefined;

/** Fewer characters around the ask make no letter or form, in which a name changes nothing. */
const LEAST_AROUND = 100;

/**
 * Takes the writer's name and the numbers that only identify out of a letter or a form: out of its
 * greeting, its introduction, its closing and its signature, never out of what it asks. What is left is
 * all that the cache and the model see, so no answer to it tells of the writer.
 */
export function createWithoutWriter(
  separateAsk: SeparateAsk,
  languages: readonly AskLanguage[],
  empty: EmptyWords,
): WithoutWriter {
  const { hide, isClosing } = createSurroundingsMask(languages, empty);
  return (message) => {
    const { kind, before, after } = separateAsk(message);
    const around = [...before, ...after].reduce((sum, { length }) => sum + length, 0);
    if (kind !== "separated" || around < LEAST_AROUND) return undefined;
    const names: string[] = [];
    let rest = message;
    let done = "";
    const put = (sentence: string, replaced: string) => {
      const at = rest.indexOf(sentence);
      if (at === -1 || replaced === sentence) return;
      done += rest.slice(0, at) + replaced;
      rest = rest.slice(at + sentence.length);
    };
    for (const sentence of before) put(sentence, hide(sentence, names));
    for (const sentence of after) put(sentence, isClosing(sentence) ? "" : hide(sentence, names));
    return names.reduce((text, name) => text.replaceAll(name, ""), done + rest);
  };
}
