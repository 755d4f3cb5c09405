import { execFile } from "node:child_process";
import { existsSync } from "node:fs";
import { writeFile } from "node:fs/promises";
import { join, resolve } from "node:path";
import { promisify } from "node:util";

const run = promisify(execFile);

/** The virtual environment of the clients. */
const FOLDER = resolve(import.meta.dirname, "../../node_modules/.cache/reprise-python-clients");

/** The Python of that environment. */
export const CLIENTS_PYTHON = join(FOLDER, "bin", "python");

const PACKAGES = ["langchain-openai==1.7.4", "litellm==1.110.2"];
/** Marks a complete installation. */
const DONE = join(FOLDER, "packages.json");

/** Whether they are installed. */
export function hasPythonClients(): boolean {
  return existsSync(DONE);
}

/**
 * Installs the Python clients of LangChain and LiteLLM into `node_modules/.cache`, for their tests.
 *
 * @throws Error without Python 3.10 with venv and pip
 */
export async function installPythonClients(): Promise<void> {
  if (hasPythonClients()) return;
  await run("python3", ["-m", "venv", FOLDER]);
  const options = ["--quiet", "--disable-pip-version-check"];
  await run(CLIENTS_PYTHON, ["-m", "pip", "install", ...options, ...PACKAGES]);
  await writeFile(DONE, `${JSON.stringify(PACKAGES)}\n`);
}
