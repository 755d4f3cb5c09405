import type { PassageStore, RetrievedPassage, ScoredPassage } from "./types.ts";
import { contentStems } from "./words.ts";

/** The usual constant of reciprocal rank fusion: how slowly a rank's weight falls. */
const RANK_CONSTANT = 60;
/** Passages taken out of each list before fusion. */
const CANDIDATES = 30;
/** Cosine similarity from which a passage speaks of a question whatever its words. */
const RELEVANT_SIMILARITY = 0.6;
/** Share of a question's content words that a passage must have to speak of it. */
const RELEVANT_SHARE = 0.5;

/**
 * Fuses two lists by reciprocal rank: a passage counts 1 / (60 + rank) in each list that has it. Scores
 * are scaled so that a passage that is first in both has 1.
 */
export function fuseByReciprocalRank({
  byVector,
  byText,
}: {
  byVector: readonly ScoredPassage[];
  byText: readonly ScoredPassage[];
}): RetrievedPassage[] {
  const fused = new Map<string, RetrievedPassage>();
  const add = (list: readonly ScoredPassage[], kind: "similarity" | "textScore") => {
    for (const [rank, { passage, score }] of list.entries()) {
      const part = (RANK_CONSTANT + 1) / (RANK_CONSTANT + rank + 1) / 2;
      const known = fused.get(passage.id) ?? {
        passage,
        score: 0,
        similarity: null,
        textScore: null,
      };
      fused.set(passage.id, { ...known, score: known.score + part, [kind]: score });
    }
  };
  add(byVector, "similarity");
  add(byText, "textScore");
  return [...fused.values()].sort(
    (one, other) => other.score - one.score || one.passage.id.localeCompare(other.passage.id),
  );
}

/** What to retrieve for. */
export interface RetrieveQuery {
  readonly tenant: string;
  readonly text: string;
  readonly vector: Float32Array;
  readonly documentIds?: readonly string[] | undefined;
  /** Default 5. */
  readonly limit?: number | undefined;
}

/** Retrieves the passages that fit a text best, by their words and by their meaning. */
export function createRetrieve(
  passages: PassageStore,
): (query: RetrieveQuery) => Promise<readonly RetrievedPassage[]> {
  return async ({ limit = 5, ...query }) => {
    const lists = await passages.search({ ...query, limit: Math.max(CANDIDATES, limit) });
    return fuseByReciprocalRank(lists).slice(0, limit);
  };
}

/**
 * Whether a passage really speaks of the question: it is near in meaning, or it has at least half of
 * the question's content words.
 */
export function isRelevant(question: string, { passage, similarity }: RetrievedPassage): boolean {
  if (similarity !== null && similarity >= RELEVANT_SIMILARITY) return true;
  const asked = new Set(contentStems(question));
  if (asked.size === 0) return false;
  const said = new Set(contentStems([passage.title, ...passage.headings, passage.text].join("\n")));
  const shared = [...asked].filter((word) => said.has(word)).length;
  return shared / asked.size >= RELEVANT_SHARE;
}
