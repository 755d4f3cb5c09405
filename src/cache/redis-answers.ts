import { Document } from "@langchain/core/documents";
import type { EmbeddingsInterface } from "@langchain/core/embeddings";
import type { RedisAddOptions } from "@langchain/redis";
import { RESP_TYPES } from "redis";
import type { Clock } from "../operations/types.ts";
import type { RedisConnection } from "../redis/connection.ts";
import { MissingIndex, toBuffer, toVector } from "../redis/hash-vector-store.ts";
import { ANSWERS, redisKeys } from "../redis/redis-keys.ts";
import { defineScript, runScript } from "../redis/run-script.ts";
import { ScopedVectorStore } from "../redis/scoped-vector-store.ts";
import { withoutScope, withScope } from "../redis/scoped-vectors.ts";
import type { VectorSpace } from "../redis/vector-space.ts";
import { ENTRY_FIELDS, entryFields, parseEntry } from "./answer-hash.ts";
import { createRedisAnswerChanges } from "./redis-answer-changes.ts";
import { createRedisAnswerListing, LISTING_SCHEMA, listingFields } from "./redis-answer-listing.ts";
import { documentsOf } from "./select-answers.ts";
import type { AnswerEntry, AnswerStore } from "./types.ts";

/** Cosine distances are sums of 32-bit floats: further digits are noise. */
const SIMILARITY_DIGITS = 1e6;

const BYTES = { [RESP_TYPES.BLOB_STRING]: Buffer };

/**
 * Stores an answer with its TTL and adds its key to the set of each of its documents, atomically. KEYS: the
 * answer, the sets of its documents' dependants. ARGV: the expiry in milliseconds, 1 to keep an existing pinned
 * answer, and the hash's fields and values.
 */
const PUT_ANSWER = defineScript(`
  if ARGV[2] == '1' then
    local text = redis.call('HGET', KEYS[1], 'entry')
    if text and cjson.decode(text).isPinned then return 0 end
  end
  redis.call('HSET', KEYS[1], unpack(ARGV, 3))
  redis.call('PEXPIREAT', KEYS[1], ARGV[1])
  for place = 2, #KEYS do
    redis.call('SADD', KEYS[place], KEYS[1])
    -- A key without a lease counts as leased for ever, which GT never lengthens: NX comes first.
    redis.call('PEXPIREAT', KEYS[place], ARGV[1], 'NX')
    redis.call('PEXPIREAT', KEYS[place], ARGV[1], 'GT')
  end
  return 1
`);

/** Cached answers in Redis, with their index. */
export interface RedisAnswers extends AnswerStore {
  /** The LangChain vector store that the entries are written to and searched in. */
  readonly vectorStore: AnswerVectorStore;
  /** Creates the index if it does not exist. */
  createIndex(): Promise<void>;
}

/** Dependencies of the store. */
export interface RedisAnswersOptions {
  readonly connection: RedisConnection;
  readonly space: VectorSpace;
  readonly embeddings: EmbeddingsInterface;
  readonly now: Clock;
  /** Called if the index is missing, so that it can be rebuilt. */
  readonly onLost?: (() => void) | undefined;
}

/**
 * Stores answers as hashes `answer:{scope}:{id}` with an absolute expiry. One vector search finds them, limited
 * to their scope.
 */
export function createRedisAnswers(options: RedisAnswersOptions): RedisAnswers {
  const { connection, space, now } = options;
  const vectorStore = new AnswerVectorStore(options);
  const isAlive = (entry: AnswerEntry, scope: string) =>
    entry.scope === scope && entry.expiresAt > now();

  return {
    vectorStore,
    createIndex: () => vectorStore.createIndex(),

    async get({ scope, id }) {
      const values = await connection.run((client) =>
        client.hmGet(redisKeys.answer(scope, id), ENTRY_FIELDS),
      );
      const entry = parseEntry(
        Object.fromEntries(ENTRY_FIELDS.map((name, index) => [name, values[index]])),
      );
      return entry !== undefined && isAlive(entry, scope) ? entry : undefined;
    },

    async nearest({ scope, vector, limit, minSimilarity }) {
      checkLength(vector, space.dimensions);
      const search = vectorStore.similaritySearchVectorWithScore([...vector], limit, {
        scope,
        keyPrefix: redisKeys.answers(scope),
        radius: 1 - minSimilarity + 1 / SIMILARITY_DIGITS,
        fields: ENTRY_FIELDS,
      });
      const found = await search.catch((error: unknown) => {
        if (error instanceof MissingIndex) options.onLost?.();
        throw error;
      });
      const near = found.flatMap(([{ metadata }, distance]) => {
        const entry = parseEntry(metadata);
        const similarity = toSimilarity(distance);
        return entry !== undefined && isAlive(entry, scope) ? [{ entry, similarity }] : [];
      });
      return near.filter(({ similarity }, place) => place === 0 || similarity >= minSimilarity);
    },

    async vectorOf({ scope, id }) {
      return readVector(connection, redisKeys.answer(scope, id), space.field);
    },

    async put(entry, vector, { yieldToPinned = false } = {}) {
      checkLength(vector, space.dimensions);
      if (entry.expiresAt <= now()) return false;
      let isStored = true;
      const onKept = () => (isStored = false);
      const written = yieldToPinned ? { onKept } : {};
      await vectorStore.addVectors([[...vector]], [toDocument(entry)], written);
      return isStored;
    },

    async remove({ scope, id }) {
      const removed = await connection.run((client) => client.del(redisKeys.answer(scope, id)));
      return removed > 0;
    },

    ...createRedisAnswerChanges(connection),
    ...createRedisAnswerListing({ ...options, indexName: vectorStore.indexName }),

    async close() {},
  };
}

/** An entry as a LangChain document: its text is the question. */
function toDocument(entry: AnswerEntry): Document<AnswerMetadata> {
  return new Document({ id: entry.id, pageContent: entry.question, metadata: { entry } });
}

interface AnswerMetadata {
  readonly entry: AnswerEntry;
}

interface AddAnswersOptions extends RedisAddOptions {
  /** Pinned entries are then kept, and reported by their key. Default: they are overwritten. */
  readonly onKept?: (key: string) => void;
}

/** The LangChain vector store of cached answers: searches within a scope, writes with expiry and dependants. */
export class AnswerVectorStore extends ScopedVectorStore {
  private readonly connection: RedisConnection;

  constructor({ connection, space, embeddings }: RedisAnswersOptions) {
    super({
      connection,
      space,
      embeddings,
      indexName: redisKeys.answersIndex(space.name),
      keyPrefix: ANSWERS,
      contentField: "question",
      schema: LISTING_SCHEMA,
    });
    this.connection = connection;
  }

  /** Writes each entry in one transaction. Its key is that of its scope and question, whatever `keys` says. */
  override async addVectors(
    vectors: number[][],
    documents: Document<AnswerMetadata>[],
    { onKept }: AddAnswersOptions = {},
  ): Promise<void> {
    const rows = documents.map(({ metadata }, index) => ({
      entry: metadata.entry,
      vector: Float32Array.from(vectors[index] ?? []),
    }));
    for (const { entry, vector } of rows) {
      const key = redisKeys.answer(entry.scope, entry.id);
      const documentIds = documentsOf(entry);
      const fields = {
        scope: entry.scope,
        [this.contentKey]: entry.question,
        documents: JSON.stringify(documentIds),
        ...listingFields(entry),
        ...entryFields(entry),
        [this.vectorKey]: toBuffer(withScope(vector, entry.scope)),
      };
      const keys = [key, ...documentIds.map((id) => redisKeys.dependants(entry.tenant, id))];
      const values = [String(entry.expiresAt), onKept === undefined ? "0" : "1"];
      const stored = await this.connection.run((client) =>
        runScript(client, PUT_ANSWER, keys, [...values, ...Object.entries(fields).flat()]),
      );
      if (stored !== 1) onKept?.(key);
    }
  }
}

async function readVector(
  connection: RedisConnection,
  key: string,
  field: string,
): Promise<Float32Array | undefined> {
  const bytes = await connection.run((client) => client.withTypeMapping(BYTES).hGet(key, field));
  return bytes === null ? undefined : withoutScope(toVector(bytes));
}

function toSimilarity(distance: number): number {
  const similarity = Math.round((1 - distance) * SIMILARITY_DIGITS) / SIMILARITY_DIGITS;
  return Math.min(1, Math.max(0, similarity));
}

function checkLength(vector: Float32Array, dimensions: number): void {
  if (vector.length === dimensions) return;
  throw new RangeError(`a vector of ${vector.length} numbers where ${dimensions} are needed`);
}
