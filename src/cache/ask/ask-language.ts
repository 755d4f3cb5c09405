import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { z } from "zod";

const words = z.string().transform((list) => new Set(list === "" ? [] : list.split(", ")));

/** What is known of how a language asks, greets and signs: `data/asks/*.json`. All words are lower case. */
export const askLanguageSchema = z.strictObject({
  language: z.string().min(2).max(35),
  /** Begin a question whatever follows. */
  questionWords: words,
  /** Begin a question that yes or no answers. */
  auxiliaries: words,
  /** Stand behind an auxiliary that begins a question. */
  subjects: words,
  /** Verbs that begin a request: `write`, `explain`. */
  requestWords: words,
  /** May stand before all of these: `please`. */
  politeWords: words,
  /** Change nothing of what is asked: articles, hesitation, thanks. */
  lightWords: words.default(new Set()),
  /** Only build a question: `do`, `can`, `there`. */
  buildingWords: words.default(new Set()),
  /** The speaker, and the one who is spoken to. */
  speakerWords: words.default(new Set()),
  otherWords: words.default(new Set()),
  /** Begin a question about a procedure, whose subject is anybody: `how do I`. */
  proceduralWords: words.default(new Set()),
  anybodyWords: words.default(new Set()),
  /** Point to what stands elsewhere in the message. */
  pointingWords: words,
  /** Phrases that begin a greeting, or a closing line. */
  greetings: words,
  closings: words,
  /** Phrases that stand before the writer's name, and words that stand behind it. */
  introductions: words,
  introducedBehind: words,
  /** Stand before a number that only identifies: `ticket 4711`. */
  identifierWords: words,
  timesOfDay: words,
  /** Order words to be said: `say: no`. */
  sayVerbs: words,
  /** Verbs that set aside what the model was told, and words for what they set aside. */
  overrideVerbs: words,
  overriddenThings: words,
  /** Ends of a question, in scripts without spaces. */
  questionEndings: words.optional(),
});

/** What is known of how a language asks. */
export type AskLanguage = z.infer<typeof askLanguageSchema>;

/**
 * Reads all languages of a folder, in the order of their names.
 *
 * @throws Error that names the file and what is wrong with it
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
