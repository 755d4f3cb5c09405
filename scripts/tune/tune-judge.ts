import { basename } from "node:path";
import { loadCalibration } from "../../src/cache/calibration.ts";
import type { CompareQuestions } from "../../src/cache/guards/types.ts";
import { loadPrompts } from "../../src/chat/prompts.ts";
import { askQuestions, openJudgeModel } from "../../src/compose/judge.ts";
import { readConfig } from "../../src/config.ts";
import type { Embedder } from "../../src/models/types.ts";
import { calibrate } from "../../src/tuning/calibrate.ts";
import { observeJudged } from "./observe-judged.ts";
import { renderCutOff, renderTable } from "./print-table.ts";
import { readLabelledFile } from "./read-observations.ts";

/**
 * A table of cut-offs for the configured judge, over labelled pairs.
 *
 * @throws Error when no judge is configured, or the file has no pairs
 */
export async function tuneJudge(
  { file, target }: { file: string; target: number },
  { embedder, compareQuestions }: { embedder: Embedder; compareQuestions: CompareQuestions },
  environment: Readonly<Record<string, string | undefined>>,
): Promise<string> {
  const config = readConfig(environment);
  const prompts = await loadPrompts(config.promptsDir);
  const judge = askQuestions(config.chat, await openJudgeModel(config.chat), prompts.judge);
  if (judge === undefined) throw new Error("--judge: set JUDGE_MODEL or JUDGE_URL.");
  const read = await readLabelledFile(file);
  if (read.kind !== "pairs") throw new Error("--judge: the file must have pairs {a, b, same}.");
  const calibration = await loadCalibration(config.calibrationFile);
  const grey = config.cache.greyThreshold ?? calibration.greyThresholdOf(embedder.id);
  const thresholds = { serve: config.cache.threshold, grey };
  const { ask } = judge;
  const judged = await observeJudged(read.rows, { embedder, compareQuestions, thresholds, ask });
  const { observations, notAsked, failed } = judged;
  const table = calibrate(observations, target);
  const labels = observations.length;
  return [
    `${labels} pairs of ${basename(file)} in the grey zone from ${grey} to ${thresholds.serve}, embedded with ${embedder.id}; ${notAsked} other pairs, ${failed} failed calls`,
    renderTable(table, labels, "cut-off"),
    renderCutOff(table, target),
  ].join("\n\n");
}
