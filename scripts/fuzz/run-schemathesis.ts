import { spawn } from "node:child_process";
import { tmpdir } from "node:os";

/** The checks of every reply. */
const CHECKS = [
  "not_a_server_error",
  "status_code_conformance",
  "content_type_conformance",
  "response_headers_conformance",
  "response_schema_conformance",
  "allow_header_conformance",
].join(",");

export interface FuzzRun {
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  /** Approximate number of generated requests. */
  readonly cases: number;
  /** Number of operations in the OpenAPI document. */
  readonly operations: number;
}

/** @throws Error if the program does not exist */
export async function findSchemathesis(program: string): Promise<string> {
  if ((await run(program, ["--version"])) === 0) return program;
  throw new Error(`schemathesis not found at ${program}.`);
}

/** Returns true if no reply failed a check. */
export async function runSchemathesis(program: string, options: FuzzRun): Promise<boolean> {
  const { url, headers, cases, operations } = options;
  const given = Object.entries(headers).flatMap(([name, value]) => [
    "--header",
    `${name}: ${value}`,
  ]);
  const code = await run(program, [
    "run",
    `${url}/openapi.json`,
    ...given,
    "--checks",
    CHECKS,
    "--phases",
    "examples,coverage,fuzzing",
    "--max-examples",
    String(Math.ceil(cases / operations)),
    "--continue-on-failure",
    "--seed",
    "20",
    "--request-timeout",
    "60",
    "--suppress-health-check",
    "all",
    "--warnings",
    "off",
    "--no-color",
  ]);
  return code === 0;
}

function run(program: string, values: readonly string[]): Promise<number> {
  return new Promise((resolve, reject) => {
    // schemathesis writes files to its working directory.
    const child = spawn(program, values, { stdio: "inherit", cwd: tmpdir() });
    child.once("error", reject);
    child.once("exit", (code) => resolve(code ?? 1));
  });
}
