import fc from "fast-check";
import { expect, test } from "vitest";
import { detectLanguage, createReadLanguage } from "../../src/language/detect-language.ts";

const languageToCompareIn = (text: string, expected: string | undefined) =>
  createReadLanguage(expected)(text).compared;

test.each([
  ["en", "How do I add a colleague to my team?"],
  ["en", "Can I take my bicycle on the train?"],
  ["de", "Wie füge ich eine Kollegin zu meinem Team hinzu?"],
  ["de", "Darf ich mein Fahrrad im Zug mitnehmen?"],
  ["fr", "Comment ajouter un collègue à mon équipe ?"],
  ["fr", "Puis-je prendre mon vélo dans le train ?"],
  ["es", "¿Cómo añado a una compañera a mi equipo?"],
  ["es", "¿Puedo llevar la bicicleta en el tren?"],
  ["it", "Come aggiungo una collega alla mia squadra?"],
  ["it", "Posso portare la bicicletta in treno?"],
  ["pt", "Como adiciono uma colega à minha equipa?"],
  ["pt", "Posso levar a bicicleta no comboio?"],
  ["nl", "Hoe voeg ik een collega toe aan mijn team?"],
  ["nl", "Mag mijn fiets mee in de trein?"],
  ["pl", "Jak dodać koleżankę do mojego zespołu?"],
  ["pl", "Czy mogę zabrać rower do pociągu?"],
  ["zh", "怎么把同事加进我的团队？"],
  ["zh", "火車上可以帶腳踏車嗎？"],
  ["ja", "チームに同僚を追加するにはどうすればいいですか。"],
  ["ja", "APIの利用料金"],
  ["sv", "Hur lägger jag till en kollega i mitt team?"],
  ["tr", "Ekibime bir iş arkadaşımı nasıl eklerim?"],
  ["ru", "Как добавить коллегу в мою команду?"],
  ["ko", "팀에 동료를 어떻게 추가하나요?"],
  ["ar", "كيف أضيف زميلا إلى فريقي؟"],
])("tells that a question is in %s: %s", (language, question) => {
  expect(detectLanguage(question)).toBe(language);
});

test.each(["", "API?", "504", "Login", "ERR_TIMEOUT /v1/chat?page=2", "📎 + 📎", "解約方法"])(
  "does not guess the language of %j, which is too short to tell",
  (text) => {
    expect(detectLanguage(text)).toBeUndefined();
  },
);

test("takes an English question about Japanese words for English or leaves it undecided", () => {
  expect(["en", undefined]).toContain(
    detectLanguage("What does 任せて mean in a letter to my boss?"),
  );
});

test("takes a Japanese question with a product's name in Latin letters for Japanese", () => {
  expect(detectLanguage("Reprise Cloudの料金は？")).toBe("ja");
});

test("compares a question that is too short to tell in the expected language, if it may be of it", () => {
  expect(languageToCompareIn("Login?", "en")).toBe("en");
  expect(languageToCompareIn("504", "de")).toBe("de");
  expect(languageToCompareIn("解約方法", "ja")).toBe("ja");
});

test("never compares a question in an expected language that it cannot be of", () => {
  expect(languageToCompareIn("Wie füge ich eine Kollegin hinzu?", "en")).toBe("de");
  expect(languageToCompareIn("解約方法", "en")).toBe("und");
  expect(languageToCompareIn("Kündigungsfristen", "en")).toBe("und");
  expect(languageToCompareIn("Login?", undefined)).toBe("und");
});

test("reads any text in the same way twice, and never throws", () => {
  fc.assert(
    fc.property(fc.string({ unit: "grapheme", maxLength: 300 }), (text) => {
      expect(detectLanguage(text)).toBe(detectLanguage(text));
    }),
  );
});

test("is remembered for its tenant and for no other", () => {
  const readLanguage = createReadLanguage("en");
  const read = (tenant?: string) => readLanguage("How do I rent a kayak?", undefined, tenant);
  expect(read("acme")).toBe(read("acme"));
  expect(read("globex")).not.toBe(read("acme"));
  expect(read()).not.toBe(read());
});
