import type { AskLanguage } from "./ask-language.ts";
import { createSurroundingsMask } from "./compare-surroundings.ts";
import type { SeparateAsk } from "./separate-ask.ts";
import type { EmptyWords } from "./trailing-sentences.ts";

/** Removes the writer from a letter; undefined if the message is not a letter. */
export type WithoutWriter = (message: string) => string | undefined;

/** With fewer characters around the ask, a message is not a letter or form. */
const LEAST_AROUND = 100;

/**
 * Removes the writer's name and numbers that only identify from a letter or form: from its greeting,
 * introduction, closing and signature, never from its ask. Cache and model see only the rest, so no answer
 * reveals the writer.
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
