import type { GuardLanguage } from "./guard-language.ts";
import type { Token } from "./tokens.ts";

/** A direction word applies to this many following content words: `on the night train`. */
const REACH = 3;
/** Minimum share of common content words, relative to the question with more of them. */
const LEAST_SHARED = 0.6;

/** Direction words of a question and their targets: `from Poland`, `after probation`. */
export interface Directions {
  /** Content word -> its direction word. */
  readonly towards: ReadonlyMap<string, string>;
  readonly pointing: ReadonlySet<string>;
  readonly content: ReadonlySet<string>;
}

/** Finds the words that follow a direction word. */
export function createDirectionsReader({
  order,
  functionWords,
}: GuardLanguage): (tokens: readonly Token[]) => Directions {
  const known = new Set(order.directionGroups.flat(2));
  const grammar = new Set(functionWords);
  return (tokens) => {
    const towards = new Map<string, string>();
    const pointing = new Set<string>();
    const content = new Set<string>();
    let last = "";
    let left = 0;
    for (const { kind, word, key } of tokens) {
      if (known.has(word)) {
        pointing.add(word);
        [last, left] = [word, REACH];
      } else if (kind === "sign") left = 0;
      else if (!grammar.has(word)) {
        content.add(key);
        if (left > 0) towards.set(key, last);
        left -= 1;
      }
    }
    return { towards, pointing, content };
  };
}

/** Whether two questions have mutually exclusive directions for the same word. */
export function createDirectionsComparer({
  order,
}: GuardLanguage): (asked: Directions, stored: Directions) => boolean {
  const groups = order.directionGroups.map(
    (families) =>
      new Map(families.flatMap((words, at) => words.map((word) => [word, at] as const))),
  );
  const exclude = (one: string, other: string) =>
    groups.some((group) => {
      const [left, right] = [group.get(one), group.get(other)];
      return left !== undefined && right !== undefined && left !== right;
    });
  return (asked, stored) =>
    shareWords(asked, stored) &&
    [...asked.towards].some(([word, way]) => {
      const other = stored.towards.get(word);
      // A question with both directions asks about both.
      if (other === undefined || stored.pointing.has(way) || asked.pointing.has(other))
        return false;
      return exclude(way, other);
    });
}

function shareWords(asked: Directions, stored: Directions): boolean {
  const shared = [...asked.content].filter((word) => stored.content.has(word)).length;
  return shared >= LEAST_SHARED * Math.max(asked.content.size, stored.content.size);
}
