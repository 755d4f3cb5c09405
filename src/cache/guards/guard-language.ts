import { z } from "zod";
import { foldText } from "./fold-text.ts";

/** The file with what holds in any language, for those without a file of their own. */
export const ANY_LANGUAGE = "und";

/** Longest word or phrase, in characters. */
const LONGEST = 40;
const fold = (text: string) => foldText(text).toLowerCase();
const word = z.string().min(1).max(LONGEST).transform(fold);
/** Words and phrases in one string, with commas between them: `enable, turn on`. */
const words = z.string().transform((list, context) => {
  if (list === "") return [];
  const all = list.split(", ");
  const wrong = all.find(({ length }) => length === 0 || length > LONGEST);
  if (wrong === undefined) return all.map(fold);
  context.addIssue({ code: "custom", message: `"${wrong}" must have 1 to ${LONGEST} characters` });
  return z.NEVER;
});
const none = words.prefault("");
/** Words and phrases that mean the same here. */
const family = words.refine((list) => list.length > 0, "must have a word");
const numbersByWord = z.record(word, z.number()).default({});

/** A way in which the answer may be asked for, or how far it reaches. */
const form = z.strictObject({
  name: word,
  /** `end`: only before grammar, a sign or the end. */
  place: z.enum(["end", "any"]).default("any"),
  /** How much it says that one question has such a word and the other none. */
  alone: z.enum(["hard", "soft", "nothing"]),
  /** How much it says that they have different ones. */
  both: z.enum(["hard", "soft"]).default("hard"),
  /** True: says nothing where only one question denies something. `Must I` may be `may I … not`. */
  yieldsToNegation: z.boolean().default(false),
  /** Words before those of `framed`: the `as a` of `as a table`. */
  frames: none,
  framed: z.array(family).default([]),
  /**
   * Words that count without a frame; with `^` before them only where a sentence begins, with ` ~` behind
   * them only before a word of content. Families at the same place as one of `framed` are the same value.
   */
  free: z.array(words).default([]),
  /** The word behind one of these is the value itself: the `user` of `per user`. */
  openAfter: none,
});

/**
 * What the guards know about a language: `data/guards/en.json`. Accents and capitals do not count; a
 * phrase has single spaces. Another language is another file of this form.
 */
export const guardLanguageSchema = z.strictObject({
  language: z.string().min(2).max(35),
  /** Words that carry grammar, not content. */
  functionWords: words,
  /** Endings that join another word to a word: `what's`, `we'll`. */
  clitics: none,
  /** Words that are joined before another one: `l'`, `qu'`. */
  elisions: none,
  /** In a text without spaces, words that are cut as a whole: the 公开 that does not say 开. */
  compounds: none,
  /** True where nouns have capitals, so that a capital makes no name. */
  hasNounCapitals: z.boolean().default(false),
  /**
   * True where questions that differ in a word are compared by their words too: the thresholds are
   * measured on English.
   */
  comparesWords: z.boolean().default(true),
  inflection: z
    .strictObject({
      /** At most one rule of each step is applied, the first that fits: ending, what replaces it. */
      steps: z.array(z.array(z.tuple([z.string().min(1), z.string()]))),
      /** What is left must have one of these. */
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
    /** Number words that are pronouns more often than numbers: they count only before a noun. */
    pronouns: none,
    /** After these a pronoun is no number: `which one`. */
    pronounMarkers: none,
    /** `an hour` is one hour. */
    articles: none,
    /** Behind these a unit alone says what is asked: `how many miles`, `in km`. */
    unitMarkers: none,
    /** `version 3.10` is not 3.1. */
    versionWords: none,
  }),
  units: z
    .array(
      z.strictObject({
        /** Units of one dimension are converted into each other. */
        dimension: word,
        factor: z.number().positive(),
        names: family,
        /** Names that stand for the unit only right after a number: `m`, `in`. */
        short: none,
        /** Stands before its number: `$`. */
        prefixes: none,
        /** False when its names mean other things too, so that they count only beside a number. */
        bare: z.boolean().default(true),
      }),
    )
    .default([]),
  dates: z.strictObject({
    /** Twelve of them, or none. */
    months: z.array(family).max(12).default([]),
    /** From Sunday on; seven of them, or none. */
    weekdays: z.array(family).max(7).default([]),
    /** Months that are other words too: a date only beside a number, or with a capital behind these. */
    ambiguous: none,
    before: none,
    /** Families of moments seen from today; the first is the present. */
    relative: z.array(family).default([]),
    quarters: z.strictObject({ letter: word, words: none }),
    /** May stand inside a date: `of`. */
    joiners: none,
    decadeEnding: word,
    /** Hours after noon are twelve more: `[am, pm]`. */
    halfDays: z.tuple([words, words]),
  }),
  negation: z
    .strictObject({
      words,
      endings: none,
      /** Phrases whose negation changes nothing: `why not`, `i don't know how`. */
      quiet: none,
      /** Verbs and the like that may stand for a negation: `avoid`. */
      implicit: none,
      /** From these on yes and no are asked alike: `tell if`. */
      open: none,
      /** Negative questions that ask the same as positive ones when they begin a sentence: `isn't`. */
      polite: none,
      /** Words between a negation and what it denies. */
      light: none,
      prefixes: none,
      /** Where the word that is denied stands. */
      denies: z.enum(["behind", "around", "before"]).default("behind"),
    })
    .prefault({ words: "" }),
  conjunctions: z.strictObject({ and: words, or: words }).prefault({ and: "&", or: "" }),
  /** Families of question words that ask for the same. */
  asks: z.array(family).default([]),
  /** Families, each by one of its words, that one answer may serve: `where, how`. */
  kindredAsks: z.array(family).default([]),
  /** True where a question word stands anywhere, not first. */
  asksAnywhere: z.boolean().default(false),
  /** What a question asks for with a noun: `to which card`. */
  askedThings: z
    .strictObject({
      /** May stand before the word that asks. */
      prepositions: words,
      /** Ask for the noun behind them. */
      determiners: words,
      /** Families, each by one of its words, of which a thing is never an answer: a time, a number. */
      exactAsks: words,
      /** Families of which a thing may be an answer: `who`, `which team`. */
      openAsks: words,
    })
    .default({ prepositions: [], determiners: [], exactAsks: [], openAsks: [] }),
  order: z
    .strictObject({
      /** Grammar whose two sides are not alike: `from`, `to`, `than`. */
      directions: words,
      /** Words that compare or join two things, so that their order says nothing. */
      symmetric: none,
      /** Words that turn a phrase round: `bitten by`, `price of`. */
      turning: none,
      /** Groups of families of words that point; two families of a group exclude each other. */
      directionGroups: z.array(z.array(family).min(2)).default([]),
    })
    .prefault({ directions: "" }),
  /** Words with a capital that are no names. */
  capitalised: none,
  places: z
    .strictObject({
      /** A place with its other names and its people's. */
      names: z.array(family),
      /** Ends of verbs that look like a name's inflection: `polishing`. */
      verbEndings: none,
      /** Names that are other words too: a place only with a capital. */
      cased: none,
      /** A place only in capitals: `US`. */
      upper: none,
    })
    .prefault({ names: [] }),
  /** Words that a verb may have behind its object: the `off` of `turn the sync off`. */
  particles: z
    .strictObject({
      words,
      /** Before these they are prepositions: `on my phone`. */
      notBefore: none,
    })
    .prefault({ words: "" }),
  /** Groups of families; two families of a group exclude each other. */
  opposites: z.array(z.array(family).min(2)).default([]),
  /** Beginnings of words, or particles of the same verb, that exclude each other: `ein` and `aus`. */
  oppositeParticles: z.array(z.tuple([word, word])).default([]),
  forms: z.array(form).default([]),
});

/** What the guards know about a language. */
export type GuardLanguage = z.infer<typeof guardLanguageSchema>;

/** All words of a language's file that stand for something, as they are written. */
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
