import { passageContext } from "./passage-text.ts";
import type { Passage } from "./types.ts";

/** A passage that differs between two versions. Both sides are set if one replaces the other under the same headings. */
export interface PassageChange {
  readonly before: Passage | undefined;
  readonly after: Passage | undefined;
}

/** How two versions of a document differ. */
export interface VersionComparison {
  /** Passages with the same text and context in both, wherever they are. */
  readonly same: number;
  /** In the order of the text. */
  readonly changes: readonly PassageChange[];
}

/** Compares two versions by their passages. A moved passage is the same. */
export function compareVersions(
  before: readonly Passage[],
  after: readonly Passage[],
): VersionComparison {
  const removed = without(before, after);
  const added = without(after, before);
  const waiting = new Map<string, Passage[]>();
  for (const passage of removed) {
    const headings = headingsOf(passage);
    waiting.set(headings, [...(waiting.get(headings) ?? []), passage]);
  }
  const pairs = added.map((passage) => ({
    before: waiting.get(headingsOf(passage))?.shift(),
    after: passage,
  }));
  const left = [...waiting.values()].flat();
  const changes = [...pairs, ...left.map((passage) => ({ before: passage, after: undefined }))];
  const placeOf = (change: PassageChange) => (change.after ?? change.before)?.start ?? 0;
  return {
    same: before.length - removed.length,
    changes: changes.toSorted((one, other) => placeOf(one) - placeOf(other)),
  };
}

/** Each passage of `others` excuses one with the same context. */
function without(passages: readonly Passage[], others: readonly Passage[]): Passage[] {
  const counts = new Map<string, number>();
  for (const context of others.map(passageContext)) {
    counts.set(context, (counts.get(context) ?? 0) + 1);
  }
  return passages.filter((passage) => {
    const context = passageContext(passage);
    const count = counts.get(context) ?? 0;
    counts.set(context, count - 1);
    return count <= 0;
  });
}

function headingsOf({ headings }: Passage): string {
  return JSON.stringify(headings);
}
