import { readdir, readFile } from "node:fs/promises";
import { basename } from "node:path";
import { expect, it } from "vitest";

const FOLDERS = ["src", "web", "scripts", "bench", "test", "data", "prompts"];

async function filesOf(folder: string): Promise<string[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  return entries.filter((entry) => entry.isFile()).map(({ name }) => name);
}

/** Names of source files in the text. */
const namedIn = (text: string) =>
  [...text.matchAll(/[\w.-]+\.(?:d\.ts|tsx?|mjs)\b/g)].map(([name]) => basename(name));

it("ARCHITECTURE.md names every file of the service", async () => {
  const named = new Set(namedIn(await readFile("ARCHITECTURE.md", "utf8")));
  expect((await filesOf("src")).filter((name) => !named.has(name))).toEqual([]);
});

it("ARCHITECTURE.md names no file that is not there", async () => {
  const there = new Set((await Promise.all(FOLDERS.map(filesOf))).flat());
  there.add("vite.config.ts");
  const text = await readFile("ARCHITECTURE.md", "utf8");
  expect(namedIn(text).filter((name) => !there.has(name))).toEqual([]);
});
