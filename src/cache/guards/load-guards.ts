import { readFile } from "node:fs/promises";
import { z } from "zod";
import { guardLanguageSchema, type GuardLanguage } from "./guard-language.ts";

/**
 * Reads what the guards know about a language (`data/guards/en.json`).
 *
 * @throws Error that names the file and what is wrong with it.
 */
export async function loadGuardLanguage(file: string): Promise<GuardLanguage> {
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
