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

/** Lookups replayed at once; of a longer time the newest. */
const MAX_REPLAYED = 10_000;

/** What a replay leans on. */
export interface ReplayDependencies {
  readonly lookups: Pick<LookupStore, "all">;
  readonly embedder: Pick<Embedder, "embed">;
  readonly retrieve: Retrieve;
  readonly openCache: (questions: number) => ReplayCache;
}

/** A time under three settings. */
export interface LogReplay {
  /** Of the first and the last lookup, in milliseconds since the epoch; null where there was none. */
  readonly first: number | null;
  readonly last: number | null;
  /** As it was. */
  readonly logged: ReplayFigures;
  /** With the policy that is in force now. */
  readonly current: ReplayFigures;
  /** With the setting that is asked about. */
  readonly replayed: ReplayFigures;
  /** Lookups of that time that are in no figure: they came before the newest 10,000. */
  readonly isCut: boolean;
}

/**
 * What other settings would have done with the questions of a time. Both replays begin with an empty
 * cache, so that they compare with one another.
 *
 * @throws RepriseError `conflict` where the log has no texts, `model_failed` when the embedder fails
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
    const message = "The log of this time keeps hashes only; there is nothing to ask again.";
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
  // What was served had an answer once.
  const isStorable = verdict === "hit" || answer !== null;
  const spared = answer ?? nearest?.saved ?? { tokens: 0, nanoUsd: 0n };
  return { id, askedAt: createdAt, scope, question, ...found, isStorable, answer: spared };
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

/** A label is of a question and one stored answer; of others nothing is known. */
function labelsOf(lookups: readonly LabelledLookup[]) {
  const known = new Map(lookups.map((lookup) => [lookup.id, lookup]));
  return ({ id, entryId }: ReplayOutcome): boolean | undefined => {
    const lookup = known.get(id);
    return lookup?.nearest?.entryId === entryId ? lookup?.labels[0]?.same : undefined;
  };
}
