import { LRUCache } from "lru-cache";
import type { GuardLanguage } from "./guard-language.ts";
import { createGuardRules } from "./guard-rules.ts";
import { createQuestionReader, type Reading } from "./read-question.ts";
import type { CompareQuestions } from "./types.ts";

/** Questions whose reading is kept: stored ones are compared again and again. */
const KEPT_READINGS = 512;
/** Longer questions are read anew each time, in characters. */
const LONGEST_KEPT = 2_000;

/** The guards of a language. */
export function createGuards(language: GuardLanguage): CompareQuestions {
  const read = remembered(createQuestionReader(language));
  const rules = createGuardRules(language);
  return (asked, stored, switches = {}) => {
    const [left, right] = [read(asked), read(stored)];
    return rules.flatMap((rule) => {
      const { guard, reason } = rule;
      const strength = switches[guard] === false ? undefined : rule.compare(left, right);
      return strength === undefined ? [] : [{ guard, strength, reason }];
    });
  };
}

function remembered(read: (text: string) => Reading): (text: string) => Reading {
  const kept = new LRUCache<string, Reading>({ max: KEPT_READINGS });
  return (text) => {
    if (text.length > LONGEST_KEPT) return read(text);
    const known = kept.get(text);
    if (known !== undefined) return known;
    const reading = read(text);
    kept.set(text, reading);
    return reading;
  };
}
