import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, it } from "vitest";
import { loadGuardLanguage } from "../../../src/cache/guards/load-guards.ts";

let folder = "";
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "guards-"));
});
afterAll(() => rm(folder, { recursive: true }));

it("reads English", async () => {
  const english = await loadGuardLanguage("data/guards/en.json");
  expect(english.language).toBe("en");
  expect(english.dates.months[2]).toContain("march");
});

it.each(["not json", '{"language":"en"}'])("names a file that is wrong: %s", async (content) => {
  const file = join(folder, "wrong.json");
  await writeFile(file, content);
  await expect(loadGuardLanguage(file)).rejects.toThrow(file);
});
