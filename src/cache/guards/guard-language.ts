import { z } from "zod";
import { foldText } from "./fold-text.ts";

/** The file with language-independent rules, for languages without a file. */
export const ANY_LANGUAGE = "und";

/** Maximum length of a word or phrase, in characters. */
const LONGEST = 40;
const fold = (text: string) => foldText(text).toLowerCase();
const word = z.string().min(1).max(LONGEST).transform(fold);
/** Words and phrases in one comma-separated string: `enable, turn on`. */
const words = z.string().transform((list, context) => {
  if (list === "") return [];
  const all = list.split(", ");
  const wrong = all.find(({ length }) => length === 0 || length > LONGEST);
  if (wrong === undefined) return all.map(fold);
  context.addIssue({ code: "custom", message: `"${wrong}" must have 1 to ${LONGEST} characters` });
  return z.NEVER;
});
const none = words.prefault("");
/** Synonyms. */
const family = words.refine((list) => list.length > 0, "must have a word");
const numbersByWord = z.record(word, z.number()).default({});

/** A form or a scope of the answer that a question can request. */
const form = z.strictObject({
  name: word,
  /** `end`: only before a function word, a sign or the end. */
  place: z.enum(["end", "any"]).default("any"),
  /** Strength if only one question has such a word. */
  alone: z.enum(["hard", "soft", "nothing"]),
  /** Strength if the questions have different ones. */
  both: z.enum(["hard", "soft"]).default("hard"),
  /** True: ignored if only one question has a negation. `Must I` may equal `may I … not`. */
  yieldsToNegation: z.boolean().default(false),
  /** Words before those of `framed`: the `as a` of `as a table`. */
  frames: none,
  framed: z.array(family).default([]),
  /**
   * Words that count without a frame. A `^` prefix limits them to the start of a sentence, a ` ~` suffix to a
   * following content word. Families at the same index as one of `framed` are the same value.
   */
  free: z.array(words).default([]),
  /** The word after one of these is the value: the `user` of `per user`. */
  openAfter: none,
});

/**
 * The guards' data of a language: `data/guards/en.json`. Accents and case are ignored; phrases have single
 * spaces. Each language has a file of this schema.
 */
export const guardLanguageSchema = z.strictObject({
  language: z.string().min(2).max(35),
  /** Words with a grammatical function and no content. */
  functionWords: words,
  /** Word endings that are a separate word: `what's`, `we'll`. */
  clitics: none,
  /** Words that are joined to the next one: `l'`, `qu'`. */
  elisions: none,
  /** Words that are kept whole in a text without spaces: 公开 does not contain the word 开. */
  compounds: none,
  /** True if nouns are capitalised, so that a capital does not mark a name. */
  hasNounCapitals: z.boolean().default(false),
  /** True to compare the words of questions that differ in one: the thresholds were measured on English. */
  comparesWords: z.boolean().default(true),
  inflection: z
    .strictObject({
      /** The first matching rule of each step is applied: ending, replacement. */
      steps: z.array(z.array(z.tuple([z.string().min(1), z.string()]))),
      /** The rest of the word must contain one of these. */
      vowels: z.string().min(1),
      /** Base form -> its irregular forms. */
      irregular: z.record(word, words).default({}),
    })
    .default({ steps: [], vowels: "a", irregular: {} }),
  numbers: z.strictObject({
    decimal: z.string().length(1),
    grouping: z.string().length(1),
    words: numbersByWord,
    ordinals: numbersByWord,
    ordinalEndings: none,
    scales: numbersByWord,
    /** `two hundred and five`. */
    joiners: none,
    /** Number words that are mostly pronouns: they count only before a noun. */
    pronouns: none,
    /** After these, a pronoun is not a number: `which one`. */
    pronounMarkers: none,
    /** `an hour` is one hour. */
    articles: none,
    /** After these, a unit without a number is what is asked: `how many miles`, `in km`. */
    unitMarkers: none,
    /** After these, `3.10` is not 3.1. */
    versionWords: none,
  }),
  units: z
    .array(
      z.strictObject({
        /** Units of a dimension are converted into each other. */
        dimension: word,
        factor: z.number().positive(),
        names: family,
        /** Names that are a unit only directly after a number: `m`, `in`. */
        short: none,
        /** Unit names before the number: `$`. */
        prefixes: none,
        /** False if its names are ambiguous: they count only next to a number. */
        bare: z.boolean().default(true),
      }),
    )
    .default([]),
  dates: z.strictObject({
    /** Twelve, or none. */
    months: z.array(family).max(12).default([]),
    /** Seven, from Sunday, or none. */
    weekdays: z.array(family).max(7).default([]),
    /** Ambiguous month names: a date only next to a number, or capitalised after one of `before`. */
    ambiguous: none,
    before: none,
    /** Families of relative dates; the first is the present. */
    relative: z.array(family).default([]),
    quarters: z.strictObject({ letter: word, words: none }),
    /** Words inside a date: `of`. */
    joiners: none,
    decadeEnding: word,
    /** Hours of the second half-day get twelve added: `[am, pm]`. */
    halfDays: z.tuple([words, words]),
  }),
  negation: z
    .strictObject({
      words,
      endings: none,
      /** Phrases whose negation does not change the question: `why not`, `i don't know how`. */
      quiet: none,
      /** Words that may replace a negation: `avoid`. */
      implicit: none,
      /** After these, a yes-no question has no polarity: `tell if`. */
      open: none,
      /** Negative beginnings that ask the same as the positive ones: `isn't`. */
      polite: none,
      /** Words between a negation and the negated word. */
      light: none,
      prefixes: none,
      /** Position of the negated word relative to the negation. */
      denies: z.enum(["behind", "around", "before"]).default("behind"),
    })
    .prefault({ words: "" }),
  conjunctions: z.strictObject({ and: words, or: words }).prefault({ and: "&", or: "" }),
  /** Families of equivalent question words. */
  asks: z.array(family).default([]),
  /** Families that can share an answer, each named by one of its words: `where, how`. */
  kindredAsks: z.array(family).default([]),
  /** True if a question word can be anywhere in the sentence. */
  asksAnywhere: z.boolean().default(false),
  /** Questions that ask for a thing with a noun: `to which card`. */
  askedThings: z
    .strictObject({
      /** Prepositions before the question word. */
      prepositions: words,
      /** Question words before a noun. */
      determiners: words,
      /** Families that a thing cannot answer, each named by one of its words: a time, a number. */
      exactAsks: words,
      /** Families that a thing may answer: `who`, `which team`. */
      openAsks: words,
    })
    .default({ prepositions: [], determiners: [], exactAsks: [], openAsks: [] }),
  order: z
    .strictObject({
      /** Function words with two different sides: `from`, `to`, `than`. */
      directions: words,
      /** Words that compare or join two things, so that their order is not significant. */
      symmetric: none,
      /** Words that reverse a phrase: `bitten by`, `price of`. */
      turning: none,
      /** Groups of families of direction words; two families of a group exclude each other. */
      directionGroups: z.array(z.array(family).min(2)).default([]),
    })
    .prefault({ directions: "" }),
  /** Capitalised words that are not names. */
  capitalised: none,
  places: z
    .strictObject({
      /** A place with its other names and its adjectives. */
      names: z.array(family),
      /** Verb endings that resemble inflected names: `polishing`. */
      verbEndings: none,
      /** Ambiguous names: a place only if capitalised. */
      cased: none,
      /** A place only in upper case: `US`. */
      upper: none,
    })
    .prefault({ names: [] }),
  /** Words that can follow the object of a verb: the `off` of `turn the sync off`. */
  particles: z
    .strictObject({
      words,
      /** Before these they are prepositions: `on my phone`. */
      notBefore: none,
    })
    .prefault({ words: "" }),
  /** Groups of families; two families of a group exclude each other. */
  opposites: z.array(z.array(family).min(2)).default([]),
  /** Prefixes or verb particles that exclude each other: `ein` and `aus`. */
  oppositeParticles: z.array(z.tuple([word, word])).default([]),
  forms: z.array(form).default([]),
});

/** The guards' data of a language. */
export type GuardLanguage = z.infer<typeof guardLanguageSchema>;

/** All words of a language's file, as written. */
export function wordsOf(language: GuardLanguage): readonly string[] {
  const words: string[] = [];
  const collect = (value: unknown): void => {
    if (typeof value === "string") words.push(value);
    else if (Array.isArray(value)) for (const each of value) collect(each);
    else if (typeof value === "object" && value !== null) {
      for (const [key, each] of Object.entries(value)) {
        words.push(key);
        collect(each);
      }
    }
  };
  collect(language);
  return words;
}
