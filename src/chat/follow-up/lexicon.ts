import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { z } from "zod";
import { anyOf, NEVER, pattern, phrases, words } from "./lexicon-parts.ts";
import { LETTERS_AND_DIGITS } from "./word-boundaries.ts";

const wordClass = words.default(new Set<string>());

const wordClasses = {
  /** Words that carry grammar, not a topic. */
  functionWords: wordClass,
  questionWords: wordClass,
  auxiliaries: wordClass,
  /** Forms of "to be". */
  copulas: wordClass,
  /** Forms of the past; what they ask about is a certain event. */
  pastWords: wordClass,
  definiteArticles: wordClass,
  /** Words inside a name: "Pride and Prejudice". */
  nameJoiners: wordClass,
  firstPerson: wordClass,
  /** Verbs before "me" that only ask to be told. */
  askingVerbs: wordClass,
  /** Words that bring something new into a sentence: "a folder", "my phone". */
  introducers: wordClass,
  indefinitePersons: wordClass,
  indefiniteThings: wordClass,
  irregularPlurals: wordClass,
  personNouns: wordClass,
  personPronouns: wordClass,
  subjectPronouns: wordClass,
  groupPronouns: wordClass,
  thingPronouns: wordClass,
  possessives: wordClass,
  /** "this", "those". */
  pointers: wordClass,
  /** "that", which also begins clauses. */
  farPointers: wordClass,
  relatives: wordClass,
  clauseOpeners: wordClass,
  prepositions: wordClass,
  /** "To" in "to open it". */
  infinitives: wordClass,
  /** "Each" in "each of them". */
  shares: wordClass,
  notPossessiveBefore: wordClass,
  /** Before "that" they begin a clause: "know that". */
  announcers: wordClass,
  /** "this year" needs no conversation. */
  dateUnits: wordClass,
  /** "the red one". */
  standIns: wordClass,
  places: wordClass,
  /** Refer to what was said when they end a sentence: "what happened then?". */
  endings: wordClass,
  others: wordClass,
  otherAfter: wordClass,
  elsewhere: wordClass,
  comparedBy: wordClass,
  kindNouns: wordClass,
  /** After "the …" they say which one is meant. */
  complements: wordClass,
  relationalNouns: wordClass,
  relationalComplements: wordClass,
  superlatives: wordClass,
  ordinals: wordClass,
  lightNouns: wordClass,
  /** "Ok", "thanks" before a question say nothing about it. */
  fillers: wordClass,
  /** Nouns, adjectives and verbs that need a topic beside them: "main reasons", "album", "released". */
  generalWords: wordClass,
};

const cuePattern = z.object({
  cue: z.string().min(1),
  /** Tested on the words in lower case with one space between them. */
  pattern,
  /** Also where nothing was said before. */
  alone: z.boolean().default(false),
  /** Tested on words that keep their capitals, but for the first of a sentence. */
  cased: z.boolean().default(false),
  /** Only where the question has no name and does not speak of its asker. */
  anonymous: z.boolean().default(false),
  maxWords: z.int().positive().default(Number.MAX_SAFE_INTEGER),
  /** Most words with a topic of their own. */
  maxSpecific: z.int().min(0).default(Number.MAX_SAFE_INTEGER),
});

const suffixes = z.object({
  past: z.string().min(1),
  plural: z.string().min(1),
  superlative: z.string().min(1),
  /** Of verbs as nouns: "saving". */
  gerund: z.string().min(1),
  /** Of nouns for people: "user", "artist". */
  persons: z.array(z.string().min(1)),
});
/** Endings that no word has. */
const NO_SUFFIXES = { past: "\0", plural: "\0", superlative: "\0", gerund: "\0", persons: [] };

/** How people set the context of a conversation. Patterns are tested on a sentence in lower case. */
const conversation = z.object({
  /** A sentence that asks or demands something, beside those that end with a question mark. */
  asks: anyOf,
  /** Openings that leave what was said before behind: "by the way". Tested where a text begins, in lower case. */
  shifts: anyOf.transform(({ source }) => new RegExp(source, "uy")),
  /** How to answer from now on. */
  instructions: anyOf,
  /** Speaks to the assistant: "you", "please", "always". Read only where a message asks nothing. */
  directed: anyOf,
  /** A wish for the answers themselves, also in the first person: "I want short answers". */
  wishes: anyOf,
  /** Names what the next questions are about. */
  topics: anyOf,
  /** "Suppose we had 50 users". */
  suppositions: anyOf,
  /** A question under a condition that it does not name: "would it", and no "if". */
  conditional: anyOf,
  /** Announces a text, a file, a log. */
  pasted: anyOf,
  /** Says what the asker is, has or does. */
  facts: anyOf,
  /** The question is about its asker's own case: "do I have", "for us"; not "how do I". */
  ownCase: anyOf,
  /** Says what goes wrong or is wanted: a question in disguise. */
  problems: anyOf,
});

/** Work on a text, or a text to be written. Patterns are tested where a sentence begins, in lower case. */
const tasks = z.object({
  /** Change a given text: "translate", "shorten". */
  transforms: anyOf,
  /** Make something: "write", "suggest"; a task with one of `products`. */
  creates: anyOf,
  /** Before something that is wanted: "I'd like a". A task with one of `products`. */
  wishes: anyOf,
  /** Kinds of texts: "poem", "title". Anywhere in the sentence. */
  products: anyOf,
  /** Ask the assistant to do something: "can you". */
  requests: anyOf,
  /** Point at a given text: "the following", "this paragraph". Anywhere. */
  given: anyOf,
  /** Point at a quotation, or ask how it sounds: "this", "correct". */
  pointing: anyOf,
  /** How the reply has to look: "return only", "yes or no". Anywhere. */
  formats: anyOf,
  /** Write a text of one's own: "draft a", "come up with five". A task by themselves. */
  writes: anyOf,
  /** Give the model its work: "your task is to". A task by themselves; answering questions is none. */
  assigned: anyOf,
  /** A part to play. */
  roles: anyOf,
});

/** Signs of a private person. Patterns are tested on the text as written. */
const persons = z.object({
  /** Before a name with a capital: "my name is". */
  introductions: anyOf,
  /** Before a name, where only two capitals in a row make one: "I am". */
  selfNaming: anyOf,
  /** The speaker's own people, before a name: "my wife". */
  kin: anyOf,
  /** Before the name of anybody: "Mrs". With the speaker in the message: a private person. */
  honorifics: anyOf,
  /** Behind a name at the beginning of a message: "here", "speaking". */
  callers: anyOf,
  /** Only behind a name: "is my name", "speaking". */
  namings: anyOf,
  /** Before the name of who writes, in any letters: "this is". */
  callsIn: anyOf,
  /** Between a name and where its bearer works or lives: "from". */
  workPlaces: anyOf,
  /** "My", "our", before a thing that may have a number. */
  possessives: anyOf,
  /** Words for a number: "number", "id". */
  numbered: anyOf,
  /** What has a number that is nobody's: "error", "model", "version". */
  publicThings: anyOf,
  /** Announce the number of a telephone. */
  phoneWords: anyOf,
  /** The whole introduction, for scripts without capitals. */
  introductionPatterns: anyOf,
  /** Closing words of a letter. */
  closings: anyOf,
  /** What has a number of its owner's: "order", "customer number". */
  owned: anyOf,
  /** Names of streets with a number. */
  addresses: anyOf,
  /** Tell a secret: "my password is". */
  secrets: anyOf,
  /** What is secret: "password", "key". */
  secretWords: anyOf,
  /** The speaker as one who asks for a procedure: "how do I". Left out of a sentence before `own` is tested. */
  asking: anyOf.transform(({ source }) => new RegExp(source, "gu")),
  /** The speaker or the speaker's own people. */
  own: anyOf,
  /** Health, money, family, conflict at work. With `own` in one sentence: a private situation. */
  sensitive: anyOf,
  /** Private situations as a whole. */
  situations: anyOf,
  /** A clause that tells of the speaker's own people: "my son broke …"; not what they want or can do. */
  people: anyOf,
});

const lexiconSchema = z.object({
  language: z.string().min(2),
  /** Whether its word classes are complete enough for the rules on pronouns and definite things. */
  grammar: z.boolean().default(false),
  /** Letters that tell the language by themselves. */
  letters: pattern.optional(),
  /** Written without spaces between words. */
  unspaced: z.boolean().default(false),
  /** Capitals do not tell names. */
  nounsInCapitals: z.boolean().default(false),
  suffixes: suffixes.default(NO_SUFFIXES),
  words: z.object(wordClasses),
  /** Beginnings that go on with what was said. */
  leads: phrases("^").default(NEVER),
  /** Anywhere in the question. */
  references: phrases(`(?<![${LETTERS_AND_DIGITS}])`).default(NEVER),
  patterns: z.array(cuePattern),
  /** "It" that stands for nothing: "is it possible to". Tested where "it" begins. */
  emptyThing: z
    .object({ before: pattern, after: pattern })
    .default({ before: NEVER, after: NEVER }),
  /** Words of which greetings, thanks and "go on" are made; `core` must hold one of a message. */
  smallTalk: z.object({ core: words, around: words, phrases: anyOf }),
  aboutOneself: anyOf,
  conversation,
  tasks,
  persons,
});

/** What is known of a language for recognising follow-ups: one file of `data/follow-up`. */
export type Lexicon = z.infer<typeof lexiconSchema>;

/**
 * Reads the languages of a folder, one JSON file each, the one with most function words first.
 *
 * @throws Error that names the file and what is wrong with it
 */
export async function loadLexicons(folder: string): Promise<readonly Lexicon[]> {
  const names = (await readdir(folder)).filter((name) => name.endsWith(".json")).toSorted();
  const lexicons = await Promise.all(names.map((name) => loadLexicon(join(folder, name))));
  // The larger vocabulary decides between languages that fit a short text alike.
  return lexicons.toSorted((a, b) => b.words.functionWords.size - a.words.functionWords.size);
}

async function loadLexicon(file: string): Promise<Lexicon> {
  const content = await readFile(file, "utf8");
  let json: unknown;
  try {
    json = JSON.parse(content);
  } catch (error) {
    throw new Error(`${file} is not JSON`, { cause: error });
  }
  const parsed = lexiconSchema.safeParse(json);
  if (!parsed.success) {
    throw new Error(`${file} is not a lexicon:\n${z.prettifyError(parsed.error)}`);
  }
  return parsed.data;
}
