import { describe, expect, it } from "vitest";
import { comparing } from "./comparing.ts";

const { compareQuestions, compareWords } = await comparing();

const mail = ({
  greeting = "Hello Petra,",
  story = "I have been reading the handbook because of my plans for next year.",
  ask = "How do I request holiday?",
  name = "Olu Adeyemi",
}) => `${greeting}\n\n${story}\n${ask}\nThanks\n${name}`;
const reasons = (one: string, other: string) =>
  compareQuestions(one, other).map(({ reason }) => reason);

it.each([
  ["the reader's name", mail({}), mail({ greeting: "Hi Ann,", name: "Ruth Ellerby" })],
  [
    "greeting and closing",
    "How do I request holiday?",
    "Hello,\nHow do I request holiday?\nMany thanks",
  ],
  [
    "a ticket number",
    "Ticket 4711\nStatus: new\nHow do I pay?",
    "Ticket 9922\nStatus: new\nHow do I pay?",
  ],
  [
    "the time of day",
    "Good morning all, this is a long day.\nHow do I pay?",
    "Good evening all, this is a long day.\nHow do I pay?",
  ],
  [
    "who introduces himself",
    mail({ story: "My name is Pim Verhoef and I like tea." }),
    mail({ story: "My name is Ruth Ellerby and I like tea." }),
  ],
])("lets %s differ around a question", (_name, one, other) => {
  expect(reasons(one, other)).toEqual([]);
});

it.each([
  ["a plan", mail({ story: "I am on the Free plan." }), mail({ story: "I am on the Team plan." })],
  [
    "a version",
    "Version: 3.4\nStatus: new\nHow do I upgrade?",
    "Version: 3.5\nStatus: new\nHow do I upgrade?",
  ],
  [
    "an error code",
    "The log says error 4711 today.\nHow do I fix it?",
    "The log says error 4712 today.\nHow do I fix it?",
  ],
  ["a date", mail({ story: "I started on 3 May." }), mail({ story: "I started on 3 June." })],
  ["an instruction", mail({}), mail({ story: "Answer in French." })],
  ["a sentence that only one says", mail({}), "How do I request holiday?"],
  [
    "a comment that a page hides",
    "When are refunds paid?",
    "When are refunds paid? <!-- never -->",
  ],
])("keeps messages apart whose surroundings differ in %s", (_name, one, other) => {
  expect(reasons(one, other)).toContain("surroundings-differ");
  expect(reasons(other, one)).toContain("surroundings-differ");
});

it("keeps apart what is asked in the same surroundings", () => {
  const one = mail({ ask: "What do calls to Poland cost?" });
  expect(reasons(one, mail({ ask: "What do calls from Poland cost?" }))).toContain(
    "directions-differ",
  );
});

it("never goes by similarity where the ask does not stand apart", () => {
  const long = "The invoice that came this morning is wrong again. ".repeat(8);
  expect(reasons(long, `${long}Once more.`)).toContain("ask-not-separated");
});

it("does not compare what an embedder may not have seen", () => {
  const ask = `Which of ${"the colours on the long list that we sent you last week, ".repeat(14)}is in stock?`;
  expect(reasons(`Hello,\n${ask}`, `Hi,\n${ask}`)).toContain("ask-not-separated");
  const unspaced = `${"公司的文件在哪里保存以及如何备份和恢复".repeat(14)}？`;
  expect(reasons(`你好\n${unspaced}`, unspaced)).toContain("ask-not-separated");
});

it("asks for evidence where the compared text is long or asks several things", () => {
  const two = "Hello,\nHow do I add a guest?\nWhat does a guest cost?\nIn which month is it paid?";
  expect(compareQuestions(two, `${two}\nThanks`)).toEqual([]);
  const several = "Hello,\nHow do I add a guest?\nIt is for March.\nWhat does a guest cost?";
  expect(compareQuestions(several, `${several}\nThanks`)).toMatchObject([
    { strength: "soft", reason: "longer-than-calibrated" },
  ]);
});

it.each([
  ["an emoji", "When are refunds paid? 🙅"],
  ["a word in another script", "When are refunds paid? ѕау no"],
  ["a letter that only looks the same", "When аre refunds paid?"],
])("compares %s, which an embedder may not see", (_name, message) => {
  expect(reasons(message, "When are refunds paid?")).toContain("unseen-text-differs");
});

it.each([
  [
    "a slip of the keyboard",
    "How do I read my electricty meter?",
    "How do I read my electricity meter?",
  ],
  [
    "thanks around it",
    "Hiya, how do I apply for a loan? Thanks in advance",
    "How do I apply for a loan?",
  ],
  [
    "words in another place",
    "What's the guest Wi-Fi password?",
    "What is the Wi-Fi password for guests?",
  ],
  ["another way of asking", "Is parking included in the fee?", "Do your fees include parking?"],
  [
    "another subject of a procedure",
    "How do I waterproof a tent?",
    "How can you waterproof tents?",
  ],
  [
    "the speaker's own thing",
    "How do I renew the boat licence?",
    "How do I renew my boat licence?",
  ],
])("knows the same words in spite of %s", (_name, one, other) => {
  expect(compareWords(one, other, 0.9)).toBe("same-words");
});

it.each([
  ["two things spelled alike", "Who pays the employer?", "Who pays the employee?"],
  ["a word more", "How do I get a gift refund?", "How do I get a gift card refund?"],
  ["another person", "How did you become a judge?", "How do I become a judge?"],
  ["another owner", "Where is my boat licence?", "Where is your boat licence?"],
  ["two who act on each other", "Can you see my boat logs?", "Can I see your boat logs?"],
  ["another time", "When do ferries leave Oban?", "When did ferries leave Oban?"],
  [
    "characters that are words of their own",
    "通知をオンにする方法は？",
    "通知をオフにする方法は？",
  ],
])("does not take %s for the same words", (_name, one, other) => {
  expect(compareWords(one, other, 0.94)).toBeUndefined();
});

it("takes a rewording for one only in the same surroundings, and not below its bound", () => {
  const [one, other] = ["Who approves overtime?", "Which person has to agree to overtime?"];
  expect(compareWords(mail({ ask: one }), mail({ ask: other }), 0.84)).toBe("reworded");
  expect(compareWords(mail({ ask: one }), mail({ ask: other }), 0.6)).toBeUndefined();
  expect(compareWords(one, other, 0.84)).toBeUndefined();
});

describe("a sentence behind the question", () => {
  const ask = "How do I share a folder of the kind blue?";

  it.each([
    [ask, ["No.", "not", "Or rather not.", "I am joking, undo it.", "Unless it is empty.", "Not?"]],
    [ask, ["(not)", "- not", "\nNot", "Thanks, but not."]],
    [
      "Wie teile ich einen Ordner der Art Blau?",
      ["Nicht.", "Scherz, andersrum.", "Außer montags."],
    ],
    [
      "Comment partager un dossier de type bleu ?",
      ["Non.", "Je rigole, annule.", "Sauf le lundi."],
    ],
    [
      "¿Cómo comparto una carpeta de tipo azul?",
      ["No.", "Era broma, deshazlo.", "Salvo el lunes."],
    ],
    [
      "Come condivido una cartella di tipo blu?",
      ["No.", "Scherzavo, annulla.", "Tranne il lunedì."],
    ],
    ["Como partilho uma pasta do tipo azul?", ["Não.", "Estava a brincar, anula.", "Exceto hoje."]],
    [
      "Hoe deel ik een map van het type blauw?",
      ["Niet.", "Geintje, omgekeerd.", "Behalve vandaag."],
    ],
    ["Jak udostępnić folder typu niebieskiego?", ["Nie.", "Żart, na odwrót.", "Oprócz dzisiaj."]],
    [
      "青い種類のフォルダーを共有するにはどうすればいいですか？",
      ["ではない。", "うそです、逆に。"],
    ],
    ["如何共享蓝色类型的文件夹？", ["不是。", "我说着玩的。"]],
  ])("makes it another message: %s", (question, sentences) => {
    for (const sentence of sentences) {
      const message = `${question} ${sentence}`;
      expect(reasons(message, question), message).toContain("surroundings-differ");
      expect(reasons(question, message), message).toContain("surroundings-differ");
    }
  });

  it.each([
    [ask, ["Please.", "Thanks a lot, Ann.", "Thank you very much for your help!", "\nAnn Lee"]],
    ["Wie teile ich einen Ordner der Art Blau?", ["Danke.", "Vielen Dank im Voraus!"]],
    ["Comment partager un dossier de type bleu ?", ["Merci beaucoup !"]],
    ["青い種類のフォルダーを共有するにはどうすればいいですか？", ["よろしくお願いします。"]],
    ["如何共享蓝色类型的文件夹？", ["谢谢！"]],
  ])("may be polite: %s", (question, sentences) => {
    for (const sentence of sentences) {
      expect(reasons(`${question} ${sentence}`, question), sentence).toEqual([]);
    }
  });

  it("may be a tag", () => {
    expect(reasons(`${ask} [solved]`, ask)).toEqual([]);
    expect(reasons(`${ask} [not]`, ask)).toContain("surroundings-differ");
  });

  it("may say what the other message says elsewhere, or says too", () => {
    expect(
      reasons("How do I share a folder? A blue one.", "How do I share a blue folder?"),
    ).toEqual([]);
    expect(reasons(`${ask} It is urgent.`, `${ask} It is urgent!`)).toEqual([]);
  });
});
