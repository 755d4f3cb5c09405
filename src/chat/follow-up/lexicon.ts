import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { z } from "zod";
import type { Word } from "./read-words.ts";

const words = z.array(z.string().min(1)).transform((list): ReadonlySet<string> => new Set(list));
const pattern = z.string().transform((source, context) => {
  try {
    return new RegExp(source, "u");
  } catch (error) {
    context.addIssue({ code: "custom", message: `${source}: ${String(error)}` });
    return z.NEVER;
  }
});
/** Phrases as one pattern, the longest first. */
const phrases = (before: string) =>
  z.array(z.string().min(1)).transform((list) => {
    const longestFirst = list.toSorted((a, b) => b.length - a.length);
    return new RegExp(`${before}(?:${longestFirst.join("|")})(?![\\p{L}\\p{N}'])`, "u");
  });

const wordClasses = {
  /** Words that carry grammar, not a topic. */
  functionWords: words,
  questionWords: words,
  auxiliaries: words,
  /** Forms of "to be". */
  copulas: words,
  /** Forms of the past; what they ask about is a certain event. */
  pastWords: words,
  definiteArticles: words,
  /** Words inside a name: "Pride and Prejudice". */
  nameJoiners: words,
  firstPerson: words,
  /** Verbs before "me" that only ask to be told. */
  askingVerbs: words,
  /** Words that bring something new into a sentence: "a folder", "my phone". */
  introducers: words,
  indefinitePersons: words,
  indefiniteThings: words,
  irregularPlurals: words,
  personNouns: words,
  personPronouns: words,
  subjectPronouns: words,
  groupPronouns: words,
  thingPronouns: words,
  possessives: words,
  /** "this", "those". */
  pointers: words,
  /** "that", which also begins clauses. */
  farPointers: words,
  relatives: words,
  clauseOpeners: words,
  prepositions: words,
  /** "To" in "to open it". */
  infinitives: words,
  /** "Each" in "each of them". */
  shares: words,
  notPossessiveBefore: words,
  /** Before "that" they begin a clause: "know that". */
  announcers: words,
  /** "this year" needs no conversation. */
  dateUnits: words,
  /** "the red one". */
  standIns: words,
  places: words,
  /** Refer to what was said when they end a sentence: "what happened then?". */
  endings: words,
  others: words,
  otherAfter: words,
  elsewhere: words,
  comparedBy: words,
  kindNouns: words,
  /** After "the …" they say which one is meant. */
  complements: words,
  relationalNouns: words,
  relationalComplements: words,
  superlatives: words,
  ordinals: words,
  lightNouns: words,
  /** "Ok", "thanks" before a question say nothing about it. */
  fillers: words,
  /** Nouns, adjectives and verbs that need a topic beside them: "main reasons", "album", "released". */
  generalWords: words,
};

const cuePattern = z.object({
  cue: z.string().min(1),
  /** Tested on the words in lower case with one space between them. */
  pattern,
  /** Also where nothing was said before. */
  alone: z.boolean().default(false),
  /** Only where the question has no name and does not speak of its asker. */
  anonymous: z.boolean().default(false),
  maxWords: z.int().positive().default(Number.MAX_SAFE_INTEGER),
  /** Most words with a topic of their own. */
  maxSpecific: z.int().min(0).default(Number.MAX_SAFE_INTEGER),
});

const lexiconSchema = z.object({
  language: z.string().min(2),
  suffixes: z.object({
    past: z.string().min(1),
    plural: z.string().min(1),
    superlative: z.string().min(1),
    /** Of verbs as nouns: "saving". */
    gerund: z.string().min(1),
    /** Of nouns for people: "user", "artist". */
    persons: z.array(z.string().min(1)),
  }),
  words: z.object(wordClasses),
  /** Beginnings that go on with what was said. */
  leads: phrases("^"),
  /** Anywhere in the question. */
  references: phrases("(?<![\\p{L}\\p{N}])"),
  patterns: z.array(cuePattern),
  /** "It" that stands for nothing: "is it possible to". Tested where "it" begins. */
  emptyThing: z.object({ before: pattern, after: pattern }),
  /** Words of which greetings, thanks and "go on" are made; `core` must hold one of a message. */
  smallTalk: z.object({ core: words, around: words, phrases: z.array(pattern) }),
  aboutOneself: z.array(pattern),
});

/** What is known of a language for recognising follow-ups: one file of `data/follow-up`. */
export type Lexicon = z.infer<typeof lexiconSchema>;

/**
 * Reads the languages of a folder, one JSON file each, in the order of their names.
 *
 * @throws Error that names the file and what is wrong with it
 */
export async function loadLexicons(folder: string): Promise<readonly Lexicon[]> {
  const names = (await readdir(folder)).filter((name) => name.endsWith(".json")).toSorted();
  return Promise.all(names.map((name) => loadLexicon(join(folder, name))));
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

/** Least share of words that carry grammar in a text of the language. */
const LEAST_SHARE = 0.2;

/** The language that most words of the text fit; undefined where none fits. */
export function chooseLexicon(
  text: readonly Word[],
  lexicons: readonly Lexicon[],
): Lexicon | undefined {
  let best: Lexicon | undefined;
  let most = text.length * LEAST_SHARE;
  for (const lexicon of lexicons) {
    const { functionWords } = lexicon.words;
    const known = text.filter(({ lower }) => functionWords.has(lower)).length;
    if (known > 0 && known >= most) {
      best = lexicon;
      most = known + 1;
    }
  }
  return best;
}
