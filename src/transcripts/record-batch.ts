import type { EndedTurn, TurnStore } from "./types.ts";

/** A turn that the record does not take, with its reason. */
export interface RefusedTurn {
  readonly turn: EndedTurn;
  readonly error: unknown;
}

/**
 * Records a batch. Where it fails as a whole, each turn is tried alone, so that one that can never be
 * recorded does not hold up the others.
 *
 * A record that is away for a while fails in the same way for some of them. So a turn counts as refused
 * only when it fails a second time and the record, asked right after, takes one that it has.
 *
 * @returns those that are refused while others are taken
 * @throws what the record threw when it takes none, or went away again: all may be given to it once more
 */
export async function recordBatch(
  store: TurnStore,
  turns: readonly EndedTurn[],
): Promise<readonly RefusedTurn[]> {
  try {
    await store.record(turns);
    return [];
  } catch (error) {
    if (turns.length === 1) throw error;
    const failed = new Set<EndedTurn>();
    for (const turn of turns) {
      await store.record([turn]).catch(async () => {
        failed.add(turn);
        // Throws as well where the record is away: then the others are not tried in vain.
        await store.missing([turn]);
      });
    }
    const taken = turns.find((turn) => !failed.has(turn));
    if (taken === undefined) throw error;
    return refusedOf(store, [...failed], taken);
  }
}

/** @param taken a turn that the record has: writing it again changes nothing and tells that it is there */
async function refusedOf(
  store: TurnStore,
  failed: readonly EndedTurn[],
  taken: EndedTurn,
): Promise<readonly RefusedTurn[]> {
  const refused: RefusedTurn[] = [];
  for (const turn of failed) {
    try {
      await store.record([turn]);
    } catch (error) {
      await store.record([taken]);
      refused.push({ turn, error });
    }
  }
  return refused;
}
