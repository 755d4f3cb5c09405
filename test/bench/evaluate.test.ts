import { appendFile, mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { gradeAnswer } from "../../bench/evaluate/ask-answers.ts";
import { readDataSet, type DataSet } from "../../bench/evaluate/data-set.ts";
import { askHere, evaluate } from "../../bench/evaluate/evaluate.ts";
import { wilsonInterval } from "../../bench/evaluate/interval.ts";
import { bestPlain, findNeighbours, NONE, replayPlain } from "../../bench/evaluate/plain-replay.ts";
import { reportJson, reportTables } from "../../bench/evaluate/report.ts";
import { openEmbedder, openSystem, type System } from "../../bench/evaluate/system.ts";
import { encodeVectors, readVectorFile } from "../../bench/evaluate/vector-file.ts";
import { openVectors } from "../../bench/evaluate/vectors.ts";
import { readConfig } from "../../src/config.ts";
import { wordEmbedder } from "../support/word-embedder.ts";

const FIXTURE = join(import.meta.dirname, "../fixtures/evaluation");

let folder = "";
let system: System;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "reprise-evaluate-"));
  const config = readConfig({ EMBEDDINGS: "builtin" });
  system = await openSystem(config, { embedder: await openEmbedder(config) });
});
afterAll(() => rm(folder, { recursive: true }));

async function measure(only?: readonly string[], change = (data: DataSet) => data) {
  const data = change(await readDataSet(FIXTURE));
  return evaluate(data, askHere(data, system), { only });
}

// Each opens several services, which takes its time on a busy machine.
describe("an evaluation", { timeout: 120_000 }, () => {
  it("replays streams, judges pairs and conversations, and ranks passages", async () => {
    const { streams, pairs, multiturn, rag } = JSON.parse(
      reportJson(await measure(["streams", "pairs", "multiturn", "rag"])),
    );
    expect(streams).toEqual({
      shop: {
        // Rows 2, 5, 6 and 7; the last one's words are another cluster's.
        plain95: { rows: 7, hits: 4, wrong: 1, wrongLabelled: 0 },
        bestPlain: { rows: 7, hits: 0, wrong: 0, wrongLabelled: 0 },
        // Thanks are nobody's question.
        reprise: {
          rows: 7,
          hits: 3,
          wrong: 1,
          wrongLabelled: 0,
          plainRight: 3,
          plainRightKept: 2,
        },
      },
    });
    expect(pairs).toEqual({
      shop: {
        plain95: pairCounts([1, 1, 2, 1], {
          number: [0, 0, 1, 1],
          other: [0, 0, 1, 0],
          spelling: [1, 1, 0, 0],
        }),
        reprise: pairCounts([1, 1, 2, 0], {
          number: [0, 0, 1, 0],
          other: [0, 0, 1, 0],
          spelling: [1, 1, 0, 0],
        }),
      },
    });
    expect(multiturn).toEqual({
      shop: conversations([1, 1, 1, 0], [1, 0]),
      shop_collisions: conversations([0, 0, 0, 0], [1, 0]),
    });
    expect(rag).toEqual({ shop: { queries: 2, hit1: 1, hit5: 1, mrr10: 1 } });
  });

  it("sends realistic messages through the service and counts what is shared", async () => {
    const { realistic, pairs } = JSON.parse(reportJson(await measure(["realistic"])));
    expect(pairs).toEqual({});
    expect(realistic.preambles).toMatchObject({ same: 1, sameServed: 1, different: 1 });
    expect(realistic.preambles).toMatchObject({ differentServed: 0, plain95: { sameServed: 1 } });
    expect(realistic.preambles.byKind.number).toMatchObject({ same: 0, different: 1 });
    const held = { unshareable: 1, unshareableShared: 0, shareable: 0, shareableHeld: 0 };
    const free = { unshareable: 0, unshareableShared: 0, shareable: 1, shareableHeld: 0 };
    expect(realistic.conversations).toEqual({
      ...held,
      shareable: 1,
      byKind: { plain: free, pronoun: held },
    });
    const shared = { private: 1, privateShared: 0, lookAlikes: 1, lookAlikesHeld: 0 };
    expect(realistic.private).toMatchObject(shared);
    const tasks = { tasks: 1, tasksLookedUp: 0, questions: 1, questionsHeld: 0 };
    expect(realistic.tasks).toMatchObject(tasks);
  });

  it("compares last messages in their conversations, without a model and with right rewritings", async () => {
    const { fow } = JSON.parse(reportJson(await measure(["fow"])));
    expect(fow.pairs).toMatchObject({ same: 1, sameServed: 1, different: 1, differentServed: 0 });
    const none = { same: 1, sameServed: 0, different: 1, differentServed: 0 };
    expect(fow.conversations).toMatchObject(none);
    expect(fow.conversationsRewritten).toMatchObject({ ...none, sameServed: 1 });
  });

  it("grades the answers of the offline model about the sample documents", async () => {
    const { answers } = await measure(["answers"]);
    const refused = { unanswerable: 1, unanswerableRefused: 1 };
    const right = { answerable: 1, right: 1, partial: 0, wrong: 0, refused: 0 };
    expect(answers).toMatchObject({ ...right, ...refused });
  });

  it("grades an answer by the facts that it must and must not have", () => {
    const [facts, forbidden] = [[/30 days/i, /receipt/i], [/press enable/i]];
    const row = { question: "?", history: [], documents: [], kind: "direct", answerable: true };
    const grade = (answer: string, change = {}) =>
      gradeAnswer({ ...row, facts, forbidden, ...change }, { answer, citations: [] });
    expect(grade("Within **30** [1] days, with a receipt.")).toBe("right");
    expect(grade("Within 30 days.")).toBe("partial");
    expect(grade("Whenever you like.")).toBe("wrong");
    expect(grade("Within 30 days, with the receipt: press Enable.")).toBe("wrong");
    expect(grade("I could not find that in the documents.")).toBe("refused");
    expect(grade("Yes.", { answerable: false, facts: [] })).toBe("wrong");
  });

  it("counts answers that cross between conversations", async () => {
    const alike = (data: DataSet): DataSet => ({
      ...data,
      collisions: new Map(
        [...data.collisions].map(([name, rows]) => [
          name,
          rows.map((row) => ({
            ...row,
            b: { ...row.b, rewrite: row.a.rewrite, history: row.a.history },
          })),
        ]),
      ),
    });
    const { multiturn } = await measure(["multiturn"], alike);
    expect(multiturn["shop"]).toMatchObject({ recognised: 1, collisions: 1, wrong: 1 });
  });

  it("prints what it measured, and nothing of what is missing", async () => {
    const tables = reportTables(await measure(["streams", "realistic/tasks"]));
    expect(tables).toContain("plain 0.95");
    expect(tables).toMatch(/^shop +Reprise +7 +42\.9 % \(15\.8-75\.0\) +33\.3 % /m);
    expect(tables).toMatch(/^tasks +all +1 +0\.0 % \(0\.0-79\.3\) +1 +0\.0 % /m);
    expect(tables).not.toContain("Retrieval");
    const nothing = await readDataSet(join(folder, "nowhere"));
    const empty = await evaluate(nothing, askHere(nothing, system));
    expect(reportTables(empty)).toBe("");
  });

  it("refuses to measure what the folder does not have", async () => {
    await expect(measure(["stream"])).rejects.toThrow("there is no stream in this folder");
    await expect(measure(["pairs/other"])).rejects.toThrow("there is no pairs/other");
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
    expect(replayPlain(neighbours, 0.95)).toEqual([NONE, 0, NONE, 2]);
    expect(replayPlain(neighbours, 0.99)).toEqual([NONE, NONE, NONE, 2]);
  });

  it("are best where most is served and at most 1 % wrongly", () => {
    const two = findNeighbours(vectors.slice(0, 2));
    expect(bestPlain(rows.slice(0, 2), two)).toEqual({
      threshold: 0.95,
      served: [NONE, 0],
      hits: 1,
    });
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
    const cacheFile = join(folder, "vectors");
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
    // A record that another run has not yet written to its end.
    await appendFile(
      cacheFile,
      encodeVectors([["ab".repeat(16), first.of("three")]]).subarray(0, 40),
    );
    expect((await readVectorFile(cacheFile)).size).toBe(2);
    await writeFile(cacheFile, "something else, of more than 24 bytes");
    await expect(readVectorFile(cacheFile)).rejects.toThrow("has no vectors");
  });
});

function conversations(
  [needContext, recognised, selfContained, flagged]: Counts,
  [collisions, wrong]: readonly [number, number],
) {
  return { needContext, recognised, selfContained, flagged, collisions, wrong };
}

type Counts = readonly [number, number, number, number];

function pairCounts(all: Counts, byKind: Record<string, Counts>) {
  const count = ([same, sameServed, different, differentServed]: Counts) => {
    return { same, sameServed, different, differentServed };
  };
  const kinds = Object.entries(byKind).map(([kind, counts]) => [kind, count(counts)]);
  return { ...count(all), byKind: Object.fromEntries(kinds) };
}
