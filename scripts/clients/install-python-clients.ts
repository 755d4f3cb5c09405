import { execFile } from "node:child_process";
import { existsSync } from "node:fs";
import { writeFile } from "node:fs/promises";
import { join, resolve } from "node:path";
import { promisify } from "node:util";

const run = promisify(execFile);

/** Where `installPythonClients` puts them: a virtual environment. */
const FOLDER = resolve(import.meta.dirname, "../../node_modules/.cache/reprise-python-clients");

/** The Python that has them. */
export const CLIENTS_PYTHON = join(FOLDER, "bin", "python");

const PACKAGES = ["langchain-openai==1.7.4", "litellm==1.110.2"];
/** Written when all of them are there. */
const DONE = join(FOLDER, "packages.json");

/** True where they have been brought. */
export function hasPythonClients(): boolean {
  return existsSync(DONE);
}

/**
 * Brings LangChain's and LiteLLM's clients for Python into `node_modules/.cache`, for the tests that they work.
 *
 * @throws Error where there is no Python 3.10 with venv and pip
 */
export async function installPythonClients(): Promise<void> {
  if (hasPythonClients()) return;
  await run("python3", ["-m", "venv", FOLDER]);
  const options = ["--quiet", "--disable-pip-version-check"];
  await run(CLIENTS_PYTHON, ["-m", "pip", "install", ...options, ...PACKAGES]);
  await writeFile(DONE, `${JSON.stringify(PACKAGES)}\n`);
}
