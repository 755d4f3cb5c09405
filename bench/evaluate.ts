/**
 * Measures hit rate and wrong-hit rate on a folder of questions. docs/quality.md describes the folder and the
 * figures.
 */
import { mkdtemp, rm } from "node:fs/promises";
import { availableParallelism, tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { readConfig } from "../src/config.ts";
import { readDataSet } from "./evaluate/data-set.ts";
import { evaluate, selectMeasures } from "./evaluate/evaluate.ts";
import { measuresOf } from "./evaluate/measures.ts";
import { startProcesses } from "./evaluate/processes.ts";
import { reportJson, reportTables } from "./evaluate/report.ts";
import { openEmbedder, openSystem, thresholdsOf } from "./evaluate/system.ts";

const MODELS = ["CHAT_MODEL", "RESOLVE_MODEL", "JUDGE_MODEL", "JUDGE_URL", "JUDGE_DEADLINE_MS"];

const HELP = `npm run evaluate -- DIR [--embeddings builtin|local] [--only NAMES] [--json] [--vectors-cache FILE]

Measures hit rate and wrong-hit rate on the questions in DIR (docs/quality.md). Settings come from the
environment: MODELS_DIR for local embeddings, CACHE_THRESHOLD and CACHE_GREY_THRESHOLD.
--only           comma-separated folders or files: realistic,fow,streams/qqp
--json           prints JSON instead of tables
--vectors-cache  stores the vectors in a file for the next run
--processes      number of processes; default: one per CPU`;

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    embeddings: { type: "string", default: "builtin" },
    only: { type: "string" },
    json: { type: "boolean", default: false },
    "vectors-cache": { type: "string" },
    processes: { type: "string", default: String(availableParallelism()) },
    help: { type: "boolean", default: false },
  },
});

const [folder] = positionals;
if (values.help) console.log(HELP);
else if (folder === undefined) {
  console.error(HELP);
  process.exitCode = 2;
} else {
  const scratch = await mkdtemp(join(tmpdir(), "reprise-evaluate-"));
  try {
    console.log(await run(folder, values["vectors-cache"] ?? join(scratch, "vectors")));
  } finally {
    await rm(scratch, { recursive: true });
  }
}

async function run(dataFolder: string, cacheFile: string): Promise<string> {
  const data = await readDataSet(dataFolder);
  const only = values.only?.split(",");
  // No model is configured: the service is measured without one.
  const environment = definedOf({
    ...process.env,
    ...Object.fromEntries(MODELS.map((name) => [name, undefined])),
    EMBEDDINGS: values.embeddings,
  });
  const config = readConfig(environment);
  const embedder = await openEmbedder(config);
  const { vectors } = await openSystem(config, {
    embedder,
    cacheFile,
    onProgress: (done, total) => {
      if (process.stderr.isTTY) process.stderr.write(`\r${done} of ${total} texts embedded `);
    },
  });
  const measures = selectMeasures(measuresOf(data), only);
  await vectors.prepare(measures.flatMap((measure) => [...measure.texts()]));
  const { id, model, dimensions } = embedder;
  const setup = { folder: dataFolder, cacheFile, embedder: { id, model, dimensions }, environment };
  const processes = startProcesses(Number(values.processes), setup);
  const onStep = (step: string) => process.stderr.write(`${step}\n`);
  const result = await evaluate(data, processes.ask, { only, onStep }).finally(() =>
    processes.close(),
  );
  const thresholds = await thresholdsOf(config, id);
  await embedder.close();
  if (values.json) return reportJson(result);
  const served = `served from ${thresholds.serve}, with agreeing evidence from ${thresholds.grey}`;
  return `Embeddings: ${id}; ${served}.\n\n${reportTables(result)}`;
}

function definedOf(environment: NodeJS.ProcessEnv): Record<string, string> {
  return Object.fromEntries(
    Object.entries(environment).flatMap(([name, value]) =>
      value === undefined ? [] : [[name, value]],
    ),
  );
}
