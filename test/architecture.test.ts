import { readdir, readFile } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
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

/** What each file of `src` imports of it: types and modules that are loaded later too. */
async function readImports(): Promise<ReadonlyMap<string, readonly string[]>> {
  const names = (await readdir("src", { recursive: true })).filter((name) => name.endsWith(".ts"));
  const read = names.map(async (name): Promise<[string, readonly string[]]> => {
    const text = await readFile(join("src", name), "utf8");
    const found = text.matchAll(/(?:from |import\()"(?<path>\.[^"]+)"/g);
    return [name, [...found].map(({ groups }) => join(dirname(name), groups?.["path"] ?? ""))];
  });
  return new Map(await Promise.all(read));
}

/** The files of a circle of imports; undefined where there is none. */
function findCircle(
  imports: ReadonlyMap<string, readonly string[]>,
): readonly string[] | undefined {
  const done = new Set<string>();
  const visit = (file: string, path: readonly string[]): readonly string[] | undefined => {
    if (path.includes(file)) return [...path.slice(path.indexOf(file)), file];
    if (done.has(file)) return undefined;
    for (const next of imports.get(file) ?? []) {
      const circle = visit(next, [...path, file]);
      if (circle !== undefined) return circle;
    }
    done.add(file);
    return undefined;
  };
  for (const file of imports.keys()) {
    const circle = visit(file, []);
    if (circle !== undefined) return circle;
  }
  return undefined;
}

/** Pairs of rooms that import each other: each needs a type of the other. */
const MUTUAL = ["answer judging", "models redis", "operations redis"];

it("rooms import each other in three places only", async () => {
  const arrows = new Set<string>();
  for (const [file, imported] of await readImports()) {
    const rooms = imported.map((path) => [roomOf(file), roomOf(path)] as const);
    for (const [from, to] of rooms) {
      if (from !== to && from !== "" && to !== "") arrows.add(`${from} ${to}`);
    }
  }
  const mutual = [...arrows].filter((arrow) => {
    const [from = "", to = ""] = arrow.split(" ");
    return from < to && arrows.has(`${to} ${from}`);
  });
  expect(arrows.size).toBeGreaterThan(MUTUAL.length);
  expect(mutual.toSorted()).toEqual(MUTUAL);
});

/** The folder of `src` that a file is in; empty for a file beside the rooms. */
function roomOf(file: string): string {
  return file.includes("/") ? (file.split("/")[0] ?? "") : "";
}

it("no imports form a circle", async () => {
  const imports = await readImports();
  expect(imports.get("main.ts")).toContain("server.ts");
  expect(findCircle(imports)).toBeUndefined();
  expect(
    findCircle(
      new Map([
        ["a", ["b"]],
        ["b", ["c"]],
        ["c", ["b"]],
      ]),
    ),
  ).toEqual(["b", "c", "b"]);
});
