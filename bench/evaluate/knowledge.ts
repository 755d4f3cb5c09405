import { createMemoryPassages } from "../../src/knowledge/memory-passages.ts";
import { createRetrieve, type Retrieve } from "../../src/knowledge/retrieve.ts";
import { passageContext, splitDocument } from "../../src/knowledge/split.ts";
import type { PassageStore } from "../../src/knowledge/types.ts";
import type { PassageRow } from "./data-set.ts";
import type { System } from "./system.ts";

/** The tenant of everything that is evaluated. */
export const TENANT = "evaluation";

/** Documents in the index, as the service has them. */
export interface Knowledge {
  readonly passages: PassageStore;
  readonly retrieve: Retrieve;
}

/** Puts each row as a document of its own, split and embedded as documents are. */
export async function openKnowledge(
  rows: readonly PassageRow[],
  { vectors, fusion }: Pick<System, "vectors" | "fusion">,
): Promise<Knowledge> {
  const passages = createMemoryPassages({ dimensions: vectors.dimensions });
  const split = rows.map((row) => splitDocument(row));
  await vectors.prepare(split.flat().map(passageContext));
  for (const [index, { id: documentId }] of rows.entries()) {
    const embedded = (split[index] ?? []).map((passage) => {
      const vector = vectors.of(passageContext(passage));
      return { ...passage, vector };
    });
    await passages.replaceDocument({ tenant: TENANT, documentId, passages: embedded });
  }
  return { passages, retrieve: createRetrieve(passages, fusion) };
}
