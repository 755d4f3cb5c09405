import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { compareVersions } from "../../src/knowledge/compare-versions.ts";
import { splitDocument } from "../../src/knowledge/split.ts";

const split = (text: string) => splitDocument({ id: "help", title: "Help", text });
const texts = (comparison: ReturnType<typeof compareVersions>) =>
  comparison.changes.map(({ before, after }) => [before?.text, after?.text]);

describe("two versions of a document", () => {
  it("differ in the passages whose text changed, beside those that replace them", () => {
    const before = split("# Open\n\nWe open at 9.\n\n# Close\n\nWe close at 5.\n\n# Fees\n\nNone.");
    const after = split(
      "# Open\n\nWe open at 10.\n\n# Close\n\nWe close at 5.\n\n# Pets\n\nDogs only.",
    );
    const compared = compareVersions(before, after);
    expect(compared.same).toBe(1);
    expect(texts(compared)).toEqual([
      ["We open at 9.", "We open at 10."],
      ["None.", undefined],
      [undefined, "Dogs only."],
    ]);
  });

  it("are the same where a section only moved", () => {
    const [one, two] = ["# A\n\nFirst.", "# B\n\nSecond."];
    const compared = compareVersions(split(`${one}\n\n${two}`), split(`${two}\n\n${one}`));
    expect(compared).toEqual({ same: 2, changes: [] });
  });

  it("account for each passage of both exactly once", () => {
    const section = fc.tuple(
      fc.constantFrom("A", "B", "C"),
      fc.constantFrom("one", "two", "three"),
    );
    const document = fc
      .array(section, { minLength: 1, maxLength: 12 })
      .map((all) => split(all.map(([heading, text]) => `# ${heading}\n\n${text}`).join("\n\n")));
    fc.assert(
      fc.property(document, document, (before, after) => {
        const { same, changes } = compareVersions(before, after);
        const removed = changes.filter((change) => change.before !== undefined).length;
        const added = changes.filter((change) => change.after !== undefined).length;
        expect([same + removed, same + added]).toEqual([before.length, after.length]);
        for (const change of changes) {
          expect(change.before?.text).not.toBe(change.after?.text);
        }
      }),
    );
  });
});
