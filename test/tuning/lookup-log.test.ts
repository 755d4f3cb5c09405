import { expect, it } from "vitest";
import type { LookupNote } from "../../src/answer/note-lookup.ts";
import { createLookupLog, type LookupLogOptions } from "../../src/tuning/lookup-log.ts";

function makeNote(id: string): LookupNote {
  return {
    id,
    tenant: "acme",
    conversationId: null,
    askedAt: 1,
    scope: "scope",
    outcome: {
      status: "miss",
      tier: null,
      kind: "standalone-question",
      similarity: null,
      threshold: 0.95,
      entryId: null,
      ageSeconds: null,
      question: id,
      matchedQuestion: null,
      language: "en",
      reasons: ["no-stored-answer"],
    },
    thresholds: { serve: 0.95, grey: 1 },
    candidates: [],
    served: undefined,
    retrieval: Promise.resolve(undefined),
    embedderId: "e",
    stored: undefined,
    hit: undefined,
    priceOf: () => ({ nanoUsd: 0n, priced: true }),
  };
}

function open(options: Partial<LookupLogOptions> = {}, failures = 0) {
  const added: string[][] = [];
  const lost: number[] = [];
  let left = failures;
  const log = createLookupLog({
    store: {
      async add(lookups) {
        left -= 1;
        if (left >= 0) throw new Error("away");
        added.push(lookups.map(({ id }) => id));
      },
      trim: async () => 0,
    },
    sample: 1,
    maxRows: 1_000,
    texts: "full",
    random: () => 0.5,
    onLost: ({ count }) => lost.push(count),
    lingerMs: 60_000,
    ...options,
  });
  return { log, added, lost };
}

it("writes lookups in batches, in the background", async () => {
  const { log, added } = open();
  for (let index = 0; index < 120; index += 1) log.note(makeNote(`m${index}`));
  expect(added).toEqual([]);
  await log.settle();
  expect(added.map((batch) => batch.length)).toEqual([50, 50, 20]);
  log.note(makeNote("later"));
  await log.close();
  expect(added.at(-1)).toEqual(["later"]);
});

it("retries, and reports lost lookups", async () => {
  const again = open({}, 2);
  again.log.note(makeNote("m"));
  await again.log.settle();
  expect(again.added).toEqual([["m"]]);
  const away = open({ maxWaiting: 2 }, 3);
  for (const id of ["a", "b", "c"]) away.log.note(makeNote(id));
  await away.log.settle();
  expect(away.lost).toEqual([1, 2]);
  expect(away.added).toEqual([]);
});

it("keeps the configured fraction", async () => {
  const { log, added } = open({ sample: 0.5 });
  log.note(makeNote("as likely as not"));
  await log.settle();
  expect(added).toEqual([]);
});
