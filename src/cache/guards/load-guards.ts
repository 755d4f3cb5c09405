import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { z } from "zod";
import { ANY_LANGUAGE, guardLanguageSchema, type GuardLanguage } from "./guard-language.ts";

/**
 * Reads the guards' data of each language in a folder (`data/guards/en.json`).
 *
 * @throws Error with the file and the reason
 */
export async function loadGuardLanguages(folder: string): Promise<readonly GuardLanguage[]> {
  const names = await readdir(folder);
  const files = names.filter((name) => name.endsWith(".json")).sort();
  const languages = await Promise.all(files.map((name) => loadGuardLanguage(join(folder, name))));
  const common = languages.find(({ language }) => language === ANY_LANGUAGE);
  return languages.map((language) => withCommon(language, common));
}

/** Adds symbols and product names common to all languages; English has its own. */
function withCommon(language: GuardLanguage, common: GuardLanguage | undefined): GuardLanguage {
  if (common === undefined || language === common || language.language === "en") return language;
  return {
    ...language,
    units: [...language.units, ...common.units],
    opposites: [...language.opposites, ...common.opposites],
  };
}

async function loadGuardLanguage(file: string): Promise<GuardLanguage> {
  const parsed = guardLanguageSchema.safeParse(parseJson(file, await readFile(file, "utf8")));
  if (!parsed.success) {
    throw new Error(`${file} does not describe a language:\n${z.prettifyError(parsed.error)}`);
  }
  return parsed.data;
}

function parseJson(file: string, text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new Error(`${file} is not JSON.`, { cause: error });
  }
}
