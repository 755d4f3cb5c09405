import type { Lexicon } from "../follow-up/lexicon.ts";
import { createFindOwnNumber, type FindOwnNumber } from "./own-numbers.ts";
import { NAME, TITLE, toPattern, TWO_NAMES, unionOf } from "./person-patterns.ts";
import { createFindSmallName } from "./small-names.ts";

type Persons = Lexicon["persons"];

/** Compiled patterns of all languages by which a message identifies its writer. */
export interface PersonSigns {
  /** "My name is …" with a name after it. */
  readonly introduces: (text: string) => boolean;
  /** Closing words at the end of a letter, followed by a name and no question. */
  readonly signs: (text: string) => boolean;
  readonly tellsSecret: (text: string) => boolean;
  readonly addresses: RegExp;
  /** A possession; the last group may be its number. */
  readonly owned: RegExp | undefined;
  readonly findOwnNumber: FindOwnNumber;
}

/** A number of four digits or more, or a code. */
const IDENTIFIER =
  "(?:\\s*(?:no\\.?|nr\\.?|n[°º]|id|#|:|number|nummer|ref\\.?|ending|is|ist|est|es|è|é|jest|[是は])){0,3}\\s*[#:]?\\s*((?:\\d{2,5} ){1,4}\\d{2,}|(?=[A-Za-z_/.-]{0,20}\\d)[A-Za-z0-9]{1,30}(?:[-/_.][A-Za-z0-9]{1,30}){0,4})";

/** Cheap pre-check for a name after other words; most messages have none. */
const NAME_BEHIND = /[\s:.,!]\p{Lu}[\p{L}'’]/u;
const PLACE = "(?<!\\p{L})\\p{Lu}[\\p{L}.'’-]{1,40}";
/** A house number and postal code, in any language: "Rue Haute 61, 1000 Brussels". */
const POSTAL = [
  `${PLACE}\\s+\\d{1,4}\\s?[a-z]?,?\\s+(?:\\p{Lu}{1,2}-)?\\d{4,5}(?:\\s?\\p{Lu}{2})?\\s+${PLACE}`,
  `(?<!\\p{N})\\d{1,4}\\s?[a-z]?,?\\s+(?:[\\p{L}.'’-]+\\s+){1,5}?[\\p{L}.'’-]+,\\s+\\d{5}\\s+${PLACE}`,
  "(?<=\\p{Lu}\\p{Ll}{1,30},?\\s)\\p{Lu}{1,2}\\d[\\p{Lu}\\d]?\\s\\d\\p{Lu}{2}(?![\\p{L}\\p{N}])",
].join("|");

const ENDS_IN_NAME = new RegExp(`\\s${NAME}$`, "u");
/** Characters at the end of a message that may contain a signature. */
const SIGNATURE = 400;

const made = new WeakMap<readonly Lexicon[], PersonSigns>();

/** The patterns of these languages; compiled once per list. */
export function personSignsOf(lexicons: readonly Lexicon[]): PersonSigns {
  const known = made.get(lexicons);
  if (known !== undefined) return known;
  const signs = compile(lexicons);
  made.set(lexicons, signs);
  return signs;
}

function compile(lexicons: readonly Lexicon[]): PersonSigns {
  const persons = lexicons.map(({ persons: each }) => each);
  const union = (read: (one: Persons) => RegExp) => unionOf(persons.map(read));
  const introductions = union((one) => one.introductions);
  const selfNaming = union((one) => one.selfNaming);
  const closings = union((one) => one.closings);
  const owned = union((one) => one.owned);
  const spoken = union((one) => one.introductionPatterns);
  const kin = union((one) => one.kin);
  const isIntroduced = toPattern(spoken);
  const letter = closing(closings);
  /** Patterns for names anywhere in a text, after other words. */
  const behindWords = [
    before(introductions, NAME),
    before(selfNaming, TWO_NAMES),
    before(
      selfNaming,
      `${NAME}(?=\\s*[,.!]|\\s*$|\\s+(?:from|at|calling|speaking|here|von|aus|van|de|di|da|z)\\s)`,
    ),
    before(kin === undefined ? undefined : `(?:${kin}),?`, NAME),
    naming(
      union((one) => one.honorifics),
      union((one) => one.own),
    ),
    greeted(
      union((one) => one.workPlaces),
      lexicons,
    ),
    (text: string) => NUMBERED.test(text),
  ];
  /** Patterns for names at the beginning of a text, or in lower case. */
  const others = [
    calling(
      union((one) => one.callers),
      union((one) => one.namings),
    ),
    createFindSmallName(lexicons),
    (text: string) => WITH_ROLE.test(text),
  ];
  const isNamed = (text: string) =>
    (NAME_BEHIND.test(text) && behindWords.some((holds) => holds(text))) ||
    others.some((holds) => holds(text));
  return {
    introduces: (text) => isIntroduced.test(text) || isNamed(text),
    signs: (text) => (NAME_BEHIND.test(text) && letter(text)) || endsInName(text),
    tellsSecret: tellsSecret(
      union((one) => one.secrets),
      union((one) => one.secretWords),
    ),
    addresses: toPattern([union((one) => one.addresses), POSTAL].filter(Boolean).join("|")),
    owned:
      owned === undefined ? undefined : new RegExp(`(?<!\\p{L})(?:${owned})${IDENTIFIER}`, "giu"),
    findOwnNumber: createFindOwnNumber(persons),
  };
}

/** At least six characters with a digit between letters, or a sign among letters and digits. */
const SECRET =
  "[\\s:=\"'„“«(]{1,4}(?=\\S{6,40}(?:\\s|$))(?=\\S{0,40}\\p{L})(?=\\S{0,40}\\d)(?=\\S{0,40}(?:\\p{L}\\d{1,8}\\p{L}|[!#$%&*^~+=][\\p{L}\\d]))";

/** A secret in a known phrase, or a secret-like text shortly after a word for one. */
function tellsSecret(
  phrases: string | undefined,
  words: string | undefined,
): (text: string) => boolean {
  const phrased = toPattern(phrases);
  const shown = toPattern(
    words && `(?<!\\p{L})(?:${words})(?!\\p{L})[^.!?\\n]{0,25}?${SECRET}`,
    "iu",
  );
  return (text) => phrased.test(text) || (/\d/.test(text) && shown.test(text));
}

/** Words in any case, followed by a capitalised name. */
function before(words: string | undefined, name: string): (text: string) => boolean {
  if (words === undefined) return () => false;
  const loose = new RegExp(`(?<!\\p{L})(?:${words})[\\s:]+${TITLE}${name}`, "iu");
  const strict = new RegExp(`[\\s:]${TITLE}${name}$`, "u");
  return (text) => {
    const found = loose.exec(text);
    return found !== null && strict.test(text.slice(0, found.index + found[0].length));
  };
}

/** "For Mrs Baker I need …": a person with a title, in a message about its speaker. */
function naming(
  honorifics: string | undefined,
  own: string | undefined,
): (text: string) => boolean {
  if (honorifics === undefined || own === undefined) return () => false;
  const named = new RegExp(`(?<!\\p{L})(?:${honorifics})\\.?\\s+(?:Dr\\.\\s+)?${NAME}`, "u");
  const speaker = new RegExp(own, "u");
  return (text) => named.test(text) && speaker.test(text.toLowerCase());
}

/** A name and a number at the beginning: "Ann Baker, room 12: …". */
const NUMBERED = new RegExp(`^${TWO_NAMES},\\s+\\p{L}+\\.?\\s\\d{1,5}\\s?[:;,.–-]`, "u");

/** "Ann Baker, head of boats. Where …?": a name and a role, before another sentence. */
const WITH_ROLE = new RegExp(`^${TWO_NAMES},\\s\\p{Ll}[^.?!:\\n]{2,60}[.:\\n]\\s*\\S`, "u");

/** A name after a greeting: "Good morning, Ann Baker, where …", "Hello Ann Baker from site 4, …". */
function greeted(
  workPlaces: string | undefined,
  lexicons: readonly Lexicon[],
): (text: string) => boolean {
  const place = workPlaces === undefined ? "(?!)" : `\\s(?:${workPlaces})\\s`;
  const pattern = new RegExp(
    `^(?<first>\\p{L}+)(?:\\s(?<second>\\p{L}+))?,?\\s+${TWO_NAMES}(?:[,.]\\s|${place})`,
    "u",
  );
  const greets = (word: string) => lexicons.some(({ smallTalk }) => smallTalk.core.has(word));
  return (text) => {
    const { first = "", second = "" } = pattern.exec(text)?.groups ?? {};
    return [first, second].some((word) => greets(word.toLowerCase()));
  };
}

/** "Ann Baker here", at the beginning or after a greeting. `namings` count only after a name: "Baker speaking". */
function calling(
  words: string | undefined,
  namings: string | undefined,
): (text: string) => boolean {
  if (words === undefined) return () => false;
  const loose = new RegExp(
    `^(?:\\p{L}+[,!.]?\\s+){0,3}?(?:it's\\s+)?${TITLE}(?:${TWO_NAMES}|${NAME}),?\\s+(?:${words})(?!\\p{L})`,
    "iu",
  );
  const strict = new RegExp(
    `^(?:\\p{L}+[,!.]?\\s+){0,3}?(?:[Ii]t's\\s+)?${TITLE}(?:${TWO_NAMES},?\\s+\\p{L}|${NAME},?\\s+(?:à|am|al|aan|all|przy|ao)\\s)`,
    "u",
  );
  const named =
    namings === undefined
      ? undefined
      : new RegExp(
          `^(?:\\p{L}+[,!.]?\\s+){0,3}?${TITLE}(?!\\p{L}+ly\\s)${NAME},?\\s+(?:${namings})(?!\\p{L})`,
          "u",
        );
  return (text) => (strict.test(text) && loose.test(text)) || named?.test(text) === true;
}

const LAST_LINE = new RegExp(
  `^(?:[-–—]+\\s*)?${TITLE}${NAME}(?:\\s+(?:(?:de|van|von|der|den|di|da|dos|del|al)\\s+){0,2}(?:${NAME}|\\p{Lu}\\.)){0,3}[.!]?$`,
  "u",
);
const DASHED = new RegExp(
  `[.!?…]\\s*[–—~-]{1,2}\\s*${TITLE}${NAME}(?:\\s+(?:${NAME}|\\p{Lu}\\.?)){0,2}$`,
  "u",
);
/** "- dave", on its own line. */
const LONE_DASHED = /\n\s*[-–—]{1,2}\s*\p{L}{2,20}\.?$/u;
/** "thx, Olu": a few lower-case words and a name. */
const THANKED = new RegExp(`\\n\\s*(?:\\p{L}{1,12}\\s){0,2}\\p{L}{1,12}[,!]\\s*${NAME}$`, "u");
/** Precedes or surrounds the name of a signature. */
const LINE_OR_DASH = /[\n–—~(-]/;
/** "… (Ann Baker, site 4)" at the end. */
const IN_BRACKETS = new RegExp(
  `\\((?!The\\s)${TITLE}${TWO_NAMES}(?:,\\s\\p{Ll}[^()]{1,40})?\\)[.!]?$`,
  "u",
);
/** "Ann and Bo Baker", "Prof. Ann Baker, Department of Rivers" on the last line, after a whole sentence. */
const SIGNED_LINE = new RegExp(
  `[.?!]\\s*\\n\\s*(?:[^\\n]{3,40}\\n\\s*)?${TITLE}(?:${NAME}\\s(?:&|and|und|et|y|e|en|i|és)\\s${TWO_NAMES}|${TWO_NAMES}\\s?[,|(]\\s?[^\\n?!]{3,60})$`,
  "u",
);
const ENDINGS = [SIGNED_LINE, DASHED, LONE_DASHED, THANKED, IN_BRACKETS];
/** Maximum length of such an ending, in characters. */
const ENDING = 160;
/** Maximum length of a name on its own line, in characters. */
const LONGEST_NAME = 50;
/** Maximum words of the line above a single first name: "Thank you so much,". */
const CLOSING_WORDS = 5;

/** The last line is a name: below a short line that is not a question, with a last name, or after a dash. */
function endsInName(message: string): boolean {
  const text = message.trimEnd().slice(-SIGNATURE);
  if (!LINE_OR_DASH.test(text)) return false;
  if (ENDINGS.some((ending) => ending.test(text.slice(-ENDING)))) return true;
  return isLastLineName(text);
}

function isLastLineName(text: string): boolean {
  const lines = text.split(/\s*\n\s*/u);
  const [above, last = ""] = lines.slice(-2);
  if (above === undefined || last.length > LONGEST_NAME || !LAST_LINE.test(last)) return false;
  if (/[?？]/u.test(above)) return last.includes(" ");
  return above.split(/\s+/u).length <= CLOSING_WORDS && !/[:：]/u.test(above);
}

function closing(words: string | undefined): (text: string) => boolean {
  if (words === undefined) return () => false;
  const loose = new RegExp(
    `(?:^|[\\n.!?])\\s*(?:${words})[\\s,.!]{0,10}(?:-+\\s*)?${TITLE}${NAME}`,
    "iu",
  );
  const strict = new RegExp(`(?:[,\\n!.]\\s*|by\\s+)${TITLE}${NAME}$`, "u");
  const line = new RegExp(`^[.!?]?\\s*\\n\\s*(?:${words})\\s+${TITLE}${NAME}$`, "iu");
  return (text) => {
    const end = text.slice(-SIGNATURE);
    const found = loose.exec(end);
    if (found === null) return false;
    const after = end.slice(found.index + found[0].length);
    if (/[?？]/u.test(after) || after.length > SIGNATURE / 2) return false;
    const isLine = after.trim() === "" && line.test(found[0]) && ENDS_IN_NAME.test(found[0]);
    return isLine || strict.test(found[0]);
  };
}
