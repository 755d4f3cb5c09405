/** What the offline model says in its own words. `{name}` is replaced. */
interface Phrases {
  readonly notFound: string;
  /** The documents are in `{language}`. */
  readonly otherLanguage: string;
  readonly greeting: string;
  /** Precedes examples. */
  readonly examples: string;
  /** A question about `{topic}`. */
  readonly example: string;
}

const ENGLISH: Phrases = {
  notFound: "I could not find that in the documents.",
  otherLanguage:
    "The documents are in {language}, and without a language model I only find what is asked in that language.",
  greeting: "Hello, good to have you here! I look up answers in the documents.",
  examples: "You can ask me, for example:",
  example: "What do the documents say about “{topic}”?",
};

/** By language; English is the fallback. */
const PHRASES: Readonly<Record<string, Phrases>> = {
  en: ENGLISH,
  de: {
    notFound: "Das konnte ich in den Dokumenten nicht finden.",
    otherLanguage:
      "Die Dokumente sind auf {language}, und ohne Sprachmodell finde ich nur, was in dieser Sprache gefragt wird.",
    greeting: "Hallo, schön, dass Sie da sind! Ich suche Antworten in den Dokumenten.",
    examples: "Sie können mich zum Beispiel fragen:",
    example: "Was steht in den Dokumenten über „{topic}“?",
  },
  fr: {
    notFound: "Je n'ai pas trouvé cela dans les documents.",
    otherLanguage:
      "Les documents sont en {language}, et sans modèle de langue je ne trouve que ce qui est demandé dans cette langue.",
    greeting: "Bonjour, ravi de vous accueillir ! Je cherche des réponses dans les documents.",
    examples: "Vous pouvez me demander, par exemple :",
    example: "Que disent les documents sur « {topic} » ?",
  },
  es: {
    notFound: "No he encontrado eso en los documentos.",
    otherLanguage:
      "Los documentos están en {language}, y sin un modelo de lenguaje solo encuentro lo que se pregunta en ese idioma.",
    greeting: "¡Hola, me alegro de que esté aquí! Busco respuestas en los documentos.",
    examples: "Puede preguntarme, por ejemplo:",
    example: "¿Qué dicen los documentos sobre «{topic}»?",
  },
  it: {
    notFound: "Non l'ho trovato nei documenti.",
    otherLanguage:
      "I documenti sono in {language}, e senza un modello linguistico trovo solo ciò che viene chiesto in quella lingua.",
    greeting: "Salve, è un piacere averla qui! Cerco risposte nei documenti.",
    examples: "Può chiedermi, per esempio:",
    example: "Che cosa dicono i documenti su «{topic}»?",
  },
  pt: {
    notFound: "Não encontrei isso nos documentos.",
    otherLanguage:
      "Os documentos estão em {language}, e sem um modelo de linguagem só encontro o que é perguntado nessa língua.",
    greeting: "Olá, que bom ter você aqui! Procuro respostas nos documentos.",
    examples: "Você pode me perguntar, por exemplo:",
    example: "O que dizem os documentos sobre «{topic}»?",
  },
  nl: {
    notFound: "Dat kon ik niet vinden in de documenten.",
    otherLanguage:
      "De documenten zijn in het {language}, en zonder taalmodel vind ik alleen wat in die taal gevraagd wordt.",
    greeting: "Hallo, fijn dat u er bent! Ik zoek antwoorden in de documenten.",
    examples: "U kunt mij bijvoorbeeld vragen:",
    example: "Wat zeggen de documenten over „{topic}”?",
  },
  pl: {
    notFound: "Nie udało mi się tego znaleźć w dokumentach.",
    otherLanguage:
      "Język dokumentów to {language}, a bez modelu językowego znajduję tylko to, o co pytasz w tym języku.",
    greeting: "Dzień dobry, miło Cię widzieć! Szukam odpowiedzi w dokumentach.",
    examples: "Możesz mnie zapytać na przykład:",
    example: "Co mówią dokumenty o „{topic}”?",
  },
  ja: {
    notFound: "文書の中に見つかりませんでした。",
    otherLanguage:
      "文書は{language}で書かれています。言語モデルがないため、その言語での質問にしか答えられません。",
    greeting: "こんにちは。文書の中から答えを探してお伝えします。",
    examples: "たとえば、次のように質問できます。",
    example: "「{topic}」について文書には何と書かれていますか？",
  },
  zh: {
    notFound: "我在文档中没有找到相关内容。",
    otherLanguage: "文档使用{language}。没有语言模型时，只能找到用该语言提出的问题的答案。",
    greeting: "您好，很高兴为您服务！我会在文档中查找答案。",
    examples: "例如，您可以问我：",
    example: "文档中关于“{topic}”是怎么说的？",
  },
};

function phrasesOf(language: string | undefined): Phrases {
  return PHRASES[language ?? "en"] ?? ENGLISH;
}

/** Says that the documents have no answer, in the language of the question if it is one of ten. */
export function sayNotFound(language: string | undefined, documents: string | undefined): string {
  const { notFound, otherLanguage } = phrasesOf(language);
  if (language === undefined || documents === undefined || language === documents) return notFound;
  const known = PHRASES[language] === undefined ? "en" : language;
  const name = new Intl.DisplayNames([known], { type: "language" }).of(documents) ?? documents;
  return `${notFound} ${otherLanguage.replace("{language}", name)}`;
}

/** Whether a text says so. */
export function saysNotFound(text: string): boolean {
  return Object.values(PHRASES).some(({ notFound }) => text.includes(notFound));
}

/** Answers small talk, with questions about these topics as examples. */
export function saySmallTalk(language: string | undefined, topics: readonly string[]): string {
  const { greeting, examples, example } = phrasesOf(language);
  if (topics.length === 0) return greeting;
  const asked = topics.map((topic) => `- ${example.replace("{topic}", topic)}`);
  return [`${greeting} ${examples}`, "", ...asked].join("\n");
}
