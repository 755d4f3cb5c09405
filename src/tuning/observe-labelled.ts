import { cosine } from "../cache/vector-table.ts";
import type { CompareQuestions, GuardSwitches } from "../cache/guards/types.ts";
import type { CallOptions, Embedder } from "../models/types.ts";
import { servedFrom } from "./make-lookup.ts";
import type { Observation } from "./types.ts";
import { normaliseQuestion } from "../cache/normalise-question.ts";

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
function observeNeighbours({
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

/** A question of a stream in the order asked; the same cluster: one answer does. */
export interface StreamQuestion {
  readonly cluster: string;
  readonly text: string;
}

/**
 * A stream as its lookups: each question with the nearest that came before it. The same words again
 * are the exact tier's and no threshold's, so they are left out.
 */
export async function observeStream(
  stream: readonly StreamQuestion[],
  observer: PairObserver,
): Promise<Observation[]> {
  const vectors = await embedAll(
    stream.map(({ text }) => text),
    observer.embedder,
  );
  const seen = new Set<string>();
  const stored: (StreamQuestion & { vector: Float32Array | undefined })[] = [];
  const observations: Observation[] = [];
  for (const { cluster, text } of stream) {
    const words = normaliseQuestion(text);
    if (seen.has(words)) continue;
    seen.add(words);
    const vector = vectors.get(text);
    const nearest = findNearest(vector, stored);
    stored.push({ cluster, text, vector });
    if (nearest === undefined) continue;
    const { similarity, question } = nearest;
    const findings = observer.compareQuestions(text, question.text, observer.guards);
    observations.push(
      observeNeighbours({ similarity, findings, same: question.cluster === cluster }),
    );
  }
  return observations;
}

function findNearest<Stored extends { vector: Float32Array | undefined }>(
  vector: Float32Array | undefined,
  stored: readonly Stored[],
): { similarity: number; question: Stored } | undefined {
  let nearest: { similarity: number; question: Stored } | undefined;
  for (const question of stored) {
    const similarity = similarityOf(vector, question.vector);
    if (nearest === undefined || similarity > nearest.similarity)
      nearest = { similarity, question };
  }
  return nearest;
}
