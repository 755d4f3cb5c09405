import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { fuseByReciprocalRank } from "../../src/knowledge/retrieve.ts";
import type { ScoredPassage } from "../../src/knowledge/types.ts";
import { makePassage } from "../support/make-passage.ts";

const list = fc.uniqueArray(fc.integer({ min: 0, max: 40 }), { maxLength: 30 }).map((ids) =>
  ids.map((id, rank): ScoredPassage => ({
    passage: makePassage({ id: `p${id}` }),
    score: 1 / (rank + 1),
  })),
);
const lists = fc.record({ byVector: list, byText: list });
const options = fc.record({
  k: fc.integer({ min: 1, max: 100 }),
  vectorShare: fc.double({ min: 0, max: 1, noNaN: true }),
});
const idsOf = (scored: readonly ScoredPassage[]) => scored.map(({ passage }) => passage.id);

describe("fusing by reciprocal rank", () => {
  it("gives every passage of the lists once, best first, with scores from 0 to 1", () => {
    fc.assert(
      fc.property(lists, options, (given, how) => {
        const fused = fuseByReciprocalRank(given, how);
        const ids = fused.map(({ passage }) => passage.id);
        expect(new Set(ids)).toEqual(new Set([...idsOf(given.byVector), ...idsOf(given.byText)]));
        expect(ids).toHaveLength(new Set(ids).size);
        for (const [index, { score }] of fused.entries()) {
          expect(score).toBeGreaterThanOrEqual(0);
          expect(score).toBeLessThanOrEqual(1 + 1e-12);
          expect(score).toBeLessThanOrEqual(fused[index - 1]?.score ?? 2);
        }
      }),
    );
  });

  it("does not mind which list is which when they weigh the same", () => {
    fc.assert(
      fc.property(list, list, (one, other) => {
        const ranked = (byVector: ScoredPassage[], byText: ScoredPassage[]) =>
          fuseByReciprocalRank({ byVector, byText }).map(({ passage, score }) => [
            passage.id,
            score.toFixed(9),
          ]);
        expect(ranked(one, other)).toEqual(ranked(other, one));
      }),
    );
  });

  it("puts no passage behind one that is worse in both lists", () => {
    fc.assert(
      fc.property(lists, options, (given, how) => {
        const rank = (in_: readonly ScoredPassage[], id: string) => {
          const place = idsOf(in_).indexOf(id);
          return place === -1 ? Number.POSITIVE_INFINITY : place;
        };
        const fused = fuseByReciprocalRank(given, how);
        for (const [index, { passage: one, score }] of fused.entries()) {
          for (const { passage: other } of fused.slice(index + 1)) {
            const isWorse =
              rank(given.byVector, one.id) > rank(given.byVector, other.id) &&
              rank(given.byText, one.id) > rank(given.byText, other.id);
            expect(isWorse && score > 0).toBe(false);
          }
        }
      }),
    );
  });

  it("keeps a single list's order and where each score came from", () => {
    fc.assert(
      fc.property(list, (byText) => {
        const fused = fuseByReciprocalRank({ byVector: [], byText });
        expect(fused.map(({ passage }) => passage.id)).toEqual(idsOf(byText));
        expect(fused.map(({ textScore }) => textScore)).toEqual(byText.map(({ score }) => score));
        expect(fused.every(({ similarity }) => similarity === null)).toBe(true);
      }),
    );
  });

  it("gives 1 to what is first in both", () => {
    const both = [{ passage: makePassage(), score: 0.5 }];
    expect(fuseByReciprocalRank({ byVector: both, byText: both })[0]?.score).toBe(1);
  });
});
