import { createHash } from "node:crypto";
import { readFile, readdir, stat } from "node:fs/promises";
import { extname, join, relative, sep } from "node:path";
import { unusableSetting } from "../errors.ts";
import type { DocumentReader } from "./document-reader.ts";
import { FILE_SOURCE } from "./file-source.ts";
import { MAX_DOCUMENT_BYTES } from "./load.ts";
import type { DocumentInput } from "./types.ts";

/** Documents of a folder, and skipped files with the reason. */
export interface LoadedFolder {
  readonly documents: readonly DocumentInput[];
  readonly skipped: readonly { file: string; reason: string }[];
  /** Ids of the documents of files that did not change. */
  readonly unchanged: readonly string[];
  /** All files, for the next load. */
  readonly seen: SeenFiles;
}

/** A file as it was last read. */
interface SeenFile {
  /** Time, size and inode: a changed file has another stamp. */
  readonly stamp: string;
  /** Undefined if it could not be read. */
  readonly id: string | undefined;
}

/** Files of a folder as they were last read, by path. */
export type SeenFiles = ReadonlyMap<string, SeenFile>;

/**
 * Reads every readable file below a folder, ordered by path. Ignores symbolic links and names that begin with a
 * dot. Other unreadable files, archive members and attachments are reported in `skipped`.
 *
 * @param before files that an earlier load has read; those with the same stamp are not read again
 * @throws ConfigError if the folder cannot be read
 */
export async function loadFolder(
  folder: string,
  reader: Pick<DocumentReader, "read">,
  before: SeenFiles = new Map(),
): Promise<LoadedFolder> {
  const documents: DocumentInput[] = [];
  const skipped: { file: string; reason: string }[] = [];
  const stamps = await readStamps(folder);
  const same = [...before].filter(([path, { stamp }]) => stamps.get(path) === stamp);
  const seen = new Map(same);
  const unchanged = same.map(([, { id }]) => id).filter((id) => id !== undefined);
  const ids = new Set(unchanged);
  for (const [path, stamp] of stamps) {
    if (seen.has(path)) continue;
    seen.set(path, { stamp, id: undefined });
    try {
      const file = join(folder, path);
      if ((await stat(file)).size > MAX_DOCUMENT_BYTES) throw new Error("larger than 20 MB");
      const bytes = await readFile(file);
      const { skipped: parts = [], ...read } = await reader.read({ bytes, fileName: file });
      const id = idOfPath(path, ids);
      ids.add(id);
      seen.set(path, { stamp, id });
      documents.push({ ...read, id, source: `${FILE_SOURCE}${path}` });
      skipped.push(...parts.map((part) => ({ ...part, file: `${path}/${part.file}` })));
    } catch (error) {
      skipped.push({ file: path, reason: error instanceof Error ? error.message : String(error) });
    }
  }
  return { documents, skipped, unchanged, seen };
}

/** The stamp of each file, ordered by path. A file that disappears meanwhile is left out. */
export async function readStamps(folder: string): Promise<ReadonlyMap<string, string>> {
  const stamps = new Map<string, string>();
  for (const path of await findFiles(folder)) {
    const found = await stat(join(folder, path)).catch(() => undefined);
    if (found !== undefined) stamps.set(path, `${found.mtimeMs} ${found.size} ${found.ino}`);
  }
  return stamps;
}

/** Relative paths with `/` as separator, in UTF-16 order. */
export async function findFiles(folder: string): Promise<string[]> {
  const options = { recursive: true, withFileTypes: true } as const;
  const found = await readdir(folder, options).catch((cause: unknown) => {
    throw unusableSetting("KNOWLEDGE_DIR", `${folder} cannot be read`, cause);
  });
  return found
    .filter((entry) => entry.isFile())
    .map((entry) => relative(folder, join(entry.parentPath, entry.name)).split(sep).join("/"))
    .filter((path) => !/(?:^|\/)\./.test(path))
    .sort();
}

/** `billing/refunds.md` becomes `billing-refunds`. Paths with other characters, or whose id is taken, get a hash. */
export function idOfPath(path: string, taken: ReadonlySet<string>): string {
  const plain = path.slice(0, path.length - extname(path).length).replaceAll("/", "-");
  if (/^[\w-]{1,128}$/.test(plain) && !taken.has(plain)) return plain;
  const hash = createHash("sha256").update(path).digest("hex").slice(0, 12);
  return `${plain.replace(/[^\w-]+/g, "-").slice(0, 100)}-${hash}`;
}
