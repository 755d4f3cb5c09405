import { readFileSync } from "node:fs";
import { SourceMap } from "node:module";
import { relative, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { z } from "zod";

/** A location in a stack: URL of a bundle, line and column. */
const PLACE = /(file:\/\/[^\s()]+\.js):(\d+):(\d+)/g;

const sourceMapSchema = z.looseObject({
  version: z.number(),
  sources: z.array(z.string()),
  names: z.array(z.string()),
  mappings: z.string(),
});

const maps = new Map<string, SourceMap | undefined>();

/**
 * Maps a stack to the source files. Node's `--enable-source-maps` does the same, but reads all maps
 * at start and parses them at the first error, logged or not.
 */
export function sourceStack(stack: string): string {
  return stack.replaceAll(PLACE, (place: string, url: string, line: string, column: string) => {
    const origin = openMap(url)?.findOrigin(Number(line), Number(column));
    if (origin === undefined || !("fileName" in origin)) return place;
    const file = relative(process.cwd(), resolve(fileURLToPath(url), "..", origin.fileName));
    return `${file}:${origin.lineNumber}:${origin.columnNumber}`;
  });
}

/** Undefined for files without a source map: those of node_modules, and sources run directly. */
function openMap(url: string): SourceMap | undefined {
  if (maps.has(url)) return maps.get(url);
  const map = readMap(`${fileURLToPath(url)}.map`);
  maps.set(url, map);
  return map;
}

function readMap(file: string): SourceMap | undefined {
  try {
    const { version, sources, names, mappings } = sourceMapSchema.parse(
      JSON.parse(readFileSync(file, "utf8")),
    );
    const rest = { file, sourceRoot: "", sourcesContent: [] };
    return new SourceMap({ ...rest, version, sources, names, mappings });
  } catch {
    return undefined;
  }
}
