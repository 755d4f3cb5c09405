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
 * @returns those that are refused while others are taken
 * @throws what the record threw when it takes none: then it is away
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
    const refused: RefusedTurn[] = [];
    for (const turn of turns) {
      await store.record([turn]).catch((reason: unknown) => {
        refused.push({ turn, error: reason });
      });
      if (refused.length === turns.length) throw error;
    }
    return refused;
  }
}
