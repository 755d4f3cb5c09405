import { randomUUID } from "node:crypto";
import type { EmbeddingsInterface } from "@langchain/core/embeddings";
import { z } from "zod";
import type { RedisClient, RedisConnection } from "../redis/connection.ts";
import { RedisUnavailable } from "../redis/redis-unavailable.ts";
import {
  type FoundHash,
  escapeTag,
  MissingIndex,
  toBuffer,
  type HashVectorStore,
} from "../redis/hash-vector-store.ts";
import { documentTag, parseDocumentKey, redisKeys } from "../redis/redis-keys.ts";
import { defineScript } from "../redis/run-script.ts";
import type { VectorSpace } from "../redis/vector-space.ts";
import type { SharedIndex } from "./fill-shared-index.ts";
import { isNearStem, mayBeMisspelt } from "../language/misspelt.ts";
import { passageText } from "./passage-text.ts";
import { locatorSchema } from "./text-places.ts";
import type { DocumentKey } from "./refresh-document.ts";
import {
  createPassageIndexes,
  PASSAGE_FIELD,
  type PassageIndexes,
} from "./redis-passage-indexes.ts";
import type { EmbeddedPassage, PassageQuery, PassageStore, ScoredPassage } from "./types.ts";
import { contentStems } from "../language/words.ts";

/** Maximum distinct content words of a question; the first ones are used. */
const MAX_QUERY_WORDS = 64;
/** Passages per transaction. A transaction blocks all other clients of Redis. */
const BATCH = 25;
/** Maximum passages per request. */
const ASKED_AT_ONCE = 500;
/** Timeout of one transaction, in milliseconds. */
const WRITE_DEADLINE_MS = 10_000;
/** Maximum wait for Redis to recover between two transactions of a document, in milliseconds. */
const PATIENCE_MS = 2_000;

/**
 * Deletes the passages of a document that are not in the list. KEYS: the set of its passage ids. ARGV: key
 * prefix of the tenant's passages, then the ids to keep.
 */
const KEEP_ONLY = defineScript(`
  local keep = {}
  for place = 2, #ARGV do keep[ARGV[place]] = true end
  for _, id in ipairs(redis.call('SMEMBERS', KEYS[1])) do
    if not keep[id] then
      redis.call('DEL', ARGV[1] .. id)
      redis.call('SREM', KEYS[1], id)
    end
  end
  return 1
`);

const storedPassage = z.object({
  id: z.string(),
  documentId: z.string(),
  title: z.string(),
  headings: z.array(z.string()),
  text: z.string(),
  start: z.number(),
  end: z.number(),
  lead: z.string().optional(),
  locator: locatorSchema.optional(),
});

/** A passage store in Redis, with its indexes. */
export interface RedisPassages extends PassageStore, SharedIndex {}

/** Dependencies of `createRedisPassages`. */
export interface RedisPassagesOptions {
  readonly connection: RedisConnection;
  readonly space: VectorSpace;
  readonly embeddings: EmbeddingsInterface;
  /** Whether Redis still has its data. If so, a tenant without an index has no documents. */
  readonly isSameData: () => Promise<boolean>;
  /** Called if data or an index was lost, or a write failed half-way: the index must be rebuilt. */
  readonly onLost?: (() => void) | undefined;
}

/**
 * Stores passages as hashes `passage:{tenant}:{id}`. Each tenant has its own index, so that a search needs no
 * tenant filter and BM25 counts only the tenant's words. Documents of more than 25 passages are replaced in
 * several steps; readers may briefly see both versions.
 */
export function createRedisPassages(options: RedisPassagesOptions): RedisPassages {
  const { connection, space, onLost = () => {} } = options;
  const indexes = createPassageIndexes(options);
  const whole = <Value>(work: Promise<Value>) => unlessLost(work, options);
  return {
    createIndex: (tenant) => indexes.create(tenant),
    documentsThere: () => documentsThere(connection),
    async replaceDocument({ tenant, documentId, passages }) {
      const distinct = [...new Map(passages.map((passage) => [passage.id, passage])).values()];
      for (const { vector } of distinct) checkLength(vector, space.dimensions);
      try {
        await indexes.ensure(tenant);
        await writeDocument(connection, space, { tenant, documentId, passages: distinct });
      } catch (error) {
        onLost();
        throw error;
      }
    },
    async removeDocument({ tenant, documentId }) {
      try {
        await writeDocument(connection, space, { tenant, documentId, passages: [] });
      } catch (error) {
        onLost();
        throw error;
      }
    },
    async search(query) {
      if (query.vector !== undefined) checkLength(query.vector, space.dimensions);
      const nothing = { byVector: [], byText: [] };
      if (query.limit < 1 || wantsNothing(query)) return nothing;
      const search = searchOrNothing(indexes, query.tenant, (index) => searchBoth(index, query));
      return (await whole(search)) ?? nothing;
    },
    async existing({ tenant, passageIds }) {
      const ids = [...new Set(passageIds)];
      return standing(connection, space, tenant, ids);
    },
    async idsOf({ tenant, documentId }) {
      const key = redisKeys.document(tenant, documentId);
      const ids = await connection.run((client) => client.sMembers(key));
      return standing(connection, space, tenant, ids.map(decodeURIComponent));
    },
    async count(tenant) {
      return (await whole(searchOrNothing(indexes, tenant, (index) => index.count()))) ?? 0;
    },
    async version(tenant) {
      const key = redisKeys.knowledgeVersion(tenant);
      return (await connection.run((client) => client.get(key))) ?? "";
    },
    async renewVersion(tenant) {
      const key = redisKeys.knowledgeVersion(tenant);
      await connection.run((client) => client.set(key, randomUUID()));
    },
    async close() {},
  };
}

/**
 * Returns the result unless the data was lost: while another replica rebuilds the index, an incomplete result
 * must not look complete. The check shares the round trip of the search.
 */
async function unlessLost<Value>(
  work: Promise<Value>,
  { isSameData, onLost = () => {} }: RedisPassagesOptions,
): Promise<Value> {
  const [found, isSame] = await Promise.all([work, isSameData()]);
  if (isSame) return found;
  onLost();
  throw new RedisUnavailable("it lost its data", { mayHaveHappened: false });
}

/** Scans the keys without blocking Redis. */
async function* documentsThere(connection: RedisConnection): AsyncGenerator<DocumentKey> {
  let cursor = "0";
  do {
    const step = await connection.run((client) =>
      client.scan(cursor, { MATCH: "document:*", TYPE: "set", COUNT: 1_000 }),
    );
    for (const key of step.keys) {
      const document = parseDocumentKey(key);
      if (document !== undefined) yield document;
    }
    cursor = step.cursor;
  } while (cursor !== "0");
}

/** Vector and text search in one round trip. */
async function searchBoth(
  index: HashVectorStore,
  { text, vector, limit, documentIds, hidden }: PassageQuery,
): ReturnType<PassageStore["search"]> {
  const filter = documentFilter(documentIds, hidden);
  const words = [...new Set(contentStems(text))].slice(0, MAX_QUERY_WORDS);
  const nearest =
    vector === undefined
      ? []
      : index.similaritySearchVectorWithScore([...vector], limit, filter || "*");
  const [byVector, byText] = await Promise.all([
    nearest,
    words.length === 0 ? [] : searchWords(index, { words, filter, limit }),
  ]);
  return {
    byVector: byVector.flatMap(([{ pageContent }, distance]) =>
      scored(pageContent, Math.min(1, Math.max(0, 1 - distance))),
    ),
    byText: byText.flatMap(({ fields, score }) => scored(fields[PASSAGE_FIELD], score)),
  };
}

/** Searches again with the spellings of words that no passage has. */
async function searchWords(
  index: HashVectorStore,
  { words, filter, limit }: { words: readonly string[]; filter: string; limit: number },
): Promise<readonly FoundHash[]> {
  const search = (all: readonly string[]) =>
    index.searchText({ query: `${filter} (${all.join("|")})`, limit, fields: [PASSAGE_FIELD] });
  const doubtful = words.filter(mayBeMisspelt);
  const [found, spellings] = await Promise.all([
    search(words),
    doubtful.length === 0 ? new Map<string, string[]>() : index.findSpellings(doubtful),
  ]);
  const spelt = [...spellings].flatMap(([typed, known]) =>
    known.filter((word) => isNearStem(typed, word)),
  );
  return spelt.length === 0 ? found : search([...new Set([...words, ...spelt])]);
}

/** Returns undefined if the tenant has no index because it has no documents. */
async function searchOrNothing<Value>(
  indexes: PassageIndexes,
  tenant: string,
  search: (index: ReturnType<PassageIndexes["of"]>) => Promise<Value>,
): Promise<Value | undefined> {
  try {
    return await search(indexes.of(tenant));
  } catch (error) {
    if (!(error instanceof MissingIndex)) throw error;
    await indexes.explainMissing(tenant, error);
    return undefined;
  }
}

/** Returns the passages that exist in Redis with a vector of this space. */
async function standing(
  connection: RedisConnection,
  space: VectorSpace,
  tenant: string,
  ids: readonly string[],
): Promise<ReadonlySet<string>> {
  const found = new Set<string>();
  for (let start = 0; start < ids.length; start += ASKED_AT_ONCE) {
    const some = ids.slice(start, start + ASKED_AT_ONCE);
    const there = await connection.run((client) =>
      Promise.all(some.map((id) => client.hExists(redisKeys.passage(tenant, id), space.field))),
    );
    for (const [index, id] of some.entries()) if (there[index] === 1) found.add(id);
  }
  return found;
}

async function writeDocument(
  connection: RedisConnection,
  space: VectorSpace,
  document: { tenant: string; documentId: string; passages: readonly EmbeddedPassage[] },
): Promise<void> {
  const { tenant, passages } = document;
  const key = redisKeys.document(tenant, document.documentId);
  const prefix = redisKeys.passages(tenant);
  const run = (work: (client: RedisClient) => Promise<unknown>) =>
    connection.run(work, { deadlineMs: WRITE_DEADLINE_MS });
  const members = passages.map(({ id }) => redisKeys.passage(tenant, id).slice(prefix.length));
  const rows = passages.map((passage, index) => ({ member: members[index] ?? "", passage }));
  let rest = rows;
  while (rest.length > BATCH) {
    const batch = rest.slice(0, BATCH);
    await run((client) => addRows(client.multi(), key, prefix, space, batch).exec());
    rest = rest.slice(BATCH);
    // Another call's timeout may mark Redis as unavailable for a moment; a started write waits instead of failing.
    await connection.untilUp(PATIENCE_MS);
  }
  await run((client) => {
    const multi = client.multi();
    multi.eval(KEEP_ONLY.text, { keys: [key], arguments: [prefix, ...members] });
    multi.set(redisKeys.knowledgeVersion(tenant), randomUUID());
    return addRows(multi, key, prefix, space, rest).exec();
  });
}

type Transaction = ReturnType<RedisClient["multi"]>;

function addRows(
  multi: Transaction,
  key: string,
  prefix: string,
  space: VectorSpace,
  rows: readonly { member: string; passage: EmbeddedPassage }[],
): Transaction {
  for (const { member, passage } of rows) {
    const { vector, ...plain } = passage;
    multi.hSet(prefix + member, {
      document: documentTag(passage.documentId),
      [PASSAGE_FIELD]: JSON.stringify(plain),
      title: contentStems(passage.title).join(" "),
      headings: contentStems(passage.headings.join("\n")).join(" "),
      text: contentStems(passageText(passage)).join(" "),
      [space.field]: toBuffer(vector),
    });
    multi.sAdd(key, member);
  }
  return multi;
}

function wantsNothing({ documentIds, hidden }: PassageQuery): boolean {
  return documentIds?.every((id) => hidden?.has(id)) === true;
}

function documentFilter(
  documentIds: readonly string[] | undefined,
  hidden: ReadonlySet<string> = new Set(),
): string {
  const tags = (ids: readonly string[]) => ids.map((id) => escapeTag(documentTag(id))).join("|");
  if (documentIds !== undefined) {
    return `@document:{${tags(documentIds.filter((id) => !hidden.has(id)))}}`;
  }
  return hidden.size === 0 ? "" : `(-@document:{${tags([...hidden])}})`;
}

function scored(text: string | undefined, score: number): ScoredPassage[] {
  const parsed = storedPassage.safeParse(JSON.parse(text || "null"));
  return parsed.success ? [{ passage: parsed.data, score }] : [];
}

function checkLength(vector: Float32Array, dimensions: number): void {
  if (vector.length === dimensions) return;
  throw new RangeError(`the vector has ${vector.length} numbers, expected ${dimensions}`);
}
