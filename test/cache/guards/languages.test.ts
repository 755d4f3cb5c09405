import { describe, expect, it } from "vitest";
import { createGuards } from "../../../src/cache/guards/guards.ts";
import { loadGuardLanguages } from "../../../src/cache/guards/load-guards.ts";
import { createReadLanguage } from "../../../src/language/detect-language.ts";
import { languagePairs } from "./language-pairs.ts";

const languages = await loadGuardLanguages("data/guards");
const compare = createGuards(languages, createReadLanguage("en"));
/** Of one language whatever the text, as where its language was told by a longer conversation. */
const compareIn = (language: string) =>
  createGuards(languages, () => ({ detected: language, compared: language }));

describe.each(Object.entries(languagePairs))("questions in %s", (language, { apart, alike }) => {
  const guards = compareIn(language);

  it.each(apart)("are kept apart at any similarity, by %s: %s | %s", (guard, one, other) => {
    const finding = expect.objectContaining({ guard, strength: "hard" });
    expect(guards(one, other)).toContainEqual(finding);
    expect(guards(other, one)).toContainEqual(finding);
  });

  it.each(alike)("share an answer where they ask the same: %s | %s", (one, other) => {
    expect(guards(one, other)).toEqual([]);
    expect(guards(other, one)).toEqual([]);
  });
});

it.each([
  ["de", "Wie lackiere ich den Stuhl?", "Wie verschraube ich den Stuhl?"],
  ["fr", "Comment vernir la chaise ?", "Comment visser la chaise ?"],
  ["ja", "椅子を塗る方法は？", "椅子を運ぶ方法は？"],
])(
  "asks for evidence in %s where a word stands in the place of another",
  (_language, one, other) => {
    const finding = { guard: "words", strength: "soft", reason: "word-differs" };
    expect(compare(one, other)).toEqual([finding]);
    expect(compare(other, one)).toEqual([finding]);
  },
);

it("keeps questions in two languages apart, whatever they say", () => {
  const finding = { guard: "language", strength: "hard", reason: "language-differs" };
  expect(compare("Where is the meter?", "Wo ist der Stromzähler?")).toEqual([finding]);
  expect(compare("Onde fica o contador?", "¿Dónde está el contador?")).toEqual([finding]);
  expect(compare("会员费要多少钱？", "会費はいくらですか。")).toEqual([finding]);
});

it("asks for evidence in a language that it has no words of, and still reads numbers and codes", () => {
  const reasons = (one: string, other: string) =>
    compare(one, other).map(({ reason, strength }) => `${reason} ${strength}`);
  expect(reasons("Hur målar jag en vägg?", "Hur målar man en vägg?")).toEqual([
    "language-without-guards soft",
  ]);
  expect(reasons("Kan jag måla 4 väggar?", "Kan jag måla 7 väggar?")).toContain(
    "numbers-differ hard",
  );
  expect(reasons("Можно покрасить стену на Windows?", "Можно покрасить стену на Linux?")).toContain(
    "opposites hard",
  );
});

it("can be told not to mind the language", () => {
  const off = { language: false };
  expect(compare("Hur målar jag en vägg?", "Hur målar jag en vägg nu?", off)).toEqual([]);
  const other = compare("Where is the meter?", "Wo ist der Zähler?", off);
  expect(other.map(({ guard }) => guard)).not.toContain("language");
});
