import { spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { resolve } from "node:path";
import { createInterface } from "node:readline";

const ROOT = resolve(import.meta.dirname, "../..");

/** The tested fields of a log line. */
export interface LogLine {
  msg: string;
  url?: string;
  event?: string;
  cause?: string;
  err?: { message: string; stack: string };
}

/** The built service in a separate process. */
export interface RunningMain {
  readonly child: ChildProcess;
  readonly url: string;
  readonly lines: readonly LogLine[];
  /** Resolves with the first log line with this message, past or future. Undefined if the process has ended. */
  logged(message: string): Promise<LogLine | undefined>;
  /** Resolves with the exit code. */
  ended(): Promise<number | null>;
}

/**
 * Runs `dist/main.js` until it is ready.
 *
 * @param imports modules to preload
 */
export async function runMain(
  environment: Record<string, string>,
  imports: readonly string[] = [],
): Promise<RunningMain> {
  const flags = imports.flatMap((name) => ["--import", name]);
  const child = spawn(process.execPath, [...flags, "dist/main.js"], {
    cwd: ROOT,
    env: { PATH: process.env["PATH"], PORT: "0", DATA_DIR: ":memory:", ...environment },
    stdio: ["ignore", "pipe", "inherit"],
  });
  const exit = once(child, "exit").then(([code]) => code as number | null);
  const lines: LogLine[] = [];
  const waiting = new Set<() => void>();
  const reader = createInterface({ input: child.stdout });
  reader.on("line", (line) => {
    lines.push(JSON.parse(line));
    for (const look of waiting) look();
  });
  const closed = once(reader, "close").then(() => undefined);
  const logged = (message: string) => {
    const found = new Promise<LogLine>((resolve) => {
      const look = () => {
        const line = lines.find(({ msg }) => msg === message);
        if (line === undefined) return;
        waiting.delete(look);
        resolve(line);
      };
      waiting.add(look);
      look();
    });
    return Promise.race([found, closed]);
  };
  await logged("Reprise is ready");
  const url = lines.find((line) => line.url !== undefined)?.url ?? "";
  return { child, url, lines, logged, ended: () => exit };
}
