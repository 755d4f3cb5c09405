import type { CompareWords, Likeness } from "../likeness.ts";
import type { SeparateAsk, SeparatedMessage } from "./separate-ask.ts";

/** Likeness of the words of two messages with this similarity; undefined if none applies. */
export type CompareLikeness = (
  asked: string,
  stored: string,
  similarity: number,
  /** Tenant of the messages: what is read of them is remembered per tenant only. */
  tenant?: string,
) => Likeness | undefined;

/** Minimum similarity at which each likeness counts. */
export type LikenessBounds = Readonly<Record<Likeness, number>>;

/** Surroundings shorter than this, in characters, do not identify a common origin. */
const LEAST_AROUND = 80;

/**
 * Compares the words of the asks of two messages. A rewording counts only within the same surroundings, which
 * the guards compare: both messages then come from one form, front end or writer.
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
