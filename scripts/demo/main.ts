import { rm } from "node:fs/promises";
import { createServer } from "node:http";
import { join } from "node:path";
import { createRandom } from "../../bench/support/seeded-random.ts";
import { createApp } from "../../src/app.ts";
import { composeService } from "../../src/compose.ts";
import { readConfig } from "../../src/config.ts";
import { attachWebSocket } from "../../src/http/websocket.ts";
import { createLogger } from "../../src/operations/logger.ts";
import { createCall } from "./call-service.ts";
import { createPricedOfflineModel, PRICED_AS } from "./priced-offline-model.ts";
import { seed } from "./seed.ts";

/** Begun anew each time; the service's own data are not touched. */
const FOLDER = join(".reprise", "demo");
const SEED = 8;

/**
 * Fills a service of its own with a day of traffic and shows it: `npm run demo`. The questions are
 * those of a made-up team about the sample documents; the offline model answers them, at the prices of
 * a model that has some. All that is shown of them is the service's own work: nothing is written into
 * the records beside it. `PORT` and `HOST` are read as ever.
 */
async function main(): Promise<void> {
  await rm(FOLDER, { recursive: true, force: true });
  const { PORT = "", HOST = "" } = process.env;
  const config = readConfig({ PORT, HOST, DATA_DIR: FOLDER, LOG_LEVEL: "error" });
  let clock: number | undefined;
  const service = await composeService(config, createLogger(config.logLevel), {
    model: createPricedOfflineModel(),
    now: () => clock ?? Date.now(),
  });
  const server = createServer(createApp(service.http));
  attachWebSocket(server, service.http);
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject);
    server.listen(config.port, config.host, resolve);
  });
  const begun = performance.now();
  const until = Date.now();
  const url = `http://${config.host}:${config.port}`;
  clock = until - 24 * 3_600_000;
  await service.start();
  await seed({
    call: createCall(url),
    random: createRandom(SEED),
    until,
    setClock(at) {
      clock = at;
    },
    onProgress(done, all) {
      if (done % 50 === 0 || done === all) console.log(`${done} of ${all} questions`);
    },
  });
  clock = undefined;
  const seconds = ((performance.now() - begun) / 1000).toFixed(0);
  console.log(
    `A day of traffic in ${seconds} s, answered by the offline model at the prices of ${PRICED_AS}.`,
  );
  console.log(`Look at it: ${url}`);
}

await main();
