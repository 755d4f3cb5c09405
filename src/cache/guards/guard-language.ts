import { z } from "zod";

const word = z.string().min(1).max(40);
/** Words and phrases in one string, with commas between them: `enable, turn on`. */
const words = z
  .string()
  .transform((list) => (list === "" ? [] : list.split(", ")))
  .pipe(z.array(word));
/** Words and phrases that mean the same here. */
const family = words.pipe(z.array(word).min(1));

/**
 * What the guards know about a language: `data/guards/en.json`. All words are lower case, without
 * accents; a phrase has single spaces. Another language is another file of this form.
 */
export const guardLanguageSchema = z.strictObject({
  language: z.string().min(2).max(35),
  /** Words that carry grammar, not content. */
  functionWords: words,
  /** Endings that join another word to a word: `what's`, `we'll`. */
  clitics: words,
  inflection: z.strictObject({
    /** At most one rule of each step is applied, the first that fits: ending, what replaces it. */
    steps: z.array(z.array(z.tuple([z.string().min(1), z.string()]))),
    /** What is left must have one of these. */
    vowels: z.string().min(1),
    /** Base form -> its irregular forms. */
    irregular: z.record(word, words),
  }),
  numbers: z.strictObject({
    decimal: z.string().length(1),
    grouping: z.string().length(1),
    words: z.record(word, z.number()),
    ordinals: z.record(word, z.number()),
    ordinalEndings: words,
    scales: z.record(word, z.number()),
    /** `two hundred and five`. */
    joiners: words,
    /** Number words that are pronouns more often than numbers: they count only before a noun. */
    pronouns: words,
    /** After these a pronoun is no number: `which one`. */
    pronounMarkers: words,
    /** `an hour` is one hour. */
    articles: words,
    /** Behind these a unit alone says what is asked: `how many miles`, `in km`. */
    unitMarkers: words,
    /** `version 3.10` is not 3.1. */
    versionWords: words,
  }),
  units: z.array(
    z.strictObject({
      /** Units of one dimension are converted into each other. */
      dimension: word,
      factor: z.number().positive(),
      names: family,
      /** Names that stand for the unit only right after a number: `m`, `in`. */
      short: words.default([]),
      /** Stands before its number: `$`. */
      prefixes: words.default([]),
      /** False when its names mean other things too, so that they count only beside a number. */
      bare: z.boolean().default(true),
    }),
  ),
  dates: z.strictObject({
    months: z.array(family).length(12),
    weekdays: z.array(family).length(7),
    /** Months that are other words too: a date only beside a number, or with a capital behind these. */
    ambiguous: words,
    before: words,
    /** Families of moments seen from today; the first is the present. */
    relative: z.array(family),
    quarters: z.strictObject({ letter: word, words }),
    /** May stand inside a date: `of`. */
    joiners: words,
    decadeEnding: word,
    /** Hours after noon are twelve more: `[am, pm]`. */
    halfDays: z.tuple([words, words]),
  }),
  negation: z.strictObject({
    words,
    endings: words,
    /** Phrases whose negation changes nothing: `why not`, `i don't know how`. */
    quiet: words,
    /** Verbs and the like that may stand for a negation: `avoid`. */
    implicit: words,
    /** From these on yes and no are asked alike: `tell if`. */
    open: words,
    /** Negative questions that ask the same as positive ones when they begin a sentence: `isn't`. */
    polite: words,
    /** Words between a negation and what it denies. */
    light: words,
    prefixes: words,
  }),
  conjunctions: z.strictObject({ and: words, or: words }),
  /** Families of question words that ask for the same. */
  asks: z.array(family),
  /** Families, each by one of its words, that one answer may serve: `where, how`. */
  kindredAsks: z.array(family),
  order: z.strictObject({
    /** Grammar whose two sides are not alike: `from`, `to`, `than`. */
    directions: words,
    /** Words that compare or join two things, so that their order says nothing. */
    symmetric: words,
    /** Words that turn a phrase round: `bitten by`, `price of`. */
    turning: words,
  }),
  /** Words with a capital that are no names. */
  capitalised: words,
  places: z.strictObject({
    /** A place with its other names and its people's. */
    names: z.array(family),
    /** Names that are other words too: a place only with a capital. */
    cased: words,
    /** A place only in capitals: `US`. */
    upper: words,
  }),
  /** Words that a verb may have behind its object: the `off` of `turn the sync off`. */
  particles: z.strictObject({
    words,
    /** Before these they are prepositions: `on my phone`. */
    notBefore: words,
  }),
  /** Groups of families; two families of a group exclude each other. */
  opposites: z.array(z.array(family).min(2)),
});

/** What the guards know about a language. */
export type GuardLanguage = z.infer<typeof guardLanguageSchema>;
