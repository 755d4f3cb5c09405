import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, it } from "vitest";
import { loadGuardLanguages } from "../../../src/cache/guards/load-guards.ts";

let folder = "";
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "guards-"));
});
afterAll(() => rm(folder, { recursive: true }));

it("reads the languages, and what holds in any other", async () => {
  const languages = await loadGuardLanguages("data/guards");
  const english = languages.find(({ language }) => language === "en");
  expect(english?.dates.months[2]).toContain("march");
  expect(languages.map(({ language }) => language)).toEqual(
    expect.arrayContaining(["de", "es", "fr", "it", "ja", "nl", "pl", "pt", "und", "zh"]),
  );
});

it.each(["not json", '{"language":"en"}'])("names a file that is wrong: %s", async (content) => {
  const file = join(folder, "wrong.json");
  await writeFile(file, content);
  await expect(loadGuardLanguages(folder)).rejects.toThrow(file);
});
