import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { z } from "zod";

const words = z.string().transform((list) => new Set(list === "" ? [] : list.split(", ")));

/** How a language asks, greets and signs: `data/asks/*.json`. All words are lower case. */
export const askLanguageSchema = z.strictObject({
  language: z.string().min(2).max(35),
  /** Words that begin a question, whatever follows. */
  questionWords: words,
  /** Words that begin a yes-no question. */
  auxiliaries: words,
  /** Words after an auxiliary at the beginning of a question. */
  subjects: words,
  /** Verbs that begin a request: `write`, `explain`. */
  requestWords: words,
  /** Words that may precede all of these: `please`. */
  politeWords: words,
  /** Words that do not change the question: articles, hesitation, thanks. */
  lightWords: words.default(new Set()),
  /** Words that only form a question: `do`, `can`, `there`. */
  buildingWords: words.default(new Set()),
  /** Pronouns of the speaker, and of the person addressed. */
  speakerWords: words.default(new Set()),
  otherWords: words.default(new Set()),
  /** Words that begin a question about a procedure, and its generic subject: `how do I`. */
  proceduralWords: words.default(new Set()),
  anybodyWords: words.default(new Set()),
  /** Words that refer to another part of the message. */
  pointingWords: words,
  /** Phrases that begin a greeting or a closing line. */
  greetings: words,
  closings: words,
  /** Phrases before the writer's name, and words after it. */
  introductions: words,
  introducedBehind: words,
  /** Words before a number that is only an identifier: `ticket 4711`. */
  identifierWords: words,
  timesOfDay: words,
  /** Verbs that order words to be said: `say: no`. */
  sayVerbs: words,
  /** Verbs that override the model's instructions, and words for the overridden things. */
  overrideVerbs: words,
  overriddenThings: words,
  /** Endings of a question, in scripts without spaces. */
  questionEndings: words.optional(),
});

/** How a language asks. */
export type AskLanguage = z.infer<typeof askLanguageSchema>;

/**
 * Reads all languages of a folder, sorted by file name.
 *
 * @throws Error with the file and the reason
 */
export async function loadAskLanguages(folder: string): Promise<readonly AskLanguage[]> {
  const names = (await readdir(folder)).filter((name) => name.endsWith(".json")).toSorted();
  return Promise.all(names.map((name) => loadOne(join(folder, name))));
}

async function loadOne(file: string): Promise<AskLanguage> {
  const parsed = askLanguageSchema.safeParse(JSON.parse(await readFile(file, "utf8")));
  if (parsed.success) return parsed.data;
  throw new Error(
    `${file} does not describe how a language asks:\n${z.prettifyError(parsed.error)}`,
  );
}
