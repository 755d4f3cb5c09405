import { describe, expect, it } from "vitest";
import { loadLexicons } from "../../../src/chat/follow-up/lexicon.ts";
import { createReadText } from "../../../src/chat/follow-up/read-text.ts";
import { findPersonalData } from "../../../src/chat/understand/personal-data.ts";

const read = createReadText(await loadLexicons("data/follow-up"))("tests");
const find = (message: string) => findPersonalData(read(message));

describe("what happened to the writer", () => {
  it.each([
    // The speaker and a definite time.
    "We rented a canoe on Saturday and it leaked. What now?",
    "our canoe trip on the 9th, can we add a child",
    "Wir haben am 3. Mai ein Kanu gemietet. Bekommen wir Geld zurück?",
    "Nous avons loué un canoë samedi et il prend l'eau.",
    "Alquilamos una canoa el sábado y hace agua.",
    "Il mio corso di canoa di sabato scorso è saltato.",
    "Mijn kano is gisteren gezonken, wie betaalt dat?",
    "W sobotę wypożyczyłem kajak i zatonął.",
    "Ontem virei a canoa e perdi os óculos.",
    "昨日カヌーが転覆して、私は携帯をなくしました。",
    "我上周租的独木舟漏水了",
    // The speaker and money.
    "I live on 900 euros, is there a cheaper course?",
    "Ich lebe von 900 Euro, gibt es einen günstigeren Kurs?",
    // The speaker in the past.
    "I fell out of the canoe. Am I insured?",
    "I quarrelled with the instructor. May I still take the exam?",
    "Je suis tombée du canoë, suis-je assurée ?",
    "Me caí de la canoa, ¿estoy asegurado?",
    "Sono caduta dalla canoa, sono assicurata?",
    // Another person's act.
    "The instructor sent me home without a reason.",
    "Your guide shouted at my sister. To whom can I complain?",
    "The ferry horn woke our twins at five.",
    "Ihr Boot hat unsere Tochter erschreckt.",
    "Der Kursleiter hat mich vor allen beleidigt.",
    "Le moniteur m'a insultée devant tout le monde.",
    "El monitor me insultó delante de todos.",
  ])("keeps the message private: %s", (message) => {
    expect(find(message)).toBe("situation");
  });

  it.each([
    "Can I rent a canoe on Saturday?",
    "When are canoe courses held on Saturdays?",
    "I forgot my locker code, how do I get a new one?",
    "I updated the app and now the map is empty.",
    "How do I find a route that I saved?",
    "I want to book a course. How far ahead should I do that?",
    "What happens if I miss the last ferry?",
    "Is a canoe trip free above 50 euros?",
    "My son wants to join the course, is he too young?",
    "We have ten canoes. How do we store them in winter?",
    "Wie finde ich eine Route, die ich gespeichert habe?",
    "Ich habe meinen Schlüssel verloren, was nun?",
    "Kann ich am Samstag ein Kanu mieten?",
    "J'ai oublié mon code, que faire ?",
    "Peut-on louer un canoë samedi ?",
    "Perdí la llave, ¿qué hago?",
    "Ho dimenticato il codice, come lo recupero?",
    "Ik ben mijn code vergeten, wat nu?",
    "Zapomniałam kodu, co robić?",
    "Esqueci o código, o que faço?",
    "鍵をなくしました。どうすればいいですか。",
    "我忘了密码，怎么办？",
  ])("shares an ordinary question: %s", (message) => {
    expect(find(message)).toBeUndefined();
  });

  it("does not take a German noun after 'ich bin' for a name", () => {
    expect(find("Ich bin Anfänger. Welches Kanu passt?")).toBeUndefined();
    expect(find("Ich bin Jördis. Welches Kanu passt?")).toBe("introduction");
  });
});
