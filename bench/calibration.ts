/**
 * Whether the guarantee of a calibration holds: labelled lookups are split at random, one half is used for
 * calibration, the other for testing. Pairs and streams are those of `npm run tune`.
 *
 *   npm run bench:calibration -- FOLDER [vectors.jsonl] [runs, default 200]
 *
 * FOLDER has pairs/qqp.jsonl and streams/stackfaq.jsonl. The embedder is the local one. Its vectors are
 * stored in the given file for the next run.
 */
import { embedAsks } from "../src/cache/ask/embed-asks.ts";
import { composeComparing } from "../src/compose/comparing.ts";
import { join } from "node:path";
import { createLocalEmbedder } from "../src/models/local-embeddings.ts";
import { COMPARING_FILES } from "../scripts/tune/open-embedder.ts";
import { readObservations } from "../scripts/tune/read-observations.ts";
import { calibrate } from "../src/tuning/calibrate.ts";
import { lowerBound } from "../src/tuning/clopper-pearson.ts";
import type { Observation } from "../src/tuning/types.ts";
import { openVectors } from "./evaluate/vectors.ts";
import { createRandom } from "./support/seeded-random.ts";

const TARGETS = [0.01, 0.02, 0.05, 0.1];
const FIXED = 0.95;

const [folder, cacheFile, runs = "200"] = process.argv.slice(2);
const RUNS = Number(runs);
if (folder === undefined || !Number.isSafeInteger(RUNS) || RUNS < 1) {
  process.stderr.write("npm run bench:calibration -- FOLDER [vectors.jsonl] [runs]\n");
  process.exit(2);
}

const local = await createLocalEmbedder({ model: undefined, modelsDir: process.env["MODELS_DIR"] });
const vectors = await openVectors({ embedder: local, cacheFile });
const embedder = {
  async embed(texts: readonly string[]) {
    await vectors.prepare(texts);
    return { vectors: texts.map((text) => vectors.of(text)), tokens: 0 };
  },
};
const { separateAsk, compareQuestions } = await composeComparing(COMPARING_FILES);
const observer = { embedder: embedAsks(embedder, separateAsk), compareQuestions };
for (const name of ["pairs/qqp.jsonl", "streams/stackfaq.jsonl"]) {
  const { observations } = await readObservations(join(folder, name), observer);
  process.stdout.write(`${name}: ${observations.length} labelled lookups, ${RUNS} random halves\n`);
  for (const target of TARGETS) process.stdout.write(`${measure(observations, target)}\n`);
}
await local.close();

/** One line: how often the guarantee held, and the hits. */
function measure(observations: readonly Observation[], target: number): string {
  const random = createRandom(7);
  let [recommended, kept, keptWhole, rightToDecline, declined] = [0, 0, 0, 0, 0];
  let [hits, hitsAtFixed, contradicted] = [0, 0, 0];
  for (let run = 0; run < RUNS; run += 1) {
    const [one, other] = halve(observations, random);
    const threshold = calibrate(one, target).recommended;
    if (threshold === null) {
      declined += 1;
      // Declining is right if no threshold meets the target on all labels, by its bound.
      if (calibrate(observations, target).recommended === null) rightToDecline += 1;
      continue;
    }
    recommended += 1;
    const judged = judge(other, threshold);
    if (judged.wrong <= target * judged.hits) kept += 1;
    // The other half is a sample too: only a lower bound above the target contradicts the guarantee.
    if (lowerBound(judged.wrong, judged.hits) > target) contradicted += 1;
    const whole = judge(observations, threshold);
    if (whole.wrong <= target * whole.hits) keptWhole += 1;
    hits += judged.hits / other.length;
    hitsAtFixed += judge(other, FIXED).hits / other.length;
  }
  const share = (part: number, of: number) =>
    of === 0 ? "-" : `${((part / of) * 100).toFixed(1)} %`;
  return [
    `  target ${(target * 100).toFixed(0)} %:`,
    `recommended in ${recommended}, held on the other half in ${share(kept, recommended)}`,
    `(of all runs ${share(kept + declined, RUNS)}), on all labels in ${share(keptWhole, recommended)};`,
    `contradicted by the other half in ${share(contradicted, RUNS)} of all runs;`,
    `hits ${share(hits, recommended)}, at ${FIXED} ${share(hitsAtFixed, recommended)};`,
    `declined ${declined}, all labels decline too in ${rightToDecline}`,
  ].join(" ");
}

function judge(observations: readonly Observation[], threshold: number) {
  const served = observations.filter(({ servedFrom: { serve } }) => (serve ?? -1) >= threshold);
  return { hits: served.length, wrong: served.filter(({ same }) => !same).length };
}

function halve(
  observations: readonly Observation[],
  random: () => number,
): [Observation[], Observation[]] {
  const drawn = observations
    .map((observation) => ({ observation, place: random() }))
    .toSorted((one, other) => one.place - other.place)
    .map(({ observation }) => observation);
  const middle = Math.floor(drawn.length / 2);
  return [drawn.slice(0, middle), drawn.slice(middle)];
}
