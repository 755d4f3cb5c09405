import { describe, expect, it } from "vitest";
import { loadLexicons } from "../../../src/chat/follow-up/lexicon.ts";
import { createReadText } from "../../../src/chat/follow-up/read-text.ts";
import { findPersonalData, personalValues } from "../../../src/chat/understand/personal-data.ts";

const read = createReadText(await loadLexicons("data/follow-up"))("tests");

describe("a message of one private person", () => {
  it.each([
    ["introduction", "Hello, my name is Vera Lindqvist, how do I rent a kayak?"],
    ["introduction", "Guten Tag, ich heiße Jonas Weber. Wann öffnen Sie?"],
    ["introduction", "Je m'appelle Inès Roche, mon cours a-t-il lieu ?"],
    ["introduction", "我叫王芳，课程改期了吗？"],
    ["introduction", "田中と申します。キャンセルできますか。"],
    ["signature", "Where do I sign up?\n\nKind regards\nMilo Sanders"],
    ["signature", "Hoe meld ik me aan?\n\nMet vriendelijke groet,\nFemke Jansen"],
    ["e-mail", "No reminder came to milo.sanders@posthorn.net, why?"],
    ["phone", "Ring me on 07911 222 333 about the kayak"],
    ["phone", "Mi número es +34 611 22 33 44"],
    ["number", "Where is order 5523-881?"],
    ["number", "Meine Kundennummer 880123 geht nicht"],
    ["number", "我的订单号是 77120934"],
    ["bank", "Refund to AT61 1904 3002 3457 3201 please"],
    ["bank", "My card 4012 8888 8888 1881 was refused"],
    ["address", "Do you deliver to 17 Harbour Road?"],
    ["address", "Liefern Sie in die Seegasse 4?"],
    ["secret", "my password is Kayak!2024 and it fails"],
    ["situation", "I am pregnant, may I join the archery course?"],
    ["situation", "Ho il diabete, posso partecipare?"],
    ["situation", "妊娠していますが、参加できますか。"],
    ["introduction", "Vera Lindqvist here from the boat house, when do you open?"],
    ["introduction", "My sister Vera cannot log in, what now?"],
    ["introduction", "Jonas Weber am Apparat. Wann öffnen Sie?"],
    ["introduction", "Z tej strony Jan Wilk, kiedy jest kurs?"],
    ["introduction", "总部的刘芳，我是客服部的刘芳，几点开门？"],
    ["introduction", "経理課の山田です。締め切りはいつですか。"],
    ["signature", "Where do I sign up?\n\nThank you ever so much,\nMrs. V. Lindqvist"],
    ["signature", "Where do I sign up? – Vera L."],
    ["e-mail", "I sign in as vera.l (at) posthorn dot net, why does it fail?"],
    ["phone", "Ring back on my mobile 611 222 333 when the boat is in"],
    ["phone", "我的手机号是13900001111，收不到短信"],
    ["number", "Our boat licence is 77/4521/90, where does it go?"],
    ["number", "Meine Bootsnummer lautet KN-44510, wo steht das?"],
    ["number", "Mi carné es 12345678Z, ¿qué falta?"],
    ["number", "Why is parcel 00340434161094015902 stuck?"],
    ["secret", "The PIN for my locker, 4471, is refused"],
    ["situation", "My dad passed away, how do I cancel his membership?"],
    ["introduction", "hi, this is milo sanders, how do I rent a kayak?"],
    ["introduction", "it's vera from the boat house, when do you open?"],
    ["introduction", "milo s. again, which lane is mine?"],
    ["introduction", "Hello Vera Lindqvist from pier 4, when do you open?"],
    ["introduction", "Sanders speaking. When do you open?"],
    ["introduction", "Guten Tag, Weber mein Name, wann öffnen Sie?"],
    ["introduction", "hola soy marta ruiz, ¿cuándo abren?"],
    ["signature", "Where do I sign up?\n\nta, Milo"],
    ["introduction", "Vera Lindqvist, locker 12: when do you open?"],
    ["introduction", "Le escribe Milo Sanz. ¿Cuándo abren?"],
    ["address", "Wir wohnen Im Winkel 9, liefern Sie?"],
    ["secret", "la clave del armario es Remo7Azul y no abre"],
    ["secret", "Das WLAN-Passwort See!Boot12 geht nicht"],
    ["situation", "My son was sent home from the camp, do I get money back?"],
    ["situation", "Ma fille a été renvoyée du club, que faire ?"],
  ])("is found by its %s: %s", (_kind, message) => {
    expect(findPersonalData(read(message))).toBeDefined();
  });

  it.each([
    "Who was Astrid Lindgren?",
    "How do I repair the paddle K-220?",
    "What does error E-17 mean?",
    "Can pregnant women join the archery course?",
    "How do I deal with allergic guests?",
    "Where do I find my customer number?",
    "How do I write to someone@example.org with the API?",
    "Is noreply@yourdomain.com a valid sender?",
    "What is 127.0.0.1?",
    "Is 112 the emergency number?",
    "What happens on 14.03.2026?",
    "How do I enter ISBN 978-3-16-148410-0?",
    "I forgot my password.",
    "Whom do I ask when my password is lost?",
    "What if my password is wrong!",
    "Thanks! How do I rent a kayak?",
    "Which invoices of 2025 are missing?",
    "My boat shows error 0x80070005, why?",
    "Is part number 7701-2245-A right for my boat?",
    "Can we rent for 10 000 people?",
    "I noticed that my sync stops, why?",
    "How do I write an address like 10 Downing Street?",
    "What is a skateboard bearing made of?",
    "Does Jennifer Lake rent boats?",
    "How do I fix it?\nWindows",
    "Wie trage ich eine Adresse wie Musterstraße 1 ein?",
    "How do I get to the lake from the station, by bus?",
    "hello dear team from the boat house, when do you open?",
    "Strictly speaking, who owns the lake?",
    "How do I change the password for Office365?",
    "My boat was sent back, why?",
    "In Harbour Town, Ann Street, is there a pier?",
  ])("is not seen in %s", (message) => {
    expect(findPersonalData(read(message))).toBeUndefined();
  });

  it("is told by check digits from any other number", () => {
    const kinds = (text: string) => personalValues(text).map(({ kind }) => kind);
    expect(kinds("DE89 3704 0044 0532 0130 00")).toEqual(["bank"]);
    expect(kinds("DE90 3704 0044 0532 0130 00")).toEqual([]);
    expect(kinds("4012 8888 8888 1881")).toEqual(["bank"]);
    expect(kinds("4012 8888 8888 1882")).toEqual([]);
  });
});
