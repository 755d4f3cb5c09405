import { parseArgs } from "node:util";
import { createGuards } from "../../src/cache/guards/guards.ts";
import { loadGuardLanguage } from "../../src/cache/guards/load-guards.ts";
import { createReplayCache } from "../../src/compose-replay.ts";
import { replayPairs, replayStream } from "../../src/tuning/replay-file.ts";
import type { ReplayFigures } from "../../src/tuning/replay.ts";
import { GUARDS_FILE, openEmbedder } from "../tune/open-embedder.ts";
import { percent } from "../tune/print-table.ts";
import { readLabelledFile } from "../tune/read-observations.ts";

const USAGE = `npm run replay -- FILE.jsonl [--threshold 0.93] [--embeddings builtin|local]

FILE has pairs {a, b, same}, or a stream {cluster, text} in the order asked. Each question is asked of an
empty cache under the threshold (0.95), without a model and without documents.`;
/** As long as the default lifetime of an answer: files have no times. */
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
      embeddings: { type: "string", default: "builtin" },
    },
  });
  const [file] = positionals;
  if (file === undefined || positionals.length > 1) throw new Error("Name one file.");
  const serve = Number(values.threshold);
  if (!(serve >= 0 && serve <= 1)) throw new Error("--threshold must be from 0 to 1.");
  const embedder = await openEmbedder(values.embeddings);
  const compareQuestions = createGuards(await loadGuardLanguage(GUARDS_FILE));
  const openCache = () => createReplayCache(embedder.dimensions, compareQuestions);
  const setting = { thresholds: { serve, grey: 1 }, ttlSeconds: TTL_SECONDS };
  const read = await readLabelledFile(file);
  const replayer = { embedder, openCache };
  const figures =
    read.kind === "pairs"
      ? await replayPairs(read.rows, setting, replayer)
      : await replayStream(read.rows, setting, replayer);
  process.stdout.write(`${render(figures, serve, embedder.id)}\n`);
  await embedder.close();
}

function render(
  { lookups, hits, wrongHits, labelledHits }: ReplayFigures,
  serve: number,
  embedder: string,
) {
  const share = labelledHits === 0 ? "-" : percent(wrongHits / labelledHits);
  return [
    `${lookups} questions at ${serve}, embedded with ${embedder}`,
    `same words      ${hits.exact}`,
    `by similarity   ${hits.semantic} (${percent(hits.semantic / Math.max(1, lookups))} of all)`,
    `of these wrong  ${wrongHits} (${share})`,
  ].join("\n");
}
