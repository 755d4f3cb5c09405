import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, it, onTestFinished } from "vitest";
import { ConfigError } from "../../src/errors.ts";
import { openDatabase } from "../../src/records/database.ts";

async function problemsOf(place: string): Promise<string> {
  try {
    await (await openDatabase(place)).destroy();
    return "none";
  } catch (error) {
    if (error instanceof ConfigError) return error.problems.join();
    throw error;
  }
}

it("names the setting of a data folder that cannot be created", async () => {
  const folder = await mkdtemp(join(tmpdir(), "reprise-"));
  onTestFinished(() => rm(folder, { recursive: true }));
  const file = join(folder, "file");
  await writeFile(file, "");
  expect(await problemsOf(file)).toMatch(/^DATA_DIR: .*file cannot be used: EEXIST/);
});

it("names the setting of a file that is not a database", async () => {
  const folder = await mkdtemp(join(tmpdir(), "reprise-"));
  onTestFinished(() => rm(folder, { recursive: true }));
  await writeFile(
    join(folder, "reprise.db"),
    "not a database, but long enough to be looked at".repeat(9),
  );
  expect(await problemsOf(folder)).toMatch(/^DATA_DIR: .* cannot be used: /);
});
