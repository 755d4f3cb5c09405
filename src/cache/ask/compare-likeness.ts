import type { CompareWords, Likeness } from "../likeness.ts";
import type { SeparateAsk, SeparatedMessage } from "./separate-ask.ts";

/** Which likeness of their words two messages have that are so similar; undefined: none that counts. */
export type CompareLikeness = (
  asked: string,
  stored: string,
  similarity: number,
  /** Whose messages they are: what is read of them is remembered for a tenant alone. */
  tenant?: string,
) => Likeness | undefined;

/** From which similarity the words of two asks count. */
export type LikenessBounds = Readonly<Record<Likeness, number>>;

/** Messages with less around their ask, in characters, may come from anywhere. */
const LEAST_AROUND = 80;

/**
 * Compares the words of what two messages ask. A rewording counts only within the same surroundings,
 * which the guards compare: there both come from one form, front end or writer.
 */
export function createCompareLikeness({
  separateAsk,
  compareWords,
  bounds,
}: {
  separateAsk: SeparateAsk;
  compareWords: CompareWords;
  bounds: LikenessBounds;
}): CompareLikeness {
  return (asked, stored, similarity, tenant) => {
    if (similarity < Math.min(...Object.values(bounds))) return undefined;
    const [left, right] = [separateAsk(asked, tenant), separateAsk(stored, tenant)];
    if (left.kind === "unseparated" || right.kind === "unseparated") return undefined;
    const likeness = compareWords(left.text, right.text, tenant);
    if (likeness === undefined || similarity < bounds[likeness]) return undefined;
    const mayCount = likeness === "same-words" || (isWrapped(left) && isWrapped(right));
    return mayCount ? likeness : undefined;
  };
}

function isWrapped({ kind, before, after }: SeparatedMessage): boolean {
  const around = [...before, ...after].reduce((sum, { length }) => sum + length, 0);
  return kind === "separated" && around >= LEAST_AROUND;
}
