import { loadAskLanguages, type AskLanguage } from "../cache/ask/ask-language.ts";
import {
  createCompareLikeness,
  type CompareLikeness,
  type LikenessBounds,
} from "../cache/ask/compare-likeness.ts";
import { createCompareMessages } from "../cache/ask/compare-messages.ts";
import { createSeparateAsk, type SeparateAsk } from "../cache/ask/separate-ask.ts";
import { readEmptyWords } from "../cache/ask/trailing-sentences.ts";
import { createWithoutWriter, type WithoutWriter } from "../cache/ask/without-writer.ts";
import { createGuards } from "../cache/guards/guards.ts";
import type { CompareQuestions } from "../cache/guards/types.ts";
import type { GuardLanguage } from "../cache/guards/guard-language.ts";
import { loadGuardLanguages } from "../cache/guards/load-guards.ts";
import { createCompareWords, type CompareWords } from "../cache/likeness.ts";
import { createReadsAsInstruction, type ReadsAsInstruction } from "../chat/instruction-text.ts";
import type { Config } from "../config.ts";
import { oncePer } from "../operations/remember.ts";
import { createReadLanguage, type ReadLanguage } from "../language/detect-language.ts";

/** What two messages are compared by. */
export interface Comparing {
  readonly separateAsk: SeparateAsk;
  /** Compares whole messages: what they ask, and what surrounds it. */
  readonly compareQuestions: CompareQuestions;
  readonly readLanguage: ReadLanguage;
  /** Compares the words of what they ask. */
  readonly compareWords: CompareLikeness;
  readonly readsAsInstruction: ReadsAsInstruction;
  readonly withoutWriter: WithoutWriter;
}

/** Measured with MiniLM; docs/quality.md has the figures. */
const LIKENESS_BOUNDS: LikenessBounds = { "same-words": 0.85, reworded: 0.75 };

const readAsks = oncePer(loadAskLanguages);
const readGuards = oncePer(loadGuardLanguages);

/** The rules of comparing, with their data files. */
export async function composeComparing({
  guardsDir,
  asksDir,
  defaultLanguage,
}: Pick<Config, "guardsDir" | "asksDir" | "defaultLanguage">): Promise<Comparing> {
  const [languages, guards] = await Promise.all([readAsks(asksDir), readGuards(guardsDir)]);
  const separateAsk = createSeparateAsk(languages);
  const empty = readEmptyWords(guards);
  const readLanguage = createReadLanguage(defaultLanguage);
  const compareAsks = createGuards(guards, readLanguage);
  const compareWords = compareWordsByLanguage(guards, readLanguage, languages);
  return {
    readsAsInstruction: createReadsAsInstruction(languages),
    separateAsk,
    withoutWriter: createWithoutWriter(separateAsk, languages, empty),
    readLanguage,
    compareQuestions: createCompareMessages({ separateAsk, languages, empty, compareAsks }),
    compareWords: createCompareLikeness({ separateAsk, compareWords, bounds: LIKENESS_BOUNDS }),
  };
}

/** Two questions of one language that has guards; others have nothing in common. */
function compareWordsByLanguage(
  guards: readonly GuardLanguage[],
  readLanguage: ReadLanguage,
  languages: readonly AskLanguage[],
): CompareWords {
  const comparers = new Map<string, CompareWords | undefined>();
  const comparerOf = (language: string) => {
    const known = comparers.get(language);
    if (known !== undefined) return known;
    const data = guards.find((each) => each.language === language);
    const building = languages.find((each) => each.language === language);
    const comparer = data && building && createCompareWords(data, building);
    comparers.set(language, comparer);
    return comparer;
  };
  return (asked, stored, tenant) => {
    const { compared: language } = readLanguage(asked, undefined, tenant);
    if (readLanguage(stored, undefined, tenant).compared !== language) return undefined;
    return comparerOf(language)?.(asked, stored, tenant);
  };
}
