/**
 * Measures how often stored answers are served, and how often wrongly, over a folder of questions.
 * docs/quality.md says what the folder holds and what the figures mean.
 */
import { parseArgs } from "node:util";
import { readConfig } from "../src/config.ts";
import { readDataSet } from "./evaluate/data-set.ts";
import { evaluate } from "./evaluate/evaluate.ts";
import { reportJson, reportTables } from "./evaluate/report.ts";
import { openSystem } from "./evaluate/system.ts";

const HELP = `npm run evaluate -- DIR [--embeddings builtin|local] [--json] [--vectors-cache FILE]

Replays the questions in DIR through the answer cache. Settings are read from the environment:
MODELS_DIR for local embeddings, CACHE_THRESHOLD and CACHE_GREY_THRESHOLD.
--json           figures instead of tables
--vectors-cache  keeps the vectors in a file for the next run`;

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    embeddings: { type: "string", default: "builtin" },
    json: { type: "boolean", default: false },
    "vectors-cache": { type: "string" },
    help: { type: "boolean", default: false },
  },
});

const [folder] = positionals;
if (values.help) console.log(HELP);
else if (folder === undefined) {
  console.error(HELP);
  process.exitCode = 2;
} else console.log(await run(folder));

async function run(dataFolder: string): Promise<string> {
  const data = await readDataSet(dataFolder);
  const config = readConfig({ ...process.env, EMBEDDINGS: values.embeddings });
  const system = await openSystem(config, {
    cacheFile: values["vectors-cache"],
    onProgress: (done, total) => {
      if (process.stderr.isTTY) process.stderr.write(`\r${done} of ${total} texts embedded `);
    },
  });
  const { embedder, thresholds } = system;
  const result = await evaluate(data, system, (step) => process.stderr.write(`${step}\n`));
  await embedder.close();
  if (values.json) return reportJson(result);
  const served = `served from ${thresholds.serve}, with agreeing evidence from ${thresholds.grey}`;
  return `Embeddings: ${embedder.id}; ${served}.\n\n${reportTables(result)}`;
}
