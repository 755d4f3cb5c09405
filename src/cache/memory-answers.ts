import { createYield } from "../operations/concurrency.ts";
import type { Clock } from "../operations/types.ts";
import { type KeptEntries, createKeptEntries } from "./kept-entries.ts";
import { withJudgement, type AnswerEntry, type AnswerStore } from "./types.ts";
import { createAnswerOrder, createMemoryAnswerListing } from "./memory-answer-listing.ts";
import { type VectorTable, createVectorTable } from "../vectors/vector-table.ts";

/** Maps documents to the entries made from them. */
export interface Dependants {
  add(entry: AnswerEntry): void;
  remove(entry: AnswerEntry): void;
  /** The newest first. */
  of(document: { tenant: string; documentId: string }): readonly AnswerEntry[];
}

const documentKey = (tenant: string, documentId: string) => JSON.stringify([tenant, documentId]);
const keyOf = (scope: string, id: string) => `${scope}:${id}`;
const entryKey = ({ scope, id }: AnswerEntry) => keyOf(scope, id);

/** An index from documents to entries, to avoid a scan. */
function createDependants(): Dependants {
  const byDocument = new Map<string, Map<string, AnswerEntry>>();
  return {
    add(entry) {
      for (const { documentId } of entry.evidence) {
        const key = documentKey(entry.tenant, documentId);
        const own = byDocument.get(key) ?? new Map<string, AnswerEntry>();
        byDocument.set(key, own.set(entryKey(entry), entry));
      }
    },
    remove(entry) {
      for (const { documentId } of entry.evidence) {
        const key = documentKey(entry.tenant, documentId);
        const own = byDocument.get(key);
        own?.delete(entryKey(entry));
        if (own?.size === 0) byDocument.delete(key);
      }
    },
    of: ({ tenant, documentId }) =>
      [...(byDocument.get(documentKey(tenant, documentId))?.values() ?? [])].toReversed(),
  };
}

/** Options of the store. */
export interface MemoryAnswersOptions {
  /** Length of the question vectors. */
  readonly dimensions: number;
  readonly now: Clock;
  /** Maximum entries over all scopes, without pinned ones; default 10,000. Evicts the least recently used. */
  readonly maxEntries?: number | undefined;
  /** Maximum pinned entries over all scopes; default 10,000. More are rejected. */
  readonly maxPinned?: number | undefined;
}

/** Cached answers in this process. */
export function createMemoryAnswers(options: MemoryAnswersOptions): AnswerStore {
  const alive = ({ expiresAt }: AnswerEntry) => expiresAt > options.now();
  const { entries, tables, dependants, order, removeThis } = createParts(options, alive);

  return {
    async get({ scope, id }) {
      const entry = entries.get(keyOf(scope, id));
      return entry !== undefined && alive(entry) ? { ...entry } : undefined;
    },

    async nearest({ scope, vector, limit, minSimilarity }) {
      const found = tables.of(scope)?.nearest(vector, limit, alive) ?? [];
      return found
        .filter(({ similarity }, place) => place === 0 || similarity >= minSimilarity)
        .map(({ value, similarity }) => {
          entries.get(keyOf(scope, value.id));
          return { entry: { ...value }, similarity };
        });
    },

    async vectorOf({ scope, id }) {
      const entry = entries.peek(keyOf(scope, id));
      return entry === undefined || !alive(entry) ? undefined : tables.of(scope)?.vectorOf(id);
    },

    async put(entry, vector, { yieldToPinned = false } = {}) {
      if (!alive(entry)) return false;
      tables.checkLength(vector);
      const key = keyOf(entry.scope, entry.id);
      const before = entries.peek(key);
      if (yieldToPinned && before?.isPinned === true && alive(before)) return false;
      const kept = { ...frozenCopy(entry) };
      entries.set(key, kept);
      tables.add(kept, vector);
      dependants.add(kept);
      order.add(kept);
      return true;
    },

    async remove({ scope, id }) {
      const key = keyOf(scope, id);
      const entry = entries.peek(key);
      entries.delete(key);
      return entry !== undefined && alive(entry);
    },

    async removeByDocument(document) {
      const yieldTurn = createYield();
      let removed = 0;
      for (const entry of dependants.of(document)) {
        const isAlive = alive(entry);
        if (removeThis(entry) && isAlive) removed += 1;
        await yieldTurn();
      }
      return removed;
    },

    ...createMemoryAnswerListing({ order, isAlive: alive, remove: removeThis }),

    ...createMemoryAnswerChanges(entries, alive),

    async close() {
      entries.clear();
    },
  };
}

/** Readers get shallow copies; freezing protects the shared nested values. */
function frozenCopy<Value>(value: Value): Value {
  return freeze(structuredClone(value));
}

function freeze<Value>(value: Value): Value {
  if (typeof value === "object" && value !== null) {
    for (const each of Object.values(value)) freeze(each);
    Object.freeze(value);
  }
  return value;
}

/** Changes to existing answers. */
function createMemoryAnswerChanges(
  entries: KeptEntries,
  alive: (entry: AnswerEntry) => boolean,
): Pick<AnswerStore, "confirm" | "setQuarantined" | "addJudgement"> {
  return {
    async confirm({ scope, id, knowledgeVersion }) {
      const entry = entries.peek(keyOf(scope, id));
      if (entry !== undefined) Object.assign(entry, { knowledgeVersion });
    },

    async setQuarantined({ scope, id, isQuarantined, createdAt }) {
      const entry = entries.peek(keyOf(scope, id));
      if (entry === undefined || !alive(entry)) return false;
      if (createdAt !== undefined && entry.createdAt !== createdAt) return false;
      Object.assign(entry, { isQuarantined });
      return true;
    },

    async addJudgement({ scope, id, createdAt, judgement }) {
      const entry = entries.peek(keyOf(scope, id));
      if (entry === undefined || !alive(entry) || entry.createdAt !== createdAt) return false;
      Object.assign(entry, { judgements: withJudgement(entry.judgements, judgement) });
      return true;
    },
  };
}

/** The entries with their indexes; removing an entry also removes it from the indexes. */
function createParts(
  { dimensions, maxEntries = 10_000, maxPinned = 10_000 }: MemoryAnswersOptions,
  isAlive: (entry: AnswerEntry) => boolean,
) {
  const dependants = createDependants();
  const tables = createTables(dimensions);
  const order = createAnswerOrder();
  const entries = createKeptEntries({
    maxEntries,
    maxPinned,
    isAlive,
    dispose(entry) {
      tables.remove(entry);
      dependants.remove(entry);
      order.remove(entry);
    },
  });

  /** False if the entry is gone or replaced. */
  function removeThis(entry: AnswerEntry): boolean {
    const key = entryKey(entry);
    if (entries.peek(key) !== entry) return false;
    entries.delete(key);
    return true;
  }

  return { entries, tables, dependants, order, removeThis };
}

/** One vector table per scope with entries. */
function createTables(dimensions: number) {
  const tables = new Map<string, VectorTable<AnswerEntry>>();
  return {
    of: (scope: string) => tables.get(scope),
    checkLength(vector: Float32Array): void {
      if (vector.length === dimensions) return;
      throw new RangeError(`a vector of ${vector.length} numbers where ${dimensions} are needed`);
    },
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
