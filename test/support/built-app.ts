import { readdir, stat } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "vite";

const SOURCES = fileURLToPath(new URL("../../web", import.meta.url));
const BUILT = fileURLToPath(new URL("../../dist/web/index.html", import.meta.url));

/** Builds the web app before a run, unless it is built and nothing in it has changed. */
export default async function setUp(): Promise<void> {
  const builtAt = await stat(BUILT).then(
    ({ mtimeMs }) => mtimeMs,
    () => 0,
  );
  if (builtAt > (await changedAt(SOURCES))) return;
  await build({ root: SOURCES, logLevel: "warn" });
}

/** When the newest of a folder's files was changed. */
async function changedAt(folder: string): Promise<number> {
  const files = await readdir(folder, { recursive: true });
  const times = files.map(async (file) => (await stat(join(folder, file))).mtimeMs);
  return Math.max(...(await Promise.all(times)));
}
