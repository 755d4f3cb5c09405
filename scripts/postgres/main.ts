import { mkdir } from "node:fs/promises";
import { resolve } from "node:path";
import { parseArgs } from "node:util";
import { endTogether, runScript } from "../run-server.ts";
import { findPostgres } from "./find-postgres.ts";
import { launchPostgres } from "./launch-postgres.ts";

const HELP = `npm run postgres [-- --port 5432] [--folder .reprise/postgres]

Runs the installed PostgreSQL for development only: without passwords, and with settings for speed that do not
survive a power failure. Its data is in a separate folder. If PostgreSQL is not installed, run
apt install postgresql, or use docker compose up postgres.`;

await runScript(HELP, main);

async function main(): Promise<void> {
  const { values } = parseArgs({
    options: {
      port: { type: "string", default: "5432" },
      folder: { type: "string", default: ".reprise/postgres" },
      help: { type: "boolean", default: false },
    },
  });
  if (values.help) console.log(HELP);
  else await serve(Number(values.port), resolve(values.folder));
}

async function serve(port: number, folder: string): Promise<void> {
  const programs = await findPostgres();
  if (programs === undefined) throw new Error("No PostgreSQL is installed.");
  await mkdir(folder, { recursive: true });
  const postgres = await launchPostgres(programs, { port, folder });
  console.log(`PostgreSQL: DATABASE_URL=${postgres.url}, data in ${folder}. Press Ctrl-C to stop.`);
  endTogether("PostgreSQL", postgres);
}
