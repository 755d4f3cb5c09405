import type { Retrieve } from "../knowledge/retrieve.ts";
import {
  type PairObserver,
  type LabelledPair,
  embedAll,
  type StreamQuestion,
} from "./observe-labelled.ts";
import {
  addOutcomes,
  replay,
  type ReplayCache,
  type ReplayFigures,
  type ReplayQuestion,
  type ReplaySetting,
} from "./replay.ts";

/** Dependencies of a file replay. */
export interface FileReplayer {
  readonly embedder: PairObserver["embedder"];
  readonly openCache: (questions: number) => ReplayCache;
  /** Searches the documents of the questions; undefined without documents. */
  readonly retrieve?: Retrieve | undefined;
}

/** Tenant of these documents. */
export const TENANT = "file";
const UNKNOWN = { tokens: 0, nanoUsd: 0n };

/** Replays a stream of questions in order; every answer may be stored. */
export async function replayStream(
  stream: readonly StreamQuestion[],
  setting: ReplaySetting,
  replayer: FileReplayer,
): Promise<ReplayFigures> {
  const questions = await toQuestions(
    stream.map(({ text }, index) => ({ id: String(index), scope: "stream", text })),
    replayer,
  );
  const clusters = new Map(stream.map(({ cluster }, index) => [String(index), cluster]));
  const cache = replayer.openCache(questions.length);
  const outcomes = await replay(questions, setting, cache);
  await cache.close();
  return addOutcomes(
    outcomes,
    ({ id, servedId }) => clusters.get(id) === clusters.get(servedId ?? ""),
  );
}

/** Replays each pair separately: `a` is asked while only `b` is stored. */
export async function replayPairs(
  pairs: readonly LabelledPair[],
  setting: ReplaySetting,
  replayer: FileReplayer,
): Promise<ReplayFigures> {
  const texts = pairs.flatMap(({ a, b }, index) => [
    { id: `b${index}`, scope: `pair-${index}`, text: b },
    { id: `a${index}`, scope: `pair-${index}`, text: a },
  ]);
  const cache = replayer.openCache(texts.length);
  const outcomes = await replay(await toQuestions(texts, replayer), setting, cache);
  await cache.close();
  const same = new Map(pairs.map((pair, index) => [`a${index}`, pair.same]));
  return addOutcomes(
    outcomes.filter(({ id }) => same.has(id)),
    ({ id }) => same.get(id),
  );
}

async function toQuestions(
  texts: readonly { id: string; scope: string; text: string }[],
  { embedder, retrieve }: FileReplayer,
): Promise<ReplayQuestion[]> {
  const vectors = await embedAll([...new Set(texts.map(({ text }) => text))], embedder);
  const questions: ReplayQuestion[] = [];
  for (const [index, { id, scope, text }] of texts.entries()) {
    const vector = vectors.get(text);
    if (vector === undefined) continue;
    const trace = (await retrieve?.({ tenant: TENANT, text, vector }))?.trace;
    const place = { id, scope, question: text, vector, askedAt: index };
    questions.push({ ...place, trace, isStorable: true, answer: UNKNOWN });
  }
  return questions;
}
