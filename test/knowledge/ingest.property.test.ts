import { randomUUID } from "node:crypto";
import * as fc from "fast-check";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { createAnswerCache } from "../../src/cache/answer-cache.ts";
import { NOTHING_RETRIEVED } from "../../src/cache/evidence.ts";
import { createMemoryAnswers } from "../../src/cache/memory-answers.ts";
import { answerId } from "../../src/cache/scope.ts";
import { createIngest } from "../../src/knowledge/ingest.ts";
import { createMemoryPassages } from "../../src/knowledge/memory-passages.ts";
import type { DocumentKey } from "../../src/knowledge/refresh-document.ts";
import { createRetrieve } from "../../src/knowledge/retrieve.ts";
import { inlineDocumentReader } from "../../src/knowledge/document-reader.ts";
import { splitDocument } from "../../src/knowledge/split.ts";
import type { DocumentStore } from "../../src/knowledge/types.ts";
import { openDatabase } from "../../src/records/database.ts";
import { createSqlDocuments } from "../../src/records/sql-documents.ts";
import { makeEntry, randomScope } from "../support/make-entry.ts";
import { wordEmbedder } from "../support/word-embedder.ts";

const ID = "help";
const TITLE = "Help";

/** Where a put fails; `none`: it does not. */
const failures = [
  "none",
  "none",
  "none",
  "embedder",
  "record",
  "index",
  "answers",
  "client",
] as const;

/** Steps of the others that a call lets pass before it begins. */
const begins = fc.nat({ max: 30 });
const put = fc.record({
  kind: fc.constant("put" as const),
  begins,
  failure: fc.constantFrom(...failures),
  /** Lines before the section that all texts share, which so moves. */
  moved: fc.nat({ max: 3 }),
  /** Puts the text of the call before again. */
  isRepeat: fc.boolean(),
});
const call = fc.oneof(
  { weight: 4, arbitrary: put },
  { weight: 4, arbitrary: fc.record({ kind: fc.constant("ask" as const), begins }) },
  {
    weight: 1,
    arbitrary: fc.record({ kind: fc.constant("remove" as const), begins, fails: fc.boolean() }),
  },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant("refresh" as const), begins }) },
);
type Call = typeof call extends fc.Arbitrary<infer Value> ? Value : never;

let stored: DocumentStore;
beforeAll(async () => {
  stored = createSqlDocuments(await openDatabase(":memory:"));
});
afterAll(() => stored.close());

/** The text of the put at this place; a failure is in it, so that the parts know when to fail. */
function textOf(calls: readonly Call[], place: number): string {
  const own = calls[place];
  if (own?.kind !== "put") return "";
  if (own.isRepeat && calls[place - 1]?.kind === "put") return textOf(calls, place - 1);
  const lines = "moved\n".repeat(own.moved);
  return `Call ${place} ${own.failure}.\n\n${lines}\n# Shared\n\nRefunds are paid within 30 days.`;
}

/** Everything that ingesting leans on, with each step at a time that the scheduler chooses. */
function openScheduled(s: fc.Scheduler) {
  const embedder = wordEmbedder();
  const { dimensions } = embedder;
  const passages = createMemoryPassages({ dimensions });
  const answers = createMemoryAnswers({ dimensions, now: () => 0 });
  let removalFails = false;

  /** Fails once for each text, so that what was there can be brought back. */
  const failed = new Set<string>();
  const failAt = (step: string, text: string) => {
    const mark = new RegExp(`Call \\d+ ${step}\\.`).exec(text)?.[0];
    if (mark === undefined || failed.has(mark)) return;
    failed.add(mark);
    throw new Error(`${step} is away`);
  };
  /** Both what it does and its end come at a time of their own. */
  const later =
    <Args extends unknown[], Result>(work: (...args: Args) => Promise<Result>) =>
    async (...args: Args): Promise<Result> => {
      await s.schedule(Promise.resolve());
      const result = await work(...args);
      await s.schedule(Promise.resolve());
      return result;
    };

  const removeAnswersOf = later(async (key: DocumentKey) => {
    failAt("answers", (await stored.get(key))?.text ?? "");
    if (removalFails) {
      removalFails = false;
      throw new Error("answers are away");
    }
    return answers.removeByDocument(key);
  });
  const documents: DocumentStore = {
    ...stored,
    get: later((key) => stored.get(key)),
    passages: later((key) => stored.passages(key)),
    putPassages: later((key) => stored.putPassages(key)),
    remove: later((key) => stored.remove(key)),
    put: later(async (write) => {
      failAt("record", write.document.text);
      return stored.put(write);
    }),
  };
  const open = () =>
    createIngest({
      documents,
      passages: {
        ...passages,
        idsOf: later((key) => passages.idsOf(key)),
        removeDocument: later((key) => passages.removeDocument(key)),
        replaceDocument: later(async (document) => {
          failAt("index", document.passages.map(({ text }) => text).join("\n"));
          return passages.replaceDocument(document);
        }),
      },
      reader: inlineDocumentReader,
      embedder: {
        ...embedder,
        embed: later(async (texts: readonly string[]) => {
          failAt("embedder", texts.join("\n"));
          return embedder.embed(texts);
        }),
      },
      removeAnswersOf,
      now: () => 0,
    });
  const cache = createAnswerCache({
    answers: {
      ...answers,
      put: later((entry, vector) => answers.put(entry, vector)),
    },
    passages: {
      ...passages,
      existing: later((key) => passages.existing(key)),
    },
    retrieve: createRetrieve(passages),
    compareQuestions: () => [],
    now: () => 0,
  });
  const failRemoval = () => {
    removalFails = true;
  };
  /** Two, as of two processes that know nothing of each other. */
  const ingests = [open(), open()] as const;
  return { ingests, cache, passages, later, failRemoval, dimensions };
}

describe("calls for one document that overlap", () => {
  it("end as if they had run one after the other, failed ones not at all", async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.scheduler(),
        fc.array(call, { minLength: 1, maxLength: 10 }),
        async (s, calls) => {
          const tenant = randomUUID();
          const key = { tenant, documentId: ID };
          const scope = randomScope();
          const parts = openScheduled(s);
          const {
            ingests: [ingest],
            cache,
            passages,
            later,
            dimensions,
          } = parts;
          const vector = new Float32Array(dimensions).fill(1);

          /** Answers from what is found, and stores the answer some time later. */
          const ask = async (place: number) => {
            const knowledgeVersion = await passages.version(tenant);
            const found = await passages.search({ tenant, text: "refunds", vector, limit: 1 });
            const passage = found.byText[0]?.passage;
            if (passage === undefined) return;
            await later(async () => {})();
            const question = `Question ${place}?`;
            const { documentId, id: passageId, start, end, text, title } = passage;
            const citation = { documentId, passageId, title, passage: text, start, end, score: 1 };
            const entry = makeEntry({
              id: answerId(scope, question),
              tenant,
              scope,
              question,
              evidence: [{ documentId, passageId }],
              citations: [citation],
              retrieved: { ...NOTHING_RETRIEVED, fused: [passageId], byVector: [passageId] },
              knowledgeVersion,
            });
            await cache.store(entry, vector);
          };
          const order: number[] = [];
          const run = async (own: Call, place: number) => {
            for (let step = 0; step < own.begins; step += 1) await later(async () => {})();
            order.push(place);
            if (own.kind === "put") {
              const text = textOf(calls, place);
              const client = new AbortController();
              if (own.failure === "client") {
                void later(async () => client.abort(new Error("client is away")))();
              }
              const document = { id: ID, title: TITLE, text, source: null };
              await ingest.put({ tenant, document, signal: client.signal });
            } else if (own.kind === "remove") {
              if (own.fails) parts.failRemoval();
              await ingest.remove(key);
            } else if (own.kind === "refresh") await ingest.refresh(key);
            else await ask(place);
          };

          const outcomes = await s.waitFor(Promise.allSettled(calls.map(run)));
          await s.waitAll();

          let expected: string | undefined;
          for (const place of order) {
            const kind = calls[place]?.kind;
            if (outcomes[place]?.status !== "fulfilled") continue;
            if (kind === "put") expected = textOf(calls, place);
            if (kind === "remove") expected = undefined;
          }
          const record = await stored.get(key);
          expect(record?.text).toBe(expected);
          const split =
            expected === undefined ? [] : splitDocument({ id: ID, title: TITLE, text: expected });
          const recorded = await stored.passages({ ...key, embedderId: "words-1" });
          expect(recorded.map(({ id, start }) => [id, start])).toEqual(
            split.map(({ id, start }) => [id, start]),
          );
          const search = await passages.search({ tenant, text: "call refunds", vector, limit: 50 });
          const places = ({ passage }: (typeof search.byText)[number]) => passage;
          const byStart = <Item extends { start: number }>(items: Item[]) =>
            items.sort((one, other) => one.start - other.start);
          expect(byStart(search.byVector.map(places))).toEqual(split);
          expect(byStart(search.byText.map(places))).toEqual(split);

          for (const place of calls.keys()) {
            const question = `Question ${place}?`;
            const lookup = s.waitFor(cache.lookUpExact({ tenant, scope, question }));
            const verdict = await lookup;
            if (verdict.kind !== "hit") continue;
            for (const { passage, start, end } of verdict.entry.citations) {
              expect(expected?.slice(start, end)).toBe(passage);
            }
          }
        },
      ),
      { numRuns: 150 },
    );
  });

  it("in two processes end with an index that agrees with the record", async () => {
    const own = fc.record({ begins, process: fc.constantFrom(0, 1), isRemoval: fc.boolean() });
    await fc.assert(
      fc.asyncProperty(
        fc.scheduler(),
        fc.array(own, { minLength: 2, maxLength: 8 }),
        async (s, calls) => {
          const tenant = randomUUID();
          const key = { tenant, documentId: ID };
          const { ingests, passages, later } = openScheduled(s);
          const run = async (
            { begins, process, isRemoval }: (typeof calls)[number],
            place: number,
          ) => {
            for (let step = 0; step < begins; step += 1) await later(async () => {})();
            const ingest = ingests[process === 0 ? 0 : 1];
            const text = `Call ${place}.\n\n# Shared\n\nRefunds.`;
            const document = { id: ID, title: TITLE, text, source: null };
            await (isRemoval ? ingest.remove(key) : ingest.put({ tenant, document }));
          };
          await s.waitFor(Promise.all(calls.map(run)));
          await s.waitAll();
          const record = await stored.get(key);
          const split = record === undefined ? [] : splitDocument(record);
          expect(await passages.idsOf(key)).toEqual(new Set(split.map(({ id }) => id)));
          const recorded = await stored.passages({ ...key, embedderId: "words-1" });
          expect(recorded.map(({ id }) => id)).toEqual(split.map(({ id }) => id));
        },
      ),
      { numRuns: 150 },
    );
  });
});
