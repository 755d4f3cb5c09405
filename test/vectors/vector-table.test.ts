import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { createVectorTable } from "../../src/vectors/vector-table.ts";
import { unitVector } from "../support/make-entry.ts";

const step = fc.record({
  key: fc.integer({ min: 0, max: 60 }).map(String),
  angle: fc.double({ min: 0, max: 1.5, noNaN: true }),
  remove: fc.boolean(),
});

describe("a table of vectors", () => {
  it("holds what was set and not removed, while it grows and shrinks", () => {
    fc.assert(
      fc.property(fc.array(step, { maxLength: 200 }), (steps) => {
        const table = createVectorTable<string>(2);
        const model = new Map<string, number>();
        for (const { key, angle, remove } of steps) {
          if (remove) {
            table.remove(key);
            model.delete(key);
          } else {
            table.set(key, key, unitVector([Math.cos(angle), Math.sin(angle)]));
            model.set(key, angle);
          }
        }
        const found = table.nearest(unitVector([1, 0]), 100, () => true);
        expect(table.size).toBe(model.size);
        expect(found.map(({ value }) => value).sort()).toEqual([...model.keys()].sort());
        for (const { value, similarity } of found) {
          expect(similarity).toBeCloseTo(Math.cos(model.get(value) ?? 9), 6);
        }
      }),
    );
  });

  it("gives nothing when asked for nothing", () => {
    const table = createVectorTable<string>(2);
    table.set("a", "a", unitVector([1, 0]));
    expect(table.nearest(unitVector([1, 0]), 0, () => true)).toEqual([]);
  });
});
