import type { ChildProcess } from "node:child_process";

/** A server started by a script. */
interface Started {
  readonly process: ChildProcess;
  stop(): Promise<void>;
}

/** Runs a script. On an error, prints it with the help and sets exit code 2. */
export async function runScript(help: string, main: () => Promise<void>): Promise<void> {
  try {
    await main();
  } catch (error) {
    console.error(`${error instanceof Error ? error.message : String(error)}\n\n${help}`);
    process.exitCode = 2;
  }
}

/** Stops the server when this process is stopped, and exits when the server exits. */
export function endTogether(name: string, server: Started): void {
  for (const signal of ["SIGINT", "SIGTERM"] as const) {
    process.on(signal, () => void server.stop());
  }
  server.process.on("exit", (code, signal) => {
    console.log(`${name} exited (${signal ?? code}).`);
    process.exit(code ?? 1);
  });
}
