import { cosine } from "../cache/cosine.ts";
import type { CompareQuestions, GuardSwitches } from "../cache/guards/types.ts";
import type { CallOptions, Embedder } from "../models/types.ts";
import { servedFrom } from "./served-from.ts";
import type { Observation } from "./types.ts";

/** Texts embedded at once. */
const BATCH = 64;

/** Two questions, and whether one answer does for both. */
export interface LabelledPair {
  readonly a: string;
  readonly b: string;
  readonly same: boolean;
}

/** What looks at pairs. */
export interface PairObserver {
  readonly embedder: Pick<Embedder, "embed">;
  readonly compareQuestions: CompareQuestions;
  readonly guards?: GuardSwitches | undefined;
}

/**
 * Pairs as the lookups they would be: `a` asked while `b` is stored. Documents are not asked, so there
 * is no grey zone, and a soft finding of the guards, which would ask for evidence, refuses.
 *
 * @throws RepriseError `model_failed` or `model_timed_out` when the embedder does
 */
export async function observePairs(
  pairs: readonly LabelledPair[],
  { embedder, compareQuestions, guards }: PairObserver,
  options?: CallOptions,
): Promise<Observation[]> {
  const texts = [...new Set(pairs.flatMap(({ a, b }) => [a, b]))];
  const vectors = await embedAll(texts, embedder, options);
  return pairs.map(({ a, b, same }) => {
    const similarity = similarityOf(vectors.get(a), vectors.get(b));
    return observeNeighbours({ similarity, findings: compareQuestions(a, b, guards), same });
  });
}

/** A pair with its similarity, judged without documents. */
export function observeNeighbours({
  similarity,
  findings,
  same,
}: {
  similarity: number;
  findings: ReturnType<CompareQuestions>;
  same: boolean;
}): Observation {
  const candidate = {
    similarity,
    findings,
    evidenceStands: true,
    isFresh: true,
    isQuarantined: false,
  };
  const from = servedFrom({ ...candidate, agreement: "unknown" });
  return { similarity, servedFrom: from, same, source: "person" };
}

/** Each text's vector, made in batches. */
export async function embedAll(
  texts: readonly string[],
  embedder: Pick<Embedder, "embed">,
  options?: CallOptions,
): Promise<ReadonlyMap<string, Float32Array>> {
  const vectors = new Map<string, Float32Array>();
  for (let start = 0; start < texts.length; start += BATCH) {
    const batch = texts.slice(start, start + BATCH);
    const made = await embedder.embed(batch, options);
    for (const [index, text] of batch.entries()) {
      const vector = made.vectors[index];
      if (vector !== undefined) vectors.set(text, vector);
    }
  }
  return vectors;
}

/** Of texts as they were embedded; 0 where one has no vector. */
export function similarityOf(
  one: Float32Array | undefined,
  other: Float32Array | undefined,
): number {
  return one === undefined || other === undefined ? 0 : cosine(one, other);
}
