import { randomUUID } from "node:crypto";
import { createVectorTable, type VectorTable } from "../vectors/vector-table.ts";
import { RepriseError } from "../errors.ts";
import { createYield } from "../operations/concurrency.ts";
import { countPassage, createTextIndex, type PassageWords, type TextIndex } from "./text-index.ts";
import type {
  EmbeddedPassage,
  Passage,
  PassageQuery,
  PassageStore,
  ScoredPassage,
} from "./types.ts";

interface TenantIndex {
  readonly vectors: VectorTable<Passage>;
  readonly texts: TextIndex;
  readonly byId: Map<string, Passage>;
  readonly idsOf: Map<string, readonly string[]>;
}

/**
 * Passage store in this process, with exhaustive vector search and BM25. Words are counted before a document is
 * replaced; the replacement itself is synchronous, so that no reader sees a part of it.
 *
 * @param options `dimensions` of the vectors, other lengths throw a RangeError; `maxPassages` of all tenants
 *   together, more throw `too_large`
 */
export function createMemoryPassages({
  dimensions,
  maxPassages = 100_000,
}: {
  dimensions: number;
  maxPassages?: number;
}): PassageStore {
  const tenants = new Map<string, TenantIndex>();
  const versions = new Map<string, string>();

  return {
    async replaceDocument({ tenant, documentId, passages }) {
      const distinct = [...new Map(passages.map((passage) => [passage.id, passage])).values()];
      for (const { vector } of distinct) checkLength(vector, dimensions);
      const counted = await countAll(distinct);
      const before = tenants.get(tenant);
      const index = before ?? createTenantIndex(dimensions);
      const replaced = index.idsOf.get(documentId)?.length ?? 0;
      checkRoom(tenants.values(), distinct.length - replaced, maxPassages);
      dropDocument(index, documentId);
      addDocument(index, documentId, counted);
      if (index.byId.size > 0) tenants.set(tenant, index);
      else tenants.delete(tenant);
      versions.set(tenant, randomUUID());
    },
    async removeDocument({ tenant, documentId }) {
      const index = tenants.get(tenant);
      if (index === undefined) return;
      dropDocument(index, documentId);
      if (index.byId.size === 0) tenants.delete(tenant);
      versions.set(tenant, randomUUID());
    },
    async search(query) {
      if (query.vector !== undefined) checkLength(query.vector, dimensions);
      const index = tenants.get(query.tenant);
      const nothing = { byVector: [], byText: [] };
      return index === undefined || query.limit < 1 ? nothing : searchIndex(index, query);
    },
    async existing({ tenant, passageIds }) {
      const byId = tenants.get(tenant)?.byId;
      return new Set(passageIds.filter((id) => byId?.has(id) === true));
    },
    async idsOf({ tenant, documentId }) {
      return new Set(tenants.get(tenant)?.idsOf.get(documentId));
    },
    async count(tenant) {
      return tenants.get(tenant)?.byId.size ?? 0;
    },
    async version(tenant) {
      return versions.get(tenant) ?? "";
    },
    async renewVersion(tenant) {
      versions.set(tenant, randomUUID());
    },
    async close() {
      tenants.clear();
    },
  };
}

function searchIndex(
  index: TenantIndex,
  { text, vector, limit, documentIds, hidden }: PassageQuery,
): { byVector: ScoredPassage[]; byText: readonly ScoredPassage[] } {
  const wanted = documentIds && new Set(documentIds);
  const accepts = ({ documentId }: Passage) =>
    hidden?.has(documentId) !== true && (wanted?.has(documentId) ?? true);
  const nearest = vector === undefined ? [] : index.vectors.nearest(vector, limit, accepts);
  return {
    byVector: nearest.map(({ value, similarity }) => ({ passage: value, score: similarity })),
    byText: index.texts.search(text, limit, accepts),
  };
}

function checkRoom(indexes: Iterable<TenantIndex>, added: number, maxPassages: number): void {
  let total = added;
  for (const { byId } of indexes) total += byId.size;
  if (total <= maxPassages) return;
  throw new RepriseError(
    "too_large",
    `The index in this process holds ${maxPassages} passages at most; remove documents.`,
  );
}

function checkLength(vector: Float32Array, dimensions: number): void {
  if (vector.length === dimensions) return;
  throw new RangeError(`a vector of ${vector.length} numbers where ${dimensions} are needed`);
}

function createTenantIndex(dimensions: number): TenantIndex {
  return {
    vectors: createVectorTable<Passage>(dimensions),
    byId: new Map(),
    idsOf: new Map(),
    texts: createTextIndex(),
  };
}

/** A passage with its word counts. */
interface CountedPassage {
  readonly passage: EmbeddedPassage;
  readonly counted: PassageWords;
}

/** Yields to other requests. */
async function countAll(passages: readonly EmbeddedPassage[]): Promise<CountedPassage[]> {
  const all: CountedPassage[] = [];
  const yieldTurn = createYield();
  for (const passage of passages) {
    await yieldTurn();
    all.push({ passage, counted: countPassage(passage) });
  }
  return all;
}

function addDocument(
  index: TenantIndex,
  documentId: string,
  passages: readonly CountedPassage[],
): void {
  for (const { passage: embedded, counted } of passages) {
    const { vector, ...passage } = embedded;
    index.vectors.set(passage.id, passage, vector);
    index.byId.set(passage.id, passage);
    index.texts.set(passage, counted);
  }
  const ids = passages.map(({ passage }) => passage.id);
  if (ids.length > 0) index.idsOf.set(documentId, ids);
}

function dropDocument(index: TenantIndex, documentId: string): void {
  for (const id of index.idsOf.get(documentId) ?? []) {
    index.vectors.remove(id);
    index.byId.delete(id);
    index.texts.remove(id);
  }
  index.idsOf.delete(documentId);
}
