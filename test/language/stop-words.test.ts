import { expect, it } from "vitest";
import { contentStems } from "../../src/language/words.ts";

it.each([
  ["German", "Wie kann ich meine Rechnung als PDF speichern?", ["rechnung", "pdf", "speichern"]],
  ["French", "Quelle est la durée de votre garantie ?", ["duree", "garantie"]],
  ["Polish", "Jak mogę zmienić swoje hasło?", ["zmienic", "hasło"]],
])("says what a question in %s is about without its grammar", (_language, question, words) => {
  const stems = contentStems(question);
  expect(stems).toEqual(expect.arrayContaining(contentStems(words.join(" "))));
  for (const grammar of ["wie", "kann", "ich", "quelle", "est", "votre", "jak", "moge", "swoje"]) {
    expect(stems).not.toContain(grammar);
  }
});

it("keeps English words that are grammar elsewhere", () => {
  const english = ["door", "bin", "hat", "plus", "son", "war", "comment"];
  expect(contentStems(english.join(" "))).toHaveLength(english.length);
});
