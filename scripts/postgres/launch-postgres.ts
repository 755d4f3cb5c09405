import { execFile, spawn, type ChildProcess } from "node:child_process";
import { chmod, mkdir } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { promisify } from "node:util";
import pg from "pg";
import { checkFree, freePort } from "../ports.ts";

const run = promisify(execFile);

/** A running server. */
export interface RunningPostgres {
  /** URL of its database `postgres`. */
  readonly url: string;
  readonly process: ChildProcess;
  /** Resolves when the process has ended. SIGQUIT ends it without a clean shutdown, like a crash. */
  stop(signal?: NodeJS.Signals): Promise<void>;
}

const START_MS = 30_000;
/** Commits must survive the server process, but not a failure of the machine. */
const FAST = ["fsync=off", "full_page_writes=off"];

/**
 * Starts a server on a folder, initialises it if it is empty, and resolves when the server accepts
 * queries. PostgreSQL refuses to run as root, so root starts it as the user `postgres`.
 *
 * @throws Error when the port is in use, the server exits, or is not ready within 30 s
 */
export async function launchPostgres(
  programs: string,
  { folder, port }: { folder: string; port?: number },
): Promise<RunningPostgres> {
  const chosen = port ?? (await freePort());
  await checkFree(chosen);
  const data = join(folder, "data");
  await prepare(programs, folder, data);
  const settings = [`port=${chosen}`, `unix_socket_directories=${folder}`, ...FAST];
  const [command, args] = asPostgres(join(programs, "postgres"), [
    "-D",
    data,
    "-h",
    "127.0.0.1",
    ...settings.flatMap((setting) => ["-c", setting]),
  ]);
  const child = spawn(command, args, { stdio: ["ignore", "ignore", "pipe"] });
  let log = "";
  child.stderr.on("data", (text: Buffer) => {
    log = (log + text.toString()).slice(-2_000);
  });
  const ended = new Promise<void>((resolve) => child.once("exit", () => resolve()));
  const url = `postgres://postgres@127.0.0.1:${chosen}/postgres`;
  await waitUntilUp(child, url, () => log);
  return {
    url,
    process: child,
    async stop(signal = "SIGINT") {
      if (child.exitCode === null && child.signalCode === null) child.kill(signal);
      await ended;
    },
  };
}

async function prepare(programs: string, folder: string, data: string): Promise<void> {
  if (isRoot()) {
    await chmod(folder, 0o755);
    await mkdir(data, { recursive: true });
    await run("chown", ["-R", "postgres", folder]);
  }
  const options = ["-D", data, "-U", "postgres", "-A", "trust", "-E", "UTF8", "--no-sync"];
  const [command, args] = asPostgres(join(programs, "initdb"), options);
  await run(command, args, { cwd: folder }).catch((error: unknown) => {
    if (!String(error).includes("exists but is not empty")) throw error;
  });
}

function isRoot(): boolean {
  return process.getuid?.() === 0;
}

/** setpriv replaces itself by the server, so signals reach the server directly. */
function asPostgres(command: string, args: string[]): [string, string[]] {
  if (!isRoot()) return [command, args];
  const who = ["--reuid=postgres", "--regid=postgres", "--init-groups"];
  return ["setpriv", [...who, command, ...args]];
}

async function waitUntilUp(child: ChildProcess, url: string, log: () => string): Promise<void> {
  const deadline = Date.now() + START_MS;
  while (Date.now() < deadline) {
    if (child.exitCode !== null) throw new Error(`postgres exited: ${log()}`);
    if (await answers(url)) return;
    await sleep(50);
  }
  child.kill("SIGKILL");
  throw new Error(`postgres was not ready within ${START_MS} ms: ${log()}`);
}

async function answers(url: string): Promise<boolean> {
  const client = new pg.Client({ connectionString: url, connectionTimeoutMillis: 1_000 });
  client.on("error", () => {});
  try {
    await client.connect();
    await client.query("select 1");
    return true;
  } catch {
    return false;
  } finally {
    await client.end().catch(() => {});
  }
}
