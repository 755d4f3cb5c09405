import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { countPassage, createTextIndex } from "../../src/knowledge/text-index.ts";
import type { Passage } from "../../src/knowledge/types.ts";
import { contentStems, words } from "../../src/language/words.ts";
import { makePassage } from "../support/make-passage.ts";

const word = fc.constantFrom(
  "refund",
  "refunds",
  "the",
  "card",
  "team",
  "plan",
  "password",
  "密码",
);
const sentence = (maxLength: number) =>
  fc.array(word, { maxLength }).map((parts) => parts.join(" "));
const change = fc.oneof(
  {
    weight: 3,
    arbitrary: fc.record({
      id: fc.nat({ max: 9 }).map((id) => `p${id}`),
      title: sentence(3),
      headings: fc.array(sentence(2), { maxLength: 2 }),
      text: sentence(12),
    }),
  },
  { weight: 1, arbitrary: fc.record({ removed: fc.nat({ max: 9 }).map((id) => `p${id}`) }) },
);

/** BM25 as it is defined, from the passages alone. */
function scoreNaively(question: string, passages: readonly Passage[]): Map<string, number> {
  const fields = [
    { boost: 2, textOf: ({ title }: Passage) => title },
    { boost: 1.5, textOf: ({ headings }: Passage) => headings.join("\n") },
    { boost: 1, textOf: ({ text }: Passage) => text },
  ];
  const lengthOf = (text: string) => new Set(words(text)).size;
  const stems = [...new Set(contentStems(question))];
  const scores = new Map<string, number>();
  for (const passage of passages) {
    let sum = 0;
    for (const stemmed of stems) {
      for (const { boost, textOf } of fields) {
        const holding = passages.filter((one) =>
          contentStems(textOf(one)).includes(stemmed),
        ).length;
        const count = contentStems(textOf(passage)).filter((one) => one === stemmed).length;
        const mean =
          passages.reduce((total, one) => total + lengthOf(textOf(one)), 0) / passages.length;
        const frequency = Math.log(1 + (passages.length - holding + 0.5) / (holding + 0.5));
        const norm = 1.6 * (0.25 + (0.75 * lengthOf(textOf(passage))) / mean);
        if (count > 0) sum += (boost * frequency * count * 2.6) / (count + norm);
      }
    }
    const said = new Set(fields.flatMap(({ textOf }) => contentStems(textOf(passage))));
    if (sum > 0) scores.set(passage.id, sum * stems.filter((one) => said.has(one)).length);
  }
  return scores;
}

describe("the text index", () => {
  it("scores as BM25 is defined, whatever came and went", () => {
    fc.assert(
      fc.property(
        fc.array(change, { maxLength: 40 }),
        sentence(5),
        fc.integer({ min: 1, max: 12 }),
        (changes, question, limit) => {
          const index = createTextIndex({ minSwept: 3 });
          const there = new Map<string, Passage>();
          for (const one of changes) {
            if ("removed" in one) {
              index.remove(one.removed);
              there.delete(one.removed);
            } else {
              const passage = makePassage(one);
              index.set(passage, countPassage(passage));
              there.set(passage.id, passage);
            }
          }
          const expected = scoreNaively(question, [...there.values()]);
          const found = index.search(question, 100, () => true);
          expect(new Set(found.map(({ passage }) => passage.id))).toEqual(new Set(expected.keys()));
          for (const { passage, score } of found) {
            expect(passage).toEqual(there.get(passage.id));
            expect(score).toBeCloseTo(expected.get(passage.id) ?? 0, 9);
          }
          const scores = found.map(({ score }) => score);
          expect(scores).toEqual(scores.toSorted((one, other) => other - one));
          expect(index.search(question, limit, () => true)).toEqual(found.slice(0, limit));
          const accepts = ({ id }: Passage) => id < "p5";
          expect(index.search(question, limit, accepts)).toEqual(
            found.filter(({ passage }) => accepts(passage)).slice(0, limit),
          );
        },
      ),
      { numRuns: 300 },
    );
  });
});
