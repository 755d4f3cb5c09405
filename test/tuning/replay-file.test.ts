import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, it, onTestFinished } from "vitest";
import { openDocuments } from "../../scripts/tune/open-documents.ts";
import { readLabelledFile } from "../../scripts/tune/read-observations.ts";
import { createReplayCache } from "../../src/compose/replay.ts";
import { calibrate } from "../../src/tuning/calibrate.ts";
import { observePairs } from "../../src/tuning/observe-labelled.ts";
import { replayPairs, replayStream } from "../../src/tuning/replay-file.ts";
import { wordEmbedder } from "../support/word-embedder.ts";

const embedder = wordEmbedder();
const compareQuestions = () => [];
const replayer = {
  embedder,
  openCache: (questions: number) =>
    createReplayCache(embedder.dimensions, { compareQuestions }, questions),
};
const at = (serve: number) => ({ thresholds: { serve, grey: 1 }, ttlSeconds: 3_600 });

const WORDS = ["reset", "password", "refund", "invoice", "share", "folder", "cancel", "plan"];
const questions = Array.from({ length: 40 }, (_value, index) => {
  const words = WORDS.filter((_word, bit) => (index * 7 + 3) & (1 << bit));
  return `${words.join(" ")} please`;
});

it("serves the pairs that their calibration counts, at every threshold", async () => {
  const pairs = questions.flatMap((a, index) =>
    questions
      .slice(index + 1, index + 3)
      .flatMap((b) => (a === b ? [] : [{ a, b, same: index % 3 > 0 }])),
  );
  const { rows } = calibrate(await observePairs(pairs, { embedder, compareQuestions }), 0.1);
  for (const { threshold, hits, wrongHits } of rows.filter((_row, index) => index % 17 === 4)) {
    const figures = await replayPairs(pairs, at(threshold), replayer);
    expect(figures).toMatchObject({
      lookups: pairs.length,
      hits: { semantic: hits, exact: 0, verified: 0 },
      labelledHits: hits,
      wrongHits,
    });
  }
});

it("replays a stream in order: hits are not stored, and repeated questions are exact hits", async () => {
  const stream = [
    { cluster: "1", text: "reset password" },
    { cluster: "1", text: "Reset password!" },
    { cluster: "2", text: "reset password please" },
    { cluster: "3", text: "cancel plan" },
  ];
  const loose = await replayStream(stream, at(0.5), replayer);
  expect(loose).toMatchObject({ hits: { exact: 1, semantic: 1 }, misses: 2, wrongHits: 1 });
  const strict = await replayStream(stream, at(0.99), replayer);
  expect(strict).toMatchObject({ hits: { exact: 1, semantic: 0 }, misses: 3, labelledHits: 0 });
});

it("uses evidence from documents like live traffic, and has no grey zone without them", async () => {
  const stream = [
    { cluster: "1", text: "reset password" },
    { cluster: "1", text: "reset my password please" },
    { cluster: "2", text: "reset refund please" },
  ];
  const setting = { ...at(0.99), thresholds: { serve: 0.99, grey: 0.3 } };
  const folder = await mkdtemp(join(tmpdir(), "reprise-"));
  onTestFinished(() => rm(folder, { recursive: true }));
  await expect(openDocuments(folder, embedder, {})).rejects.toThrow("has no documents");
  await writeFile(join(folder, "password.md"), "# Reset password\n\nPress reset password.\n");
  await writeFile(join(folder, "refund.md"), "# Refund\n\nA refund takes a week.\n");
  const retrieve = await openDocuments(folder, embedder, {});
  const figures = await replayStream(stream, setting, { ...replayer, retrieve });
  expect(figures).toMatchObject({ hits: { semantic: 0, verified: 1 }, misses: 2, wrongHits: 0 });
  const pairs = [{ a: "reset my password please", b: "reset password", same: true }];
  const paired = await replayPairs(pairs, setting, { ...replayer, retrieve });
  expect(paired).toMatchObject({ hits: { verified: 1 }, labelledHits: 1, wrongHits: 0 });
  const without = await replayStream(stream, setting, replayer);
  expect(without).toMatchObject({ hits: { semantic: 0, verified: 0 }, misses: 3 });
});

it("reads both file formats, and explains an invalid line", async () => {
  const folder = await mkdtemp(join(tmpdir(), "reprise-"));
  onTestFinished(() => rm(folder, { recursive: true }));
  const read = async (text: string) => {
    const file = join(folder, "rows.jsonl");
    await writeFile(file, text);
    return readLabelledFile(file);
  };
  expect((await read('{"a":"x","b":"y","same":1}\n')).kind).toBe("pairs");
  const stream = await read('{"cluster":7,"text":"x"}\n\n{"cluster":"8","text":"y"}\n');
  expect(stream).toMatchObject({ kind: "stream", rows: [{ cluster: "7" }, { cluster: "8" }] });
  for (const [text, told] of [
    ['{"a":"x","b":"y","same":1}\n\n{"a":"x","b":""}', "3 is not {a, b, same}: b must have"],
    ['{"a":"x","b":"y"}', "1 is not {a, b, same}: same is required"],
    ['{"a":"x","b":"y","same":"no"}', "1 is not {a, b, same}: same must be a boolean, 0 or 1"],
    ['{"text":"x"}', "1 is not {cluster, text}: cluster is required"],
    ['{"cluster":1,"text":"x"}\n7', "2 is not {cluster, text}: the line must be an object"],
  ]) {
    await expect(read(text ?? "")).rejects.toThrow(`rows.jsonl:${told}`);
  }
});
