import { readFile, stat } from "node:fs/promises";
import { basename, join } from "node:path";
import { findFiles, idOfPath } from "../../src/knowledge/load-folder.ts";
import type { RemoteDocuments } from "./connect-documents.ts";

/** Sums over all files. */
export interface IngestSums {
  readonly stored: number;
  readonly refused: number;
}

/**
 * Sends files one after the other and prints a line for each.
 *
 * @throws Error for a path that does not exist, and as `RemoteDocuments` does
 */
export async function ingestPaths(
  paths: readonly string[],
  { documents, print }: { documents: RemoteDocuments; print: (line: string) => void },
): Promise<IngestSums> {
  const files = (await Promise.all(paths.map(filesOf))).flat();
  const ids = new Set<string>();
  const sums = { stored: 0, refused: 0, passages: 0, embedded: 0 };
  for (const [index, { path, name }] of files.entries()) {
    const id = idOfPath(name, ids);
    ids.add(id);
    const bytes = new Uint8Array(await readFile(path));
    const sent = await documents.send({ id, name, bytes });
    const place = `${String(index + 1).padStart(String(files.length).length)}/${files.length}`;
    if (sent.kind === "refused") {
      sums.refused += 1;
      print(`${place}  refused  ${name}: ${sent.reason}`);
      continue;
    }
    const { report } = sent;
    sums.stored += 1;
    sums.passages += report.passages;
    sums.embedded += report.embedded;
    print(`${place}  stored   ${name}: ${report.passages} passages, ${report.embedded} embedded`);
    for (const { file, reason } of report.skipped) print(`      skipped  ${file}: ${reason}`);
  }
  print(
    `${sums.stored} stored, ${sums.refused} refused; ${sums.passages} passages, ${sums.embedded} embedded.`,
  );
  return sums;
}

/** A folder's files with their relative paths, or a single file with its name. */
async function filesOf(path: string): Promise<{ path: string; name: string }[]> {
  const found = await stat(path).catch((cause: unknown) => {
    throw new Error(`${path} cannot be read.`, { cause });
  });
  if (!found.isDirectory()) return [{ path, name: basename(path) }];
  return (await findFiles(path)).map((name) => ({ path: join(path, name), name }));
}
