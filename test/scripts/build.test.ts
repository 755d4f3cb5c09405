import { execFile } from "node:child_process";
import { access, mkdir, mkdtemp, readFile, rm, stat, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { promisify } from "node:util";
import { afterEach, beforeEach, describe, expect, it } from "vitest";

const REPOSITORY = resolve(import.meta.dirname, "../..");
const run = promisify(execFile);
let folder: string;

/** A small project of the same form. */
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "reprise-build-"));
  await mkdir(join(folder, "src"));
  await mkdir(join(folder, "web"));
  await symlink(join(REPOSITORY, "node_modules"), join(folder, "node_modules"));
  const compilerOptions = { rootDir: "src", noEmit: true, module: "nodenext", types: [] };
  await save("tsconfig.build.json", JSON.stringify({ compilerOptions, include: ["src"] }));
  await save("tsconfig.json", "{}");
  await save("package-lock.json", "{}");
  await save("package.json", '{"type":"module"}');
  await save("src/main.ts", "export const answer: number = 1;\n");
  await save("web/index.html", "<!doctype html><title>App</title>");
  await save("web/vite.config.ts", 'export default { build: { outDir: "../dist/web" } };\n');
});
afterEach(() => rm(folder, { recursive: true, force: true }));

const save = (path: string, text: string) => writeFile(join(folder, path), text);
const main = () => readFile(join(folder, "dist/main.js"), "utf8");

/** What the build says. */
async function build(...options: string[]): Promise<string> {
  const script = join(REPOSITORY, "scripts/build.mjs");
  const { stdout } = await run(process.execPath, [script, ...options], { cwd: folder });
  return stdout;
}

describe("the build", { timeout: 120_000 }, () => {
  it("builds what is not built, and says nothing when nothing has changed", async () => {
    expect(await build()).toMatch(/^Built the server and web app in /);
    expect(await main()).toMatch(/answer ?= ?1/);
    const { mtimeMs } = await stat(join(folder, "dist/web/index.html"));
    // The time of a file is not its content.
    await save("src/main.ts", "export const answer: number = 1;\n");
    expect(await build()).toBe("");
    expect((await stat(join(folder, "dist/web/index.html"))).mtimeMs).toBe(mtimeMs);
  });

  it("builds only the part that has changed, or whose output is gone", async () => {
    await build();
    await save("src/main.ts", "export const answer: number = 2;\n");
    expect(await build()).toMatch(/^Built the server in /);
    expect(await main()).toMatch(/answer ?= ?2/);
    await rm(join(folder, "dist/web/index.html"));
    expect(await build()).toMatch(/^Built the web app in /);
    await access(join(folder, "dist/web/index.html"));
    expect(await build("--force")).toMatch(/^Built the server and web app in /);
  });

  it("tells what is wrong, fails, and does not take a broken build for one", async () => {
    await save("src/main.ts", "export const answer: number = 'one';\n");
    const failed = await build().catch((error: unknown) => error);
    expect(failed).toMatchObject({ code: 1 });
    expect(failed).toMatchObject({ stderr: expect.stringContaining("src/main.ts") });
    await expect(build()).rejects.toMatchObject({ code: 1 });
  });
});
