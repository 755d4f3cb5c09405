import type { GuardLanguage } from "./guard-language.ts";
import { createSplitVerbs } from "./split-verbs.ts";
import type { Token } from "./tokens.ts";

/** Minimum letters after a prefix: `aus` in `Haus` is not a prefix. */
const SHORTEST_REST = 3;
/** Word stem -> its prefixes or particles: `schalt` with `ein`. */
export type Particles = ReadonlyMap<string, ReadonlySet<string>>;

/**
 * Finds words with such a prefix, and verbs with a particle at the end of the clause: `einschalten`, `schalte
 * den Drucker ein`, `włączyć`.
 */
export function createParticleReader(
  language: GuardLanguage,
  baseForm: (word: string) => string,
): (tokens: readonly Token[]) => Particles {
  const particles = [...new Set(language.oppositeParticles.flat())];
  const grammar = new Set(language.functionWords);
  const { isParticle, withoutInfix } = createSplitVerbs(language);
  const begun = (word: string): readonly [rest: string, particle: string][] =>
    particles.flatMap((particle) => {
      const rest = word.startsWith(particle) ? word.slice(particle.length) : "";
      return rest.length < SHORTEST_REST ? [] : [[baseForm(rest), particle]];
    });
  return (tokens) => {
    const found = new Map<string, Set<string>>();
    if (particles.length === 0) return found;
    let clause: string[] = [];
    for (const [index, { kind, word, key }] of tokens.entries()) {
      if (kind === "sign") clause = [];
      if (kind !== "word") continue;
      const verbs = isParticle(tokens, index) ? clause : [];
      const split = verbs.map((verb): [string, string] => [verb, word]);
      for (const [rest, particle] of [...begun(withoutInfix(word)), ...split]) {
        found.set(rest, (found.get(rest) ?? new Set()).add(particle));
      }
      if (!grammar.has(word)) clause.push(key);
    }
    return found;
  };
}

/** True if the same verb has opposite particles in the two questions. */
export function createParticleComparer({
  oppositeParticles,
}: GuardLanguage): (asked: Particles, stored: Particles) => boolean {
  const pairs = new Set(oppositeParticles.flatMap(([one, other]) => [one + other, other + one]));
  const areOpposed = (left: ReadonlySet<string>, right: ReadonlySet<string>) =>
    [...left].some((one) => [...right].some((other) => pairs.has(one + other)));
  return (asked, stored) => {
    for (const [rest, left] of asked) {
      const right = stored.get(rest);
      if (right === undefined) continue;
      if (areOpposed(without(left, right), without(right, left))) return true;
    }
    return false;
  };
}

function without(these: ReadonlySet<string>, those: ReadonlySet<string>): ReadonlySet<string> {
  return new Set([...these].filter((each) => !those.has(each)));
}
