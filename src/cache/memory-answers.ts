import { LRUCache } from "lru-cache";
import type { Clock } from "../operations/types.ts";
import { createDependants } from "./dependants.ts";
import type { AnswerEntry, AnswerStore } from "./types.ts";
import { createVectorTable, type VectorTable } from "./vector-table.ts";

const keyOf = (scope: string, id: string) => `${scope}:${id}`;

/** What the store needs to know. */
export interface MemoryAnswersOptions {
  /** Length of the question vectors. */
  readonly dimensions: number;
  readonly now: Clock;
  /** Over all scopes, default 10,000; the least recently used goes first. */
  readonly maxEntries?: number | undefined;
}

/** Stored answers in this process. */
export function createMemoryAnswers(options: MemoryAnswersOptions): AnswerStore {
  const { dimensions, now, maxEntries = 10_000 } = options;
  const dependants = createDependants();
  const tables = createTables(dimensions);
  // Holds the order of use; whatever leaves it, leaves the tables too.
  const entries = new LRUCache<string, AnswerEntry>({
    max: maxEntries,
    dispose(entry) {
      tables.remove(entry);
      dependants.remove(entry);
    },
  });
  const alive = (entry: AnswerEntry) => entry.expiresAt > now();

  return {
    async get({ scope, id }) {
      const entry = entries.get(keyOf(scope, id));
      return entry !== undefined && alive(entry) ? structuredClone(entry) : undefined;
    },

    async nearest({ scope, vector, limit, minSimilarity }) {
      const found = tables.of(scope)?.nearest(vector, limit, alive) ?? [];
      return found
        .filter(({ similarity }) => similarity >= minSimilarity)
        .map(({ value, similarity }) => {
          entries.get(keyOf(scope, value.id));
          return { entry: structuredClone(value), similarity };
        });
    },

    async vectorOf({ scope, id }) {
      const entry = entries.peek(keyOf(scope, id));
      return entry === undefined || !alive(entry) ? undefined : tables.of(scope)?.vectorOf(id);
    },

    async confirm({ scope, id, knowledgeVersion }) {
      const entry = entries.peek(keyOf(scope, id));
      if (entry !== undefined) Object.assign(entry, { knowledgeVersion });
    },

    async put(entry, vector) {
      if (!alive(entry)) return;
      const key = keyOf(entry.scope, entry.id);
      entries.delete(key);
      const kept = structuredClone(entry);
      tables.add(kept, vector);
      dependants.add(kept);
      entries.set(key, kept);
    },

    async remove({ scope, id }) {
      const key = keyOf(scope, id);
      const entry = entries.peek(key);
      entries.delete(key);
      return entry !== undefined && alive(entry);
    },

    async removeByDocument(document) {
      const own = dependants.of(document);
      for (const { scope, id } of own) entries.delete(keyOf(scope, id));
      return own.filter(alive).length;
    },

    async close() {
      entries.clear();
    },
  };
}

/** A table of vectors for each scope that has entries. */
function createTables(dimensions: number) {
  const tables = new Map<string, VectorTable<AnswerEntry>>();
  return {
    of: (scope: string) => tables.get(scope),
    add(entry: AnswerEntry, vector: Float32Array): void {
      const table = tables.get(entry.scope) ?? createVectorTable<AnswerEntry>(dimensions);
      table.set(entry.id, entry, vector);
      tables.set(entry.scope, table);
    },
    remove({ scope, id }: AnswerEntry): void {
      const table = tables.get(scope);
      table?.remove(id);
      if (table?.size === 0) tables.delete(scope);
    },
  };
}
