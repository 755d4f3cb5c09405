import { parseArgs } from "node:util";
import { embedAsks } from "../../src/cache/ask/embed-asks.ts";
import { loadCalibration } from "../../src/cache/calibration.ts";
import { composeComparing } from "../../src/compose/comparing.ts";
import { createReplayCache } from "../../src/compose/replay.ts";
import { replayPairs, replayStream } from "../../src/tuning/replay-file.ts";
import type { ReplayFigures } from "../../src/tuning/replay.ts";
import { openDocuments } from "../tune/open-documents.ts";
import { CALIBRATION_FILE, COMPARING_FILES, openEmbedder } from "../tune/open-embedder.ts";
import { percent } from "../tune/print-table.ts";
import { readLabelledFile } from "../tune/read-observations.ts";

const USAGE = `npm run replay -- FILE.jsonl [--threshold 0.93] [--grey-threshold 0.6] [--documents DIR]
    [--embeddings builtin|local]

Replays the questions of FILE with these thresholds, an empty cache and no model. FILE has pairs
{a, b, same}, or a stream {cluster, text} in the order asked. DIR has documents as in KNOWLEDGE_DIR; they
give the evidence, as in the live service. Without documents there is no grey zone. The default threshold
is 0.95; the default grey threshold is that of the embedder.`;
/** The default TTL of an answer: files have no times. */
const TTL_SECONDS = 86_400;

try {
  await run();
} catch (error) {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n\n${USAGE}\n`);
  process.exitCode = 2;
}

async function run(): Promise<void> {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: {
      threshold: { type: "string", default: "0.95" },
      "grey-threshold": { type: "string" },
      documents: { type: "string" },
      embeddings: { type: "string", default: "builtin" },
    },
  });
  const [file] = positionals;
  if (file === undefined || positionals.length > 1) throw new Error("Name one file.");
  const serve = readShare("--threshold", values.threshold);
  const embedder = await openEmbedder(values.embeddings);
  const comparing = await composeComparing(COMPARING_FILES);
  const openCache = (questions: number) =>
    createReplayCache(embedder.dimensions, comparing, questions);
  const calibration = await loadCalibration(CALIBRATION_FILE);
  const grey =
    values["grey-threshold"] === undefined
      ? calibration.greyThresholdOf(embedder.id)
      : readShare("--grey-threshold", values["grey-threshold"]);
  const setting = { thresholds: { serve, grey }, ttlSeconds: TTL_SECONDS };
  const read = await readLabelledFile(file);
  const { documents } = values;
  const fusion = calibration.fusionOf(embedder.id);
  const retrieve =
    documents === undefined ? undefined : await openDocuments(documents, embedder, fusion);
  const replayer = { embedder: embedAsks(embedder, comparing.separateAsk), openCache, retrieve };
  const figures =
    read.kind === "pairs"
      ? await replayPairs(read.rows, setting, replayer)
      : await replayStream(read.rows, setting, replayer);
  const under = documents === undefined ? `${serve}` : `${serve}, grey zone from ${grey}`;
  process.stdout.write(`${render(figures, under, embedder.id)}\n`);
  await embedder.close();
}

function render(
  { lookups, hits, wrongHits, labelledHits }: ReplayFigures,
  under: string,
  embedder: string,
) {
  const share = labelledHits === 0 ? "-" : percent(wrongHits / labelledHits);
  return [
    `${lookups} questions at ${under}, embedded with ${embedder}`,
    `exact hits      ${hits.exact}`,
    `semantic hits   ${hits.semantic} (${percent(hits.semantic / Math.max(1, lookups))} of all)`,
    `verified hits   ${hits.verified} (${percent(hits.verified / Math.max(1, lookups))} of all)`,
    `wrong hits      ${wrongHits} (${share})`,
  ].join("\n");
}

function readShare(name: string, text: string): number {
  const value = Number(text);
  if (text.trim() === "" || !(value >= 0 && value <= 1)) {
    throw new Error(`${name} must be a number from 0 to 1.`);
  }
  return value;
}
