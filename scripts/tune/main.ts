import { writeFile } from "node:fs/promises";
import { basename } from "node:path";
import { parseArgs } from "node:util";
import { embedAsks } from "../../src/cache/ask/embed-asks.ts";
import { composeComparing } from "../../src/compose/comparing.ts";
import { calibrate } from "../../src/tuning/calibrate.ts";
import { COMPARING_FILES, openEmbedder } from "./open-embedder.ts";
import { renderAdvice, renderTable } from "./print-table.ts";
import { readObservations } from "./read-observations.ts";
import { tuneJudge } from "./tune-judge.ts";
import { renderReport } from "./render-report.ts";

const USAGE = `npm run tune -- FILE.jsonl [--target 0.01] [--html report.html]
    [--embeddings builtin|local] [--usd-per-hit 0.0005] [--judge]

Recommends a threshold from labelled questions. FILE has one JSON object per line: pairs {a, b, same}, or a
stream {cluster, text} in the order asked. --judge asks JUDGE_MODEL or JUDGE_URL about the pairs in the grey
zone, and recommends a cut-off for the judge instead of a threshold.`;

try {
  await tune();
} catch (error) {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n\n${USAGE}\n`);
  process.exitCode = 2;
}

async function tune(): Promise<void> {
  const { file, target, html, embeddings, usdPerHit, judge } = readArguments();
  const embedder = await openEmbedder(embeddings);
  const { separateAsk, compareQuestions } = await composeComparing(COMPARING_FILES);
  const asks = { ...embedder, ...embedAsks(embedder, separateAsk) };
  const observer = { embedder: asks, compareQuestions };
  if (judge) {
    process.stdout.write(`${await tuneJudge({ file, target }, observer, process.env)}\n`);
    await embedder.close();
    return;
  }
  const { kind, observations } = await readObservations(file, observer);
  const calibration = calibrate(observations, target);
  const labels = observations.length;
  process.stdout.write(
    `${labels} labelled lookups of ${basename(file)} (${kind}), embedded with ${embedder.id}\n\n` +
      `${renderTable(calibration, labels)}\n\n${renderAdvice(calibration, target)}\n`,
  );
  if (html !== undefined) {
    const subject = { file: basename(file), embedder: embedder.id, labels, target, usdPerHit };
    await writeFile(html, renderReport(calibration, subject));
    process.stdout.write(`Report written to ${html}.\n`);
  }
  await embedder.close();
}

function readArguments() {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: {
      target: { type: "string", default: "0.01" },
      html: { type: "string" },
      embeddings: { type: "string", default: "builtin" },
      "usd-per-hit": { type: "string", default: "0.0005" },
      judge: { type: "boolean", default: false },
    },
  });
  const [file] = positionals;
  if (file === undefined || positionals.length > 1) throw new Error("Name one file.");
  const target = Number(values.target);
  if (!(target > 0 && target < 1)) throw new Error("--target must be between 0 and 1.");
  const usdPerHit = Number(values["usd-per-hit"]);
  if (!(usdPerHit >= 0)) throw new Error("--usd-per-hit must be an amount in US dollars.");
  return {
    file,
    target,
    html: values.html,
    embeddings: values.embeddings,
    usdPerHit,
    judge: values.judge,
  };
}
