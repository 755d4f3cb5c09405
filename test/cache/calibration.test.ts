import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { loadCalibration } from "../../src/cache/calibration.ts";
import { readConfig } from "../../src/config.ts";

let folder = "";
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "reprise-calibration-"));
});
afterAll(() => rm(folder, { recursive: true }));

async function load(embedders: object) {
  const file = join(folder, "calibration.json");
  await writeFile(file, JSON.stringify({ embedders }));
  return loadCalibration(file);
}

describe("what was measured for an embedder", () => {
  it("is its grey zone and its share in retrieval", async () => {
    const one = { grey_threshold: 0.5, vector_share: 0.4, measured: "on a set" };
    const calibration = await load({ one });
    expect(calibration.greyThresholdOf("one")).toBe(0.5);
    expect(calibration.fusionOf("one")).toEqual({ vectorShare: 0.4 });
  });

  it("leaves no grey zone and the usual share where nothing was", async () => {
    const calibration = await load({ one: { measured: "nothing yet" } });
    for (const embedder of ["one", "unknown"]) {
      expect(calibration.greyThresholdOf(embedder)).toBe(1);
      expect(calibration.fusionOf(embedder)).toEqual({ vectorShare: undefined });
    }
  });

  it("is refused outside 0 to 1", async () => {
    await expect(load({ one: { vector_share: 2, measured: "" } })).rejects.toThrow("vector_share");
  });

  it("is there for MiniLM", async () => {
    const { calibrationFile } = readConfig({});
    const calibration = await loadCalibration(calibrationFile);
    expect(calibration.greyThresholdOf("local:Xenova/all-MiniLM-L6-v2")).toBeLessThan(0.95);
  });
});
