import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { z } from "zod";
import { ANY_LANGUAGE, guardLanguageSchema, type GuardLanguage } from "./guard-language.ts";

/**
 * Reads what the guards know about each language of a folder (`data/guards/en.json`).
 *
 * @throws Error that names the file and what is wrong with it.
 */
export async function loadGuardLanguages(folder: string): Promise<readonly GuardLanguage[]> {
  const names = await readdir(folder);
  const files = names.filter((name) => name.endsWith(".json")).sort();
  const languages = await Promise.all(files.map((name) => loadGuardLanguage(join(folder, name))));
  const common = languages.find(({ language }) => language === ANY_LANGUAGE);
  return languages.map((language) => withCommon(language, common));
}

/** Adds the symbols and product names that are the same in any language; English has its own. */
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
