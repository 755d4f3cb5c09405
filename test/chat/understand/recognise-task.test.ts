import { describe, expect, it } from "vitest";
import { loadLexicons } from "../../../src/chat/follow-up/lexicon.ts";
import { createReadText } from "../../../src/chat/follow-up/read-text.ts";
import { recogniseTask } from "../../../src/chat/understand/recognise-task.ts";

const read = createReadText(await loadLexicons("data/follow-up"))("tests");
const recognise = (message: string) => recogniseTask(read(message));

const LINES = "User: Is the lake frozen?\nAssistant: Not yet.";
const XML = "<dialogue>\nhuman: Is the lake frozen?\nai: Not yet.\n</dialogue>";
const MARKDOWN = "## User\nIs the lake frozen?\n## Assistant\nNot yet.";
const BRACKETS = "[user] Is the lake frozen?\n[bot] Not yet.";
const GERMAN = "Nutzer: Ist der See gefroren?\nAssistent: Noch nicht.";

describe("a prompt that a chat front end sends by itself", () => {
  const transcripts = [LINES, XML, MARKDOWN, BRACKETS, GERMAN];
  const orders = [
    "Suggest a heading of at most four words for the exchange below.",
    'Label the dialogue with up to five keywords and return {"keywords": []} as JSON only.',
    "What might the person ask next? List three ideas as a JSON array.",
    "Formulate the web searches that would help to answer. Output only the searches.",
    "Gib diesem Gespräch einen kurzen Titel. Antworte nur mit dem Titel.",
    "Donne un titre court à cette conversation.",
    "为以下对话生成一个简短的标题",
  ];
  it.each(transcripts.flatMap((text) => orders.map((order) => [order, text] as const)))(
    "is a task: %s",
    (order, text) => {
      expect(recognise(`${order}\n\n${text}`)).toBeDefined();
      expect(recognise(`### Task:\n${order}\n### History:\n${text}\n### Output:`)).toBeDefined();
    },
  );
});

describe("work on a text", () => {
  it.each([
    'Translate this for me: "The lake is frozen, please keep off."',
    "Shorten the paragraph below.\n\nThe lake is closed. It is frozen. Nobody may walk on it.",
    "Write a limerick about a frozen lake",
    "Turn these into a table: kayak 3, canoe 5, raft 1",
    "Explain this function:\n```js\nconst f = (x) => x + 1;\n```",
    "Übersetze ins Französische: Der See ist zu.",
    "translate that to German",
    "Please summarise this in one line",
    "Schreib eine kurze Einladung zum Seefest",
    "Résume le texte suivant : le lac est fermé et personne ne peut y marcher.",
    "Corrige este texto: el lago esta cerado.",
    "Traduci in inglese: il lago è chiuso",
    "Escreva um poema sobre o lago",
    "Vertaal naar het Engels: het meer is dicht",
    "Napisz wiersz o jeziorze",
    "把这句话翻译成英文：湖面结冰了。",
    "次の文章を要約してください：湖は凍っています。",
    "Rephrase what the visitor says.\nVisitor: and on ice?\nWith lake: yes\nStandalone question:",
    "You are an AI assistant. Your task is to generate three versions of the question: is the lake open?",
    "Summarize the discussion briefly to use as a prompt for future context.",
    "Der Gast ist verärgert, weil der See zu war. Formulier mir eine nette Antwort.",
    "A limerick for the lifeguard, two verses, not too silly",
    "Eine Rede zur Eröffnung des Stegs, zwei Minuten, ohne Pathos",
    "Un sonnet pour la fête du lac, sans rimes faciles",
    "Una canción para el monitor de remo, muy corta",
    "Een versje voor de badmeester, vier regels",
    "Krótki toast na otwarcie przystani, dwa zdania",
    "Help me phrase a note to the lifeguard",
    "Hilf mir, eine Absage an den Ruderclub zu formulieren",
    "Make a table of pros and cons of winter swimming",
    "Dame ideas para una fiesta en el lago",
    "Draft the welcome lines for the lake guide",
    "Verfass die Begrüßung für das Seefest",
    "I need a two-minute speech for the opening of the lake",
    "Brainstorm ten ideas for a winter party",
    "Trouve un slogan pour un club de kayak",
    "Korrekturlesen bitte: Der See sind gefroren.",
    "Napisz życzenia dla instruktora",
    "湖のガイドへのお礼のメッセージを書いて",
    "简要总结一下对话内容，控制在 200 字以内",
    "One emoji for this.\nUser: Is the lake frozen?\nAssistant: Not yet.",
    "A self-contained form, please. G: do you rent canoes? D: yes. G: for how long?",
    "is this too blunt? 'The lake is shut and that is that.'",
    "Was heißt „Der See ist noch zu“ auf Schwedisch?",
    "a list out of this please\nAnn brings paddles. Bo brings ropes. Cy brings the boats.",
    "We'd love a sonnet about the frozen lake",
    "Can you mirror this sentence? The lake is frozen.",
    "Ein Trinkspruch für den Bootsverein wäre schön",
    "Scrivimi due righe sul lago",
  ])("is a task: %s", (message) => {
    expect(recognise(message)).toBeDefined();
  });

  it.each([
    "How do I translate the booking page?",
    "I need a new locker code",
    "I'd like a list of everybody who books. Where do I find it?",
    "System: Windows 11\nClient: 8.3\nWhy does the booking page stay white?",
    "Where can I write a review of the lake tour?",
    "What does it mean when the tour is 'awaiting weather'?",
    "Does the discussion board close in winter?",
    "I need a permit for the lake, how do I get one?",
    "Wie schreibe ich eine Bewertung?",
    "Can you explain how the deposit is worked out?",
    "Which title does the tour have in the catalogue?",
    "Describe the way from the station to the lake",
    "Show me the opening hours",
    "Compare the day ticket and the season ticket",
    "Can you please sort out my booking? I need this to be done today.",
    "Wie schreibe ich eine Bewertung?",
    "Comment traduire la page de réservation ?",
    "¿Se puede traducir la página?",
    "怎么写评论？",
    "レビューはどこに書けますか。",
  ])("is not seen in a question: %s", (message) => {
    expect(recognise(message)).toBeUndefined();
  });
});

describe("a text or a part to play that is asked for", () => {
  it.each([
    "Give me a recipe with perch and dill",
    "Can I get a riddle about lakes",
    "Reorder by length: perch, pike, eel",
    "Role play: you are a fishmonger, I want a discount.",
    "How would you say 'the lake is frozen' in Dutch",
    "Tell us a joke about herons",
    "Imagine you are a heron. What do you eat?",
    "Erzähl mir ein Märchen vom Reiher",
    "Raconte-moi un conte sur un héron",
    "Gib mir ein Rezept mit Barsch",
    "Sag was Nettes über den Winter",
    "Donne-moi une recette avec du brochet",
    "Range par taille : perche, brochet, anguille",
    "Dame una receta con lucio",
    "Ponlo más corto: el lago está cerrado",
    "Dammi una ricetta con il luccio",
    "Geef me een recept met snoek",
    "Podaj przepis na szczupaka",
    "Dá-me uma receita com lúcio",
    "魚のレシピを考えてください",
    "给我一个鱼的菜谱",
  ])("is a task: %s", (message) => {
    expect(recognise(message)).toBeDefined();
  });

  it.each([
    "Give me the address of the boathouse",
    "Is there a recipe for perch on the blog?",
    "The lock is stuck. Can you fix it?",
    "How do you say no to an invitation in the app?",
    "Set up the alarm",
    "Gib mir die Adresse des Bootshauses",
    "Donnez-moi l'adresse du hangar",
    "Dame la dirección del embarcadero",
    "Dammi l'indirizzo del molo",
  ])("is a question: %s", (message) => {
    expect(recognise(message)).toBeUndefined();
  });
});
