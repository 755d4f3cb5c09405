import type { GuardLanguage } from "./guard-language.ts";
import type { PhraseMatch, PhraseTable } from "./phrases.ts";
import type { Token } from "./tokens.ts";

/** A particle is at most this many tokens after its verb. */
const REACH = 8;

/** A table that also finds a verb with its particle after the object: `turn the sync off`. */
export function withParticles<Value>(
  table: PhraseTable<Value>,
  { particles, functionWords }: GuardLanguage,
): PhraseTable<Value> {
  const words = new Set(particles.words);
  const grammar = new Set(functionWords);
  const notBefore = new Set(particles.notBefore);
  const isParticle = (tokens: readonly Token[], index: number) => {
    const next = tokens[index + 1];
    if (next === undefined || next.kind === "sign") return true;
    return grammar.has(next.word) && !notBefore.has(next.word);
  };
  const particleBehind = (tokens: readonly Token[], index: number) => {
    const reach = tokens.slice(index + 1, index + 1 + REACH);
    const end = reach.findIndex(({ kind }) => kind === "sign");
    const inClause = end === -1 ? reach : reach.slice(0, end);
    return inClause.find(
      ({ word }, at) => at > 0 && words.has(word) && isParticle(tokens, index + 1 + at),
    );
  };
  return {
    at(tokens, index): PhraseMatch<Value> | undefined {
      const found = table.at(tokens, index);
      const verb = tokens[index];
      if (found !== undefined || verb === undefined) return found;
      const particle = particleBehind(tokens, index);
      const split = particle === undefined ? undefined : table.at([verb, particle], 0);
      return split?.length === 2 ? { value: split.value, length: 1 } : undefined;
    },
  };
}
