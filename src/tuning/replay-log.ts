import { RepriseError } from "../errors.ts";
import type { Retrieve } from "../knowledge/retrieve.ts";
import type { CallOptions, Embedder } from "../models/types.ts";
import type { LabelledLookup, LookupSelection, LookupStore } from "./lookup-types.ts";
import { embedAll } from "./observe-labelled.ts";
import { readLookups } from "./evaluate-lookups.ts";
import {
  addOutcomes,
  replay,
  type ReplayCache,
  type ReplayFigures,
  type ReplayOutcome,
  type ReplayQuestion,
  type ReplaySetting,
} from "./replay.ts";

/** Maximum lookups replayed; the newest of a longer period. */
const MAX_REPLAYED = 10_000;

/** Dependencies of a replay. */
export interface ReplayDependencies {
  readonly lookups: Pick<LookupStore, "all">;
  readonly embedder: Pick<Embedder, "embed">;
  readonly retrieve: Retrieve;
  readonly openCache: (questions: number) => ReplayCache;
}

/** A period of traffic with three settings. */
export interface LogReplay {
  /** Times of the first and last lookup, in milliseconds since the epoch; null without lookups. */
  readonly first: number | null;
  readonly last: number | null;
  /** As logged. */
  readonly logged: ReplayFigures;
  /** With the current policy. */
  readonly current: ReplayFigures;
  /** With the settings under test. */
  readonly replayed: ReplayFigures;
  /** True if older lookups of the period were left out, because there are more than 10,000. */
  readonly isCut: boolean;
}

/**
 * Replays the logged questions of a period with other settings. Both replays start with an empty
 * cache, so that they are comparable.
 *
 * @throws RepriseError `conflict` if the log has no texts, `model_failed` if the embedder fails
 */
export async function replayLog(
  range: LookupSelection,
  settings: { current: ReplaySetting; asked: ReplaySetting },
  dependencies: ReplayDependencies,
  options?: CallOptions,
): Promise<LogReplay> {
  const found = await readLookups(dependencies.lookups, range, MAX_REPLAYED + 1);
  const lookups = found.slice(-MAX_REPLAYED);
  const questions = await toQuestions(lookups, range.tenant, dependencies, options);
  const isSame = labelsOf(lookups);
  const run = async (setting: ReplaySetting) => {
    const cache = dependencies.openCache(questions.length);
    try {
      return addOutcomes(await replay(questions, setting, cache, options?.signal), isSame);
    } finally {
      await cache.close();
    }
  };
  return {
    first: lookups[0]?.createdAt ?? null,
    last: lookups.at(-1)?.createdAt ?? null,
    logged: addOutcomes(lookups.map(asLogged), isSame),
    current: await run(settings.current),
    replayed: await run(settings.asked),
    isCut: found.length > lookups.length,
  };
}

async function toQuestions(
  lookups: readonly LabelledLookup[],
  tenant: string,
  { embedder, retrieve }: ReplayDependencies,
  options: CallOptions | undefined,
): Promise<ReplayQuestion[]> {
  const texts = lookups.map(({ question }) => question);
  if (texts.some((text) => text === null)) {
    const message =
      "The log of this period keeps hashes only, so its questions cannot be replayed.";
    throw new RepriseError("conflict", message);
  }
  const vectors = await embedAll(
    texts.filter((text) => text !== null),
    embedder,
    options,
  );
  const questions: ReplayQuestion[] = [];
  for (const lookup of lookups) {
    const vector = vectors.get(lookup.question ?? "");
    if (lookup.question === null || vector === undefined) continue;
    const asked = { tenant, text: lookup.question, vector };
    const trace = lookup.retrieved ?? (await retrieve(asked)).trace;
    questions.push(toQuestion(lookup, lookup.question, { vector, trace }));
  }
  return questions;
}

function toQuestion(
  { id, createdAt, scope, verdict, nearest, answer }: LabelledLookup,
  question: string,
  found: Pick<ReplayQuestion, "vector" | "trace">,
): ReplayQuestion {
  // A question that was served had an answer.
  const isStorable = verdict === "hit" || answer !== null;
  const savings = answer ?? nearest?.saved ?? { tokens: 0, nanoUsd: 0n };
  return { id, askedAt: createdAt, scope, question, ...found, isStorable, answer: savings };
}

function asLogged({ id, tier, nearest }: LabelledLookup): ReplayOutcome {
  const saved = tier === null ? undefined : nearest?.saved;
  return {
    id,
    tier,
    entryId: nearest?.entryId ?? null,
    servedId: null,
    saved: saved ?? { tokens: 0, nanoUsd: 0n },
  };
}

/** A label applies to a question and one cache entry; other entries are unlabelled. */
function labelsOf(lookups: readonly LabelledLookup[]) {
  const known = new Map(lookups.map((lookup) => [lookup.id, lookup]));
  return ({ id, entryId }: ReplayOutcome): boolean | undefined => {
    const lookup = known.get(id);
    return lookup?.nearest?.entryId === entryId ? lookup?.labels[0]?.same : undefined;
  };
}
