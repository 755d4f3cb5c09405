import { mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { readDataSet } from "../../bench/evaluate/data-set.ts";
import { evaluate } from "../../bench/evaluate/evaluate.ts";
import { wilsonInterval } from "../../bench/evaluate/interval.ts";
import { bestPlain, findNeighbours, replayPlain } from "../../bench/evaluate/plain-replay.ts";
import { reportJson, reportTables } from "../../bench/evaluate/report.ts";
import { openSystem, type System } from "../../bench/evaluate/system.ts";
import { openVectors } from "../../bench/evaluate/vectors.ts";
import { readConfig } from "../../src/config.ts";
import { wordEmbedder } from "../support/word-embedder.ts";

const FIXTURE = join(import.meta.dirname, "../fixtures/evaluation");

let folder = "";
let system: System;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "reprise-evaluate-"));
  system = await openSystem(readConfig({ EMBEDDINGS: "builtin" }), {});
});
afterAll(() => rm(folder, { recursive: true }));

describe("an evaluation", () => {
  it("replays streams, judges pairs and conversations, and ranks passages", async () => {
    const result = await evaluate(await readDataSet(FIXTURE), system);
    expect(JSON.parse(reportJson(result))).toEqual({
      streams: {
        shop: {
          // Rows 2, 5, 6 and 7; the last one's words are another cluster's.
          plain95: { rows: 7, hits: 4, wrong: 1 },
          bestPlain: { rows: 7, hits: 0, wrong: 0 },
          // Thanks are nobody's question.
          reprise: { rows: 7, hits: 3, wrong: 1 },
        },
      },
      pairs: {
        shop: {
          plain95: pairs([1, 1, 2, 1], {
            number: [0, 0, 1, 1],
            other: [0, 0, 1, 0],
            spelling: [1, 1, 0, 0],
          }),
          reprise: pairs([1, 1, 2, 0], {
            number: [0, 0, 1, 0],
            other: [0, 0, 1, 0],
            spelling: [1, 1, 0, 0],
          }),
        },
      },
      multiturn: {
        shop: conversations([1, 1, 1, 0], [1, 0]),
        shop_collisions: conversations([0, 0, 0, 0], [1, 0]),
      },
      rag: { shop: { queries: 2, hit1: 1, hit5: 1, mrr10: 1 } },
    });
  });

  it("counts answers that cross between conversations", async () => {
    const careless: System = {
      ...system,
      readMessage: (message) => ({ isFollowUp: false, sharedQuestion: message }),
    };
    const { multiturn } = await evaluate(await readDataSet(FIXTURE), careless);
    expect(multiturn["shop"]).toMatchObject({ recognised: 0, collisions: 1, wrong: 1 });
  });

  it("prints what it measured, and nothing of what is missing", async () => {
    const data = await readDataSet(FIXTURE);
    const tables = reportTables(await evaluate({ ...data, retrieval: new Map() }, system));
    expect(tables).toContain("plain 0.95");
    expect(tables).toMatch(/^shop +Reprise +7 +42\.9 % \(15\.8-75\.0\) +33\.3 % /m);
    expect(tables).not.toContain("Retrieval");
    expect(await readDataSet(join(folder, "nowhere"))).toEqual({
      streams: new Map(),
      pairs: new Map(),
      conversations: new Map(),
      collisions: new Map(),
      retrieval: new Map(),
    });
  });

  it("names the file and the line of a malformed row", async () => {
    await mkdir(join(folder, "bad/streams"), { recursive: true });
    await mkdir(join(folder, "odd/pairs"), { recursive: true });
    const stream = join(folder, "bad/streams/s.jsonl");
    const pair = join(folder, "odd/pairs/p.jsonl");
    await writeFile(stream, '{"cluster": "1", "text": "One?"}\n\n{"cluster": "1"\n');
    await writeFile(pair, '{"a": "One?", "b": "Two?", "same": 2}\n');
    await expect(readDataSet(join(folder, "bad"))).rejects.toThrow(`${stream}:3: not JSON`);
    await expect(readDataSet(join(folder, "odd"))).rejects.toThrow(`${pair}:1: `);
  });
});

describe("plain thresholds", () => {
  const rows = ["a", "a", "b", "a"].map((cluster) => ({ cluster, text: cluster }));
  const angles = [0, 0.3, 0.5, 0.55];
  const vectors = angles.map((angle) => Float32Array.of(Math.cos(angle), Math.sin(angle), 0, 0));
  const neighbours = findNeighbours(vectors);

  it("serve the nearest stored question from the threshold on, and store the others", () => {
    // cos .3 = .955 serves the second; the third is .878 from the first, and stored; it is nearest to the last.
    const count = { rows: 4, hits: 2, wrong: 1, threshold: 0.95 };
    expect(replayPlain(rows, neighbours, 0.95)).toEqual(count);
    expect(replayPlain(rows, neighbours, 0.99)).toMatchObject({ hits: 1, wrong: 1 });
  });

  it("are best where most is served and at most 1 % wrongly", () => {
    expect(bestPlain(rows.slice(0, 2), neighbours)).toMatchObject({ hits: 1, wrong: 0 });
    expect(bestPlain(rows, neighbours)).toMatchObject({ hits: 0, threshold: null });
  });
});

describe("the interval of a share", () => {
  it("is Wilson's", () => {
    const { low, high } = wilsonInterval(5, 557);
    expect([low, high].map((value) => Number(value.toFixed(4)))).toEqual([0.0038, 0.0208]);
    expect(wilsonInterval(0, 0)).toEqual({ low: 0, high: 1 });
  });

  it("holds the share and stays within 0 and 1", () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 10_000 }),
        fc.double({ min: 0, max: 1, noNaN: true }),
        (total, part) => {
          const count = Math.round(part * total);
          const { low, high } = wilsonInterval(count, total);
          expect(low).toBeGreaterThanOrEqual(0);
          expect(low).toBeLessThanOrEqual(count / total);
          expect(high).toBeGreaterThanOrEqual(count / total);
          expect(high).toBeLessThanOrEqual(1);
        },
      ),
    );
  });
});

describe("vectors kept in a file", () => {
  it("are not made again, nor taken from another embedder", async () => {
    const cacheFile = join(folder, "vectors.jsonl");
    const embedder = wordEmbedder();
    let made = 0;
    const counting = {
      ...embedder,
      embed: (texts: readonly string[]) => {
        made += texts.length;
        return embedder.embed(texts);
      },
    };
    const first = await openVectors({ embedder: counting, cacheFile });
    await first.prepare(["one two", "three", "one two"]);
    expect(made).toBe(2);
    const again = await openVectors({ embedder: counting, cacheFile });
    await again.prepare(["three", "one two"]);
    expect(made).toBe(2);
    expect(again.of("three")).toEqual(first.of("three"));
    const other = await openVectors({ embedder: { ...counting, id: "other" }, cacheFile });
    expect(() => other.of("three")).toThrow("no vector was prepared");
    expect((await readFile(cacheFile, "utf8")).trim().split("\n")).toHaveLength(2);
  });
});

function conversations(
  [needContext, recognised, selfContained, flagged]: Counts,
  [collisions, wrong]: readonly [number, number],
) {
  return { needContext, recognised, selfContained, flagged, collisions, wrong };
}

type Counts = readonly [number, number, number, number];

function pairs(all: Counts, byKind: Record<string, Counts>) {
  const count = ([same, sameServed, different, differentServed]: Counts) => {
    return { same, sameServed, different, differentServed };
  };
  const kinds = Object.entries(byKind).map(([kind, counts]) => [kind, count(counts)]);
  return { ...count(all), byKind: Object.fromEntries(kinds) };
}
