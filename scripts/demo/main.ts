import { checkFree } from "../ports.ts";
import { DEMO_MODEL, PRICED_AS, startDemo } from "./start-demo.ts";

const USUAL_PORT = 3000;
const CONVERSATIONS = { lastDay: 170, dayBefore: 25 };

/** Starts a service with a week of sample traffic: `npm run demo -- [PORT]`, or `PORT` in the environment. */
async function main(): Promise<void> {
  const given = process.argv[2] ?? process.env["PORT"] ?? USUAL_PORT;
  const port = Number(given);
  if (!Number.isInteger(port) || port < 0 || port > 65_535) {
    console.error(`"${given}" is not a port number from 0 to 65535.`);
    process.exitCode = 2;
    return;
  }
  await checkFree(port);
  const began = performance.now();
  console.log("Generating a week of traffic, most of it in the last day …");
  const demo = await startDemo({ port, conversations: CONVERSATIONS });
  const seconds = Math.round((performance.now() - began) / 1000);
  const outcomes = [...demo.outcomes].map(([name, count]) => `${count} ${name}`).join(", ");
  console.log(`${outcomes}; ${demo.labelled} labels; in ${seconds} s`);
  console.log(
    `Answers come from the offline model, named ${DEMO_MODEL} and priced as ${PRICED_AS}.`,
  );
  console.log(`Open ${demo.url} (press Ctrl-C to stop; all data is discarded)`);
  const stop = () => void demo.close().then(() => process.exit(0));
  process.once("SIGINT", stop).once("SIGTERM", stop);
}

try {
  await main();
} catch (error) {
  console.error(error instanceof Error ? error.message : String(error));
  process.exitCode = 2;
}
