import { existsSync } from "node:fs";
import { readdir } from "node:fs/promises";
import { delimiter, join } from "node:path";

/** The folder of Debian's packages, with a folder per version. */
const DEBIAN = "/usr/lib/postgresql";

/** The folder of the installed PostgreSQL server programs: on the PATH, or Debian's newest. */
export async function findPostgres(): Promise<string | undefined> {
  const versions = existsSync(DEBIAN) ? await readdir(DEBIAN) : [];
  const debian = versions
    .sort((a, b) => Number(b) - Number(a))
    .map((version) => join(DEBIAN, version, "bin"));
  const folders = [...(process.env["PATH"] ?? "").split(delimiter), ...debian];
  return folders.find((folder) =>
    ["postgres", "initdb"].every((name) => existsSync(join(folder, name))),
  );
}
