import type { Passage, RetrievedPassage } from "../../src/knowledge/types.ts";

/** A passage; the test overrides single fields. */
export function makePassage(parts: Partial<Passage> = {}): Passage {
  const text = parts.text ?? "Refunds are paid within 30 days.";
  return {
    id: `psg_${text}`,
    documentId: "help",
    title: "Help",
    headings: [],
    text,
    start: 0,
    end: text.length,
    ...parts,
  };
}

/** The same as a retrieval result. */
export function makeRetrieved(parts: Partial<Passage> = {}): RetrievedPassage {
  return { passage: makePassage(parts), score: 1, similarity: 0.8, textScore: 3 };
}
