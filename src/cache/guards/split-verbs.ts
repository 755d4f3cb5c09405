import type { GuardLanguage } from "./guard-language.ts";
import type { Token } from "./tokens.ts";

/** Infix between a particle and its verb: `einzuschalten`, `eingeschaltet`. */
const INFIX = /^(?:ge|zu|te)(?=.{3})/;

/** Joins verbs with a particle after their object. */
export interface SplitVerbs {
  /** True for the `ein` of `schalte den Drucker ein`, false for that of `ein Drucker`. */
  readonly isParticle: (tokens: readonly Token[], index: number) => boolean;
  /** `eingeschaltet` and `einzuschalten` without the infix between particle and verb. */
  readonly withoutInfix: (word: string) => string;
}

/** Separable verbs of German and Dutch; no effect in other languages. */
export function createSplitVerbs({ particles, functionWords }: GuardLanguage): SplitVerbs {
  const words = new Set(particles.words);
  const objects = new Set(particles.notBefore);
  const grammar = new Set(functionWords);
  return {
    isParticle(tokens, index) {
      const word = tokens[index]?.word;
      if (word === undefined || !words.has(word)) return false;
      const next = tokens[index + 1];
      if (next === undefined || next.kind === "sign") return true;
      return grammar.has(next.word) && !objects.has(next.word);
    },
    withoutInfix(word) {
      const particle = particles.words.find((each) => word.startsWith(each));
      if (particle === undefined) return word;
      return particle + word.slice(particle.length).replace(INFIX, "");
    },
  };
}
