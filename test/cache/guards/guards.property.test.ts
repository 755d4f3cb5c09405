import * as fc from "fast-check";
import { expect, it } from "vitest";
import { compare } from "./english.ts";
import { nearMisses } from "./near-misses.ts";
import { rewordings } from "./rewordings.ts";

const questions = [...rewordings.flat(), ...nearMisses.flatMap(([, , one, other]) => [one, other])];
/** Questions, pieces of them that the guards look at, and anything at all. */
const text = fc.oneof(
  fc.constantFrom(...questions),
  fc
    .array(
      fc.constantFrom(
        ..."not n't 5 kg $ % , . - ' ( ) / : and 2nd 10k Q4 May 2020 1/2/2020 US C++ a_b first A é ² 第 turn on off".split(
          " ",
        ),
      ),
      { maxLength: 30 },
    )
    .chain((words) => fc.constantFrom(" ", "", "-").map((gap) => words.join(gap))),
  fc.string({ unit: "binary", maxLength: 200 }),
);
const codes = (one: string, other: string) => compare(one, other).map(({ reason }) => reason);

it("finds nothing between a question and itself", () => {
  fc.assert(
    fc.property(text, (one) => {
      expect(compare(one, one)).toEqual([]);
    }),
    { examples: [["1.5.1,0005"]] },
  );
});

it("does not ask which question came first", () => {
  fc.assert(
    fc.property(text, text, (one, other) => {
      expect(compare(one, other)).toEqual(compare(other, one));
    }),
    { examples: [["first not first turn", "notQ4first"]] },
  );
});

it("names each guard at most once", () => {
  fc.assert(
    fc.property(text, text, (one, other) => {
      const found = codes(one, other);
      expect(new Set(found).size).toBe(found.length);
    }),
  );
});

it("does not mind spacing, closing marks and capitals", () => {
  const question = fc.constantFrom(...rewordings.flat());
  fc.assert(
    fc.property(question, fc.constantFrom("  ", "\t", "\n"), (one, space) => {
      expect(codes(one, ` ${one.replaceAll(" ", space)} `)).toEqual([]);
      expect(codes(one, one.replace(/[?.]$/, ""))).toEqual([]);
      expect(codes(one, one.toLowerCase())).toEqual([]);
    }),
  );
});

it("finds no hard difference in a question that is shouted", () => {
  fc.assert(
    fc.property(fc.constantFrom(...rewordings.flat()), (one) => {
      const found = compare(one, one.toUpperCase());
      expect(found.filter(({ strength }) => strength === "hard")).toEqual([]);
    }),
  );
});
