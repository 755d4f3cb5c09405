import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { z } from "zod";
import { anyOf, NEVER, pattern, phrases, words } from "./lexicon-parts.ts";
import { LETTERS_AND_DIGITS } from "./word-boundaries.ts";

const wordClass = words.default(new Set<string>());

const wordClasses = {
  /** Words with a grammatical function and no topic. */
  functionWords: wordClass,
  questionWords: wordClass,
  auxiliaries: wordClass,
  /** Forms of "to be". */
  copulas: wordClass,
  /** Past forms; a question in the past is about a particular event. */
  pastWords: wordClass,
  definiteArticles: wordClass,
  /** Words inside a name: "Pride and Prejudice". */
  nameJoiners: wordClass,
  firstPerson: wordClass,
  /** Verbs before "me" that only ask for information. */
  askingVerbs: wordClass,
  /** Words that introduce something new: "a folder", "my phone". */
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
  /** "that", which can also begin a clause. */
  farPointers: wordClass,
  relatives: wordClass,
  clauseOpeners: wordClass,
  prepositions: wordClass,
  /** "To" in "to open it". */
  infinitives: wordClass,
  /** "Each" in "each of them". */
  shares: wordClass,
  notPossessiveBefore: wordClass,
  /** These begin a clause before "that": "know that". */
  announcers: wordClass,
  /** "this year" is complete without a conversation. */
  dateUnits: wordClass,
  /** "the red one". */
  standIns: wordClass,
  places: wordClass,
  /** Refer to earlier messages at the end of a sentence: "what happened then?". */
  endings: wordClass,
  others: wordClass,
  otherAfter: wordClass,
  elsewhere: wordClass,
  comparedBy: wordClass,
  kindNouns: wordClass,
  /** After "the …" they specify which one. */
  complements: wordClass,
  relationalNouns: wordClass,
  relationalComplements: wordClass,
  superlatives: wordClass,
  ordinals: wordClass,
  lightNouns: wordClass,
  /** "Ok", "thanks" before a question are not part of it. */
  fillers: wordClass,
  /** General words that need a topic: "main reasons", "album", "released". */
  generalWords: wordClass,
};

const cuePattern = z.object({
  cue: z.string().min(1),
  /** Tested on the words in lower case, separated by single spaces. */
  pattern,
  /** Also applies without history. */
  alone: z.boolean().default(false),
  /** Tested on words with their capitals, except the first of a sentence. */
  cased: z.boolean().default(false),
  /** Applies only if the question has no name and does not mention its asker. */
  anonymous: z.boolean().default(false),
  maxWords: z.int().positive().default(Number.MAX_SAFE_INTEGER),
  /** Maximum topic words. */
  maxSpecific: z.int().min(0).default(Number.MAX_SAFE_INTEGER),
});

const suffixes = z.object({
  past: z.string().min(1),
  plural: z.string().min(1),
  superlative: z.string().min(1),
  /** Ending of verbs used as nouns: "saving". */
  gerund: z.string().min(1),
  /** Endings of nouns for people: "user", "artist". */
  persons: z.array(z.string().min(1)),
});
/** Endings that match no word. */
const NO_SUFFIXES = { past: "\0", plural: "\0", superlative: "\0", gerund: "\0", persons: [] };

/** How users set the context of a conversation. Patterns are tested on a sentence in lower case. */
const conversation = z.object({
  /** Questions and demands, besides sentences with a question mark. */
  asks: anyOf,
  /** Openings that leave the earlier topic: "by the way". Tested at the start of a text, in lower case. */
  shifts: anyOf.transform(({ source }) => new RegExp(source, "uy")),
  /** How to answer from now on. */
  instructions: anyOf,
  /** Addresses the assistant: "you", "please", "always". Used only if a message asks nothing. */
  directed: anyOf,
  /** A wish about the answers, also in the first person: "I want short answers". */
  wishes: anyOf,
  /** Names the topic of the next questions. */
  topics: anyOf,
  /** "Suppose we had 50 users". */
  suppositions: anyOf,
  /** A question under an unstated condition: "would it" without an "if". */
  conditional: anyOf,
  /** Introduces a text, a file or a log. */
  pasted: anyOf,
  /** States what the asker is, has or does. */
  facts: anyOf,
  /** A question about the asker's own case: "do I have", "for us"; not "how do I". */
  ownCase: anyOf,
  /** Describes a problem or a wish: an indirect question. */
  problems: anyOf,
});

/** Tasks on a given text, or texts to write. Patterns are tested at the start of a sentence, in lower case. */
const tasks = z.object({
  /** Change a given text: "translate", "shorten". */
  transforms: anyOf,
  /** Create something: "write", "suggest"; a task together with one of `products`. */
  creates: anyOf,
  /** Precede something wanted: "I'd like a". A task together with one of `products`. */
  wishes: anyOf,
  /** Kinds of texts: "poem", "title". Anywhere in the sentence. */
  products: anyOf,
  /** Request an action of the assistant: "can you". */
  requests: anyOf,
  /** Refer to a given text: "the following", "this paragraph". Anywhere. */
  given: anyOf,
  /** Refer to a quotation, or ask for an opinion on it: "this", "correct". */
  pointing: anyOf,
  /** Format of the reply: "return only", "yes or no". Anywhere. */
  formats: anyOf,
  /** Write an original text: "draft a", "come up with five". A task on their own. */
  writes: anyOf,
  /** Texts that are asked for by their name alone: "a joke". Anywhere in a message that asks nothing. */
  genres: anyOf,
  /** Assign work to the model: "your task is to". A task on their own, except answering questions. */
  assigned: anyOf,
  /** A role to play. */
  roles: anyOf,
});

/** How a speaker tells what happened. Patterns are tested on a clause in lower case. */
const story = z.object({
  /** A definite time: "yesterday", "on Monday", "3 weeks ago"; not "on Mondays". */
  times: anyOf,
  /** The speaker did or suffered something: "I fell", "we were told". */
  myPast: anyOf,
  /** Ordinary operations, removed from a clause before the past is looked for: "I forgot", "we installed". */
  ordinary: anyOf.transform(({ source }) => new RegExp(source, "gu")),
  /** Another person did something to the speaker: "they towed my car". */
  doneToMe: anyOf,
  /** Relatives of the speaker, anywhere in a statement: "our baby". */
  kin: anyOf,
  /** Wishes and abilities, with which relatives are only future users: "my son wants". */
  wishes: anyOf,
});

/** Signs of a private person. Patterns are tested on the text as written. */
const persons = z.object({
  /** Before a capitalised name: "my name is". */
  introductions: anyOf,
  /** Before a name that needs two capitalised words: "I am". */
  selfNaming: anyOf,
  /** Relatives of the speaker, before a name: "my wife". */
  kin: anyOf,
  /** Before any person's name: "Mrs". If the message mentions its speaker, it is about a private person. */
  honorifics: anyOf,
  /** After a name at the beginning of a message: "here", "speaking". */
  callers: anyOf,
  /** Only after a name: "is my name", "speaking". */
  namings: anyOf,
  /** Before the writer's name, in any case: "this is". */
  callsIn: anyOf,
  /** Between a name and the person's workplace or home: "from". */
  workPlaces: anyOf,
  /** "My", "our", before a thing that may have a number. */
  possessives: anyOf,
  /** Words for a number: "number", "id". */
  numbered: anyOf,
  /** Things with a public number: "error", "model", "version". */
  publicThings: anyOf,
  /** Introduce a phone number. */
  phoneWords: anyOf,
  /** A complete introduction, for scripts without capitals. */
  introductionPatterns: anyOf,
  /** Closing words of a letter. */
  closings: anyOf,
  /** Things with a personal number: "order", "customer number". */
  owned: anyOf,
  /** Street names with a number. */
  addresses: anyOf,
  /** Reveal a secret: "my password is". */
  secrets: anyOf,
  /** Words for secrets: "password", "key". */
  secretWords: anyOf,
  /** The speaker asking for a procedure: "how do I". Removed from a sentence before `own` is tested. */
  asking: anyOf.transform(({ source }) => new RegExp(source, "gu")),
  /** The speaker or the speaker's relatives. */
  own: anyOf,
  /** Health, money, family, conflict at work. Together with `own` in a sentence: a private situation. */
  sensitive: anyOf,
  /** Complete private situations. */
  situations: anyOf,
  /** A clause about the speaker's relatives: "my son broke …"; not what they want or can do. */
  people: anyOf,
  story: story.prefault({}),
});

const lexiconSchema = z.object({
  language: z.string().min(2),
  /** Whether the word classes are complete enough for the rules on pronouns and definite nouns. */
  grammar: z.boolean().default(false),
  /** Letters that identify the language. */
  letters: pattern.optional(),
  /** Written without spaces between words. */
  unspaced: z.boolean().default(false),
  /** Capitals do not mark names. */
  nounsInCapitals: z.boolean().default(false),
  suffixes: suffixes.default(NO_SUFFIXES),
  words: z.object(wordClasses),
  /** Beginnings that continue the conversation. */
  leads: phrases("^").default(NEVER),
  /** Match anywhere in the question. */
  references: phrases(`(?<![${LETTERS_AND_DIGITS}])`).default(NEVER),
  patterns: z.array(cuePattern),
  /** An empty "it": "is it possible to". Tested at the position of "it". */
  emptyThing: z
    .object({ before: pattern, after: pattern })
    .default({ before: NEVER, after: NEVER }),
  /** Words of greetings, thanks and "go on"; a message needs at least one of `core`. */
  smallTalk: z.object({ core: words, around: words, phrases: anyOf }),
  aboutOneself: anyOf,
  conversation,
  tasks,
  persons,
});

/** The follow-up rules of a language: one file of `data/follow-up`. */
export type Lexicon = z.infer<typeof lexiconSchema>;

/**
 * Reads the languages of a folder, one JSON file each. Sorted by number of function words, largest first.
 *
 * @throws Error with the file and the reason
 */
export async function loadLexicons(folder: string): Promise<readonly Lexicon[]> {
  const names = (await readdir(folder)).filter((name) => name.endsWith(".json")).toSorted();
  const lexicons = await Promise.all(names.map((name) => loadLexicon(join(folder, name))));
  // If several languages fit a short text equally, the larger vocabulary wins.
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
