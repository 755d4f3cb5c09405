import type { EmbeddingsInterface } from "@langchain/core/embeddings";
import { RESP_TYPES } from "redis";
import { z } from "zod";
import type { Clock } from "../operations/types.ts";
import type { RedisConnection } from "../redis/connection.ts";
import { MissingIndex, toBuffer, toVector } from "../redis/hash-vector-store.ts";
import { ANSWERS, redisKeys } from "../redis/redis-keys.ts";
import { defineScript, runScript } from "../redis/run-script.ts";
import { ScopedVectorStore } from "../redis/scoped-vector-store.ts";
import { withoutScope, withScope } from "../redis/scoped-vectors.ts";
import type { VectorSpace } from "../redis/vector-space.ts";
import { answerEntrySchema } from "./answer-entry-schema.ts";
import type { AnswerEntry, AnswerStore } from "./types.ts";

/** Cosine distances are sums of 32-bit floats: digits past these are noise. */
const SIMILARITY_DIGITS = 1e6;

/**
 * Removes the answers made from a document, as one step. KEYS: the set of its dependants. ARGV: the
 * document's id. An answer that was replaced and is not made from it any more stays.
 */
const REMOVE_DEPENDANTS = defineScript(`
  local removed = 0
  for _, key in ipairs(redis.call('SMEMBERS', KEYS[1])) do
    local documents = redis.call('HGET', key, 'documents')
    if documents then
      for _, id in ipairs(cjson.decode(documents)) do
        if id == ARGV[1] then
          removed = removed + redis.call('DEL', key)
          break
        end
      end
    end
  end
  redis.call('DEL', KEYS[1])
  return removed
`);

/**
 * Notes under which state of the passages an answer was found true, where it still stands. KEYS: the
 * answer. ARGV: the state's name.
 */
const CONFIRM = defineScript(`
  if redis.call('EXISTS', KEYS[1]) == 0 then return 0 end
  redis.call('HSET', KEYS[1], 'knowledge', ARGV[1])
  return 1
`);

/** Fields that an entry is read from. */
const ENTRY_FIELDS = ["entry", "knowledge"];
const BYTES = { [RESP_TYPES.BLOB_STRING]: Buffer };

/** Stored answers in Redis, and their index. */
export interface RedisAnswers extends AnswerStore {
  /** The same store as LangChain knows vector stores. */
  readonly vectorStore: ScopedVectorStore;
  /** Makes the index where there is none. */
  createIndex(): Promise<void>;
}

/** What the store leans on. */
export interface RedisAnswersOptions {
  readonly connection: RedisConnection;
  readonly space: VectorSpace;
  readonly embeddings: EmbeddingsInterface;
  readonly now: Clock;
  /** Told when the index is missing; someone should make it again. */
  readonly onLost?: (() => void) | undefined;
}

/**
 * Stored answers as hashes `answer:{scope}:{id}` with an absolute expiry, found by one search that
 * keeps to their scope.
 */
export function createRedisAnswers(options: RedisAnswersOptions): RedisAnswers {
  const { connection, space, now } = options;
  const vectorStore = createStore(options);
  const isAlive = (entry: AnswerEntry, scope: string) =>
    entry.scope === scope && entry.expiresAt > now();

  return {
    vectorStore,
    createIndex: () => vectorStore.createIndex(),

    async get({ scope, id }) {
      const [text, knowledge] = await connection.run((client) =>
        client.hmGet(redisKeys.answer(scope, id), ENTRY_FIELDS),
      );
      const entry = parseEntry(text, knowledge);
      return entry !== undefined && isAlive(entry, scope) ? entry : undefined;
    },

    async nearest({ scope, vector, limit, minSimilarity }) {
      checkLength(vector, space.dimensions);
      const search = vectorStore.searchInScope({
        scope,
        vector,
        limit,
        radius: 1 - minSimilarity + 1 / SIMILARITY_DIGITS,
        fields: ENTRY_FIELDS,
      });
      const found = await search.catch((error: unknown) => {
        if (error instanceof MissingIndex) options.onLost?.();
        throw error;
      });
      return found.flatMap(({ fields, score }) => {
        const entry = parseEntry(fields["entry"], fields["knowledge"]);
        const similarity = toSimilarity(score);
        const wanted = entry !== undefined && isAlive(entry, scope) && similarity >= minSimilarity;
        return wanted ? [{ entry, similarity }] : [];
      });
    },

    async vectorOf({ scope, id }) {
      return readVector(connection, redisKeys.answer(scope, id), space.field);
    },

    async confirm({ scope, id, knowledgeVersion }) {
      const keys = [redisKeys.answer(scope, id)];
      await connection.run((client) => runScript(client, CONFIRM, keys, [knowledgeVersion]));
    },

    async put(entry, vector) {
      checkLength(vector, space.dimensions);
      if (entry.expiresAt > now()) await write(connection, space, entry, vector);
    },

    async remove({ scope, id }) {
      const removed = await connection.run((client) => client.del(redisKeys.answer(scope, id)));
      return removed > 0;
    },

    async removeByDocument({ tenant, documentId }) {
      const keys = [redisKeys.dependants(tenant, documentId)];
      const removed = await connection.run((client) =>
        runScript(client, REMOVE_DEPENDANTS, keys, [documentId]),
      );
      return z.number().parse(removed);
    },

    async close() {},
  };
}

function createStore({ connection, space, embeddings }: RedisAnswersOptions): ScopedVectorStore {
  return new ScopedVectorStore({
    connection,
    space,
    embeddings,
    indexName: redisKeys.answersIndex(space.name),
    keyPrefix: ANSWERS,
    contentField: "question",
    schema: {},
  });
}

async function write(
  connection: RedisConnection,
  space: VectorSpace,
  entry: AnswerEntry,
  vector: Float32Array,
): Promise<void> {
  const key = redisKeys.answer(entry.scope, entry.id);
  const documents = [...new Set(entry.evidence.map(({ documentId }) => documentId))];
  await connection.run((client) => {
    const multi = client.multi();
    multi.hSet(key, {
      scope: entry.scope,
      question: entry.question,
      documents: JSON.stringify(documents),
      entry: JSON.stringify(entry),
      knowledge: entry.knowledgeVersion,
      [space.field]: toBuffer(withScope(vector, entry.scope)),
    });
    multi.pExpireAt(key, entry.expiresAt);
    for (const documentId of documents) {
      const dependants = redisKeys.dependants(entry.tenant, documentId);
      multi.sAdd(dependants, key);
      // A key without a lease counts as leased for ever, which GT never lengthens: NX comes first.
      multi.pExpireAt(dependants, entry.expiresAt, "NX");
      multi.pExpireAt(dependants, entry.expiresAt, "GT");
    }
    return multi.exec();
  });
}

async function readVector(
  connection: RedisConnection,
  key: string,
  field: string,
): Promise<Float32Array | undefined> {
  const bytes = await connection.run((client) => client.withTypeMapping(BYTES).hGet(key, field));
  return bytes === null ? undefined : withoutScope(toVector(bytes));
}

function parseEntry(
  text: string | null | undefined,
  knowledge: string | null | undefined,
): AnswerEntry | undefined {
  if (text === null || text === undefined) return undefined;
  try {
    const entry = answerEntrySchema.parse(JSON.parse(text));
    return { ...entry, knowledgeVersion: knowledge ?? entry.knowledgeVersion };
  } catch {
    return undefined;
  }
}

function toSimilarity(distance: number): number {
  const similarity = Math.round((1 - distance) * SIMILARITY_DIGITS) / SIMILARITY_DIGITS;
  return Math.min(1, Math.max(0, similarity));
}

function checkLength(vector: Float32Array, dimensions: number): void {
  if (vector.length === dimensions) return;
  throw new RangeError(`a vector of ${vector.length} numbers where ${dimensions} are needed`);
}
