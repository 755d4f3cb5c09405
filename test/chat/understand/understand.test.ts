import { describe, expect, it } from "vitest";
import { loadLexicons } from "../../../src/chat/follow-up/lexicon.ts";
import { createReadText } from "../../../src/chat/follow-up/read-text.ts";
import { understandMessage } from "../../../src/chat/understand/understand.ts";

const read = createReadText(await loadLexicons("data/follow-up"))("tests");

/** Messages by turns: the user begins. */
const talk = (...texts: readonly string[]) =>
  texts.map((content, index) => ({
    role: index % 2 === 0 ? ("user" as const) : ("assistant" as const),
    content,
  }));

const understand = (message: string, ...before: readonly string[]) =>
  understandMessage(read(message), { history: talk(...before) });
const POTTERY = ["When does the pottery class start?", "At six."] as const;

describe("a message without anything before it", () => {
  it.each([
    ["How do I rent a kayak?", "standalone-question"],
    ["My kayak is leaking", "standalone-question"],
    ["Wie miete ich ein Kajak?", "standalone-question"],
    ["カヤックはどこで借りられますか。", "standalone-question"],
    ["What about the other one?", "follow-up"],
    ["Please answer in Dutch from now on.", "context-setting"],
    ["Let us talk about the winter season.", "context-setting"],
    ["Suppose there are nine of us.", "context-setting"],
    ["We are a youth club.", "context-setting"],
    ["Wir sind ein Jugendverein.", "context-setting"],
    ["Write a poem about a kayak", "task"],
    ["Hello there!", "small-talk"],
    ["Merci beaucoup !", "small-talk"],
    ["What is my booking number?", "about-oneself"],
  ])("%s is taken for a %s", (message, kind) => {
    const { kind: found, heldBack } = understand(message);
    expect(found).toBe(kind);
    expect(heldBack === undefined).toBe(kind === "standalone-question");
  });
});

describe("a question in a conversation", () => {
  it.each([
    ["en", "What should I bring to the archery course?", ...POTTERY],
    ["en", "Thanks! Where can visitors leave their coats?", ...POTTERY],
    ["en", "By the way, is there a discount for pensioners?", ...POTTERY],
    ["en", "Which bus stops at the lake?", "hello", "Hello!"],
    ["de", "Welcher Bus hält am See?", "Wann beginnt der Kurs?", "Um sechs."],
    ["fr", "Quel bus s'arrête au lac ?", "Quand commence le cours ?", "À six heures."],
    ["es", "¿Qué autobús para en el lago?", "¿Cuándo empieza el curso?", "A las seis."],
    ["it", "Quale autobus ferma al lago?", "Quando comincia il corso?", "Alle sei."],
    ["pt", "Que autocarro para no lago?", "Quando começa o curso?", "Às seis."],
    ["nl", "Welke bus stopt bij het meer?", "Wanneer begint de cursus?", "Om zes uur."],
    ["pl", "Który autobus staje nad jeziorem?", "Kiedy zaczyna się kurs?", "O szóstej."],
    ["zh", "哪路公交车在湖边停车？", "陶艺课什么时候开始？", "六点。"],
    ["ja", "湖に停まるバスはどれですか。", "陶芸教室はいつ始まりますか。", "6時です。"],
  ])("is shared where it is complete (%s): %s", (_language, question, ...before) => {
    expect(understand(question, ...before)).toMatchObject({
      kind: "standalone-question",
      heldBack: undefined,
    });
  });

  it.each([
    ["en", "What would you recommend for us?", ...POTTERY],
    ["en", "Painting please, and what does it cost?", "Hi", "Pottery or painting?"],
    ["en", "On weekends too?", ...POTTERY],
    ["en", "I meant the archery course", ...POTTERY],
    ["en", "Beyond the second pier?", "Where may kayaks go?", "Anywhere on the lake."],
    ["de", "Nur die aus Holz?", "Darf ich Boote mitbringen?", "Ja."],
    ["fr", "Sans permis de bateau ?", "Qui peut louer ?", "Tout le monde."],
    ["pt", "Apenas as de madeira?", "Posso trazer barcos?", "Sim."],
    ["en", "Where can I rent one of the wooden sort?", "Which boats are there?", "Wood or steel."],
    ["es", "¿Cuánto pesan estos?", "¿Qué remos hay?", "De madera."],
    ["de", "Hast du mehr Details?", "Was ist ein Steg?", "Eine Brücke."],
    ["pt", "podes dar mais detalhes?", "O que é um cais?", "Um muro na água."],
    ["zh", "中间那种多少钱？", "有什么船？", "大、中、小。"],
    ["en", "Is the heavier one safe?", "Which boats are there?", "Wood or steel."],
    ["de", "Und der Malkurs?", "Wann beginnt der Töpferkurs?", "Um sechs."],
    ["de", "Was kostet er?", "Wann beginnt der Töpferkurs?", "Um sechs."],
    ["fr", "Et la peinture ?", "Quand commence la poterie ?", "À six heures."],
    ["fr", "Comment le payer ?", "Quand commence le cours ?", "À six heures."],
    ["es", "¿Y la pintura?", "¿Cuándo empieza la cerámica?", "A las seis."],
    ["es", "¿Cómo puedo pagarlo?", "¿Cuándo empieza el curso?", "A las seis."],
    ["it", "E la pittura?", "Quando comincia la ceramica?", "Alle sei."],
    ["pt", "E a pintura?", "Quando começa a cerâmica?", "Às seis."],
    ["nl", "En schilderen?", "Wanneer begint pottenbakken?", "Om zes uur."],
    ["pl", "A malarstwo?", "Kiedy zaczyna się ceramika?", "O szóstej."],
    ["zh", "那绘画课呢？", "陶艺课什么时候开始？", "六点。"],
    ["ja", "週末では？", "陶芸教室はいつ始まりますか。", "6時です。"],
    ["ja", "絵画教室は？", "陶芸教室はいつ始まりますか。", "6時です。"],
  ])("is a follow-up where it leans on what was said (%s): %s", (_language, message, ...before) => {
    expect(understand(message, ...before)).toMatchObject({
      kind: "follow-up",
      heldBack: "follow-up-not-resolved",
    });
  });

  it("in a language without data stays in its conversation, and is shared where nothing came before", () => {
    const question = "Millä bussilla pääsee järvelle?";
    expect(understand(question).heldBack).toBeUndefined();
    expect(understand(question, "Milloin kurssi alkaa?", "Kuudelta.").heldBack).toBeDefined();
  });

  it("is shared after messages that could not be read only where it is certainly complete", () => {
    const unread = { history: [], isKnown: false };
    const heldBack = (message: string) => understandMessage(read(message), unread).heldBack;
    expect(heldBack("Which shoes are allowed in the climbing hall?")).toBeUndefined();
    expect(heldBack("How much do I pay?")).toBe("unknown-history");
    expect(heldBack("What does shipping cost?")).toBe("unknown-history");
  });
});

describe("what was said before a complete question", () => {
  it.each([
    ["a topic", "Let's talk about the winter season.", "Which lifts and slopes open on Sundays?"],
    ["a fact", "We are a school with forty pupils.", "How much do day tickets and skis cost?"],
    ["a supposition", "Suppose it is cancelled by you.", "Who pays for hotels and rail tickets?"],
    [
      "a pasted text",
      'The sign says: "No boats without a pass today."',
      "Who grants exceptions for visitors?",
    ],
    [
      "a pasted text",
      'This is our lease: "Pets need consent."',
      "Are dogs and cats allowed on balconies?",
    ],
    ["a statement", "As a coach I pay no entry.", "What does a wetsuit locker cost?"],
    ["a topic", "Sprechen wir über die Wintersaison.", "Wann öffnet der Lift?"],
    ["a fact", "Somos una escuela.", "¿Cuánto cuestan las entradas?"],
    ["a statement", "Being afraid of heights, I avoid lifts.", "Which path should I take?"],
    ["a statement", "Da wir ein Verein sind, zahlen wir weniger.", "Was kostet die Tageskarte?"],
  ])("keeps it from the shared cache: %s", (_what, said, question) => {
    expect(understand(question, said, "All right.")).toMatchObject({
      kind: "standalone-question",
      heldBack: "conversation-context",
    });
  });

  it.each([
    ["a choice", "The outdoor one then.", "What does it cost?"],
    ["a choice", "Clay it is.", "How long is a course?"],
    ["a choice", "La de la tarde.", "¿Cuánto cuesta la entrada?"],
    ["a topic", "Everything I ask concerns the ski hall.", "How do I rent a locker?"],
    ["a fact", "Nuestro club está en Murcia.", "¿Qué IVA lleva la entrada?"],
    ["a supposition", "What if the lift breaks down?", "Would the ticket be refunded?"],
  ])("keeps it from the shared cache, later too: %s: %s", (_what, said, question) => {
    expect(understand(question, ...POTTERY, said, "All right.").heldBack).toBeDefined();
  });

  it.each([
    [
      "the topic is restated",
      "Let's talk about the lift.",
      "When does the lift to the glacier open in winter?",
    ],
    ["it was answered", "The dryer shows a red lamp.", "Where can bicycles be parked overnight?"],
    [
      "the question is about something with a name",
      "I am a member.",
      "Which architect designed the roof of Larkfield Hall?",
    ],
    ["it was thanks", "Thanks, that solved it!", "Where are lockers for skis?"],
    ["it asked by itself", "Suppose it rains, is the lift open?", "Where are lockers for skis?"],
  ])("changes nothing where %s", (_why, said, question) => {
    expect(understand(question, said, "All right.").heldBack).toBeUndefined();
  });

  it("is an instruction that holds for all that is asked after it", () => {
    const asked = "Reply in Italian from now on.";
    const after = understand("Where are lockers for skis?", asked, "Certo.", ...POTTERY);
    expect(after).toMatchObject({ heldBack: undefined, instructions: [asked] });
    expect(understand("And for boots?", asked, "Certo.").instructions).toEqual([asked]);
    const once = understand("Where are lockers?", 'Translate "ski" into Italian.', "Sci.");
    expect(once.instructions).toEqual([]);
  });

  it.each([
    "You can drop the small talk and just give me numbers.",
    "Don't ever give me more than two lines",
    "Alle Preise bitte mit Steuer angeben.",
    "Respóndeme sin rodeos.",
    "Euros if you can.",
    "Fewer adjectives next time",
    "Times in UTC please, I'm a pilot.",
    "I want answers in one line",
    "Only the price, for everything I ask.",
    "Voglio risposte brevi.",
  ])("may be an instruction where it asks nothing and speaks to the assistant: %s", (said) => {
    const { instructions } = understand("Where are lockers for skis?", said, "All right.");
    expect(instructions).toEqual([said]);
  });

  it.each([
    ["Can you explain that more simply?", "Who teaches kayaking?", "Vera."],
    ["Indoor. When does it open?", "Where do you climb?", "Indoor or outdoor?"],
    ["Does the second include skis?", "Which passes are there?", "Day and season."],
    ["Kannst du das einfacher erklären?", "Wer lehrt Kajak?", "Vera."],
    ["税込みですか。", "料金はいくらですか。", "十ユーロです。"],
  ])("makes a follow-up of %s", (question, said, answer) => {
    expect(understand(question, said, answer).kind).toBe("follow-up");
  });

  it("is private where the instruction tells who the reader is", () => {
    const asked = "From now on call me Ludmila Varga.";
    expect(understand("Where are lockers for skis?", asked, "Sure.").heldBack).toBe(
      "personal-data",
    );
  });
});

describe("a question asked again", () => {
  it.each(["Is clay safe?", "What is raku?", "How do I rent a kayak?"])(
    "in the same words is what it was the first time: %s",
    (question) => {
      expect(understand(question).heldBack).toBeUndefined();
      expect(understand(question, question, "Yes.").heldBack).toBeUndefined();
      expect(understand(question.toUpperCase(), question, "Yes.").heldBack).toBeUndefined();
    },
  );

  it("stays a follow-up where it was one", () => {
    const before = [...POTTERY, "And for children?", "At four."];
    expect(understand("And for children?", ...before).kind).toBe("follow-up");
  });

  it("depends on what its asker has told since, wherever in the conversation that was", () => {
    const told = ["How do I rent a kayak?", "At the jetty.", "We are a youth club.", "Welcome!"];
    expect(understand("How do I rent a kayak?", ...told).heldBack).toBe("conversation-context");
    expect(understand("Where do I park?", ...told).heldBack).toBe("conversation-context");
    const rich = "How many guests may come to the pottery class in winter?";
    const since = [rich, "Two.", "I have a day ticket.", "Welcome!"];
    expect(understand(rich, ...since).heldBack).toBe("conversation-context");
    expect(understand(rich, rich, "Two.", "thanks", "You are welcome!").heldBack).toBeUndefined();
  });
});

describe("an answer to the assistant's question, and a pronoun", () => {
  it("continues the conversation", () => {
    const asked = ["I want to rent a kayak.", "For how many people?"] as const;
    expect(understand("Three adults, is there a discount for clubs?", ...asked).heldBack).toBe(
      "follow-up-not-resolved",
    );
    const trainer = ["Wer leitet den Kurs?", "Jörg Blum."] as const;
    expect(understand("Wann begann er damit?", ...trainer).heldBack).toBeDefined();
  });
});
