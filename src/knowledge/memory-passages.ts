import MiniSearch from "minisearch";
import { createVectorTable, type VectorTable } from "../cache/vector-table.ts";
import type { Passage, PassageStore, ScoredPassage } from "./types.ts";
import { isStopWord, stem, words } from "./words.ts";

interface TenantIndex {
  readonly vectors: VectorTable<Passage>;
  readonly texts: MiniSearch<SearchRow>;
  readonly byId: Map<string, Passage>;
  readonly byDocument: Map<string, readonly Passage[]>;
}

interface SearchRow {
  readonly id: string;
  readonly title: string;
  readonly headings: string;
  readonly text: string;
}

/**
 * Passages in this process: vectors are compared one by one, texts by MiniSearch's BM25+.
 *
 * @param dimensions of the vectors; another length is refused
 */
export function createMemoryPassages({ dimensions }: { dimensions: number }): PassageStore {
  const tenants = new Map<string, TenantIndex>();

  function indexOf(tenant: string): TenantIndex {
    const index = tenants.get(tenant) ?? createTenantIndex(dimensions);
    tenants.set(tenant, index);
    return index;
  }

  return {
    async replaceDocument({ tenant, documentId, passages }) {
      for (const { vector } of passages) {
        if (vector.length !== dimensions) {
          throw new RangeError(
            `a vector of ${vector.length} numbers where ${dimensions} are needed`,
          );
        }
      }
      const index = indexOf(tenant);
      dropDocument(index, documentId);
      for (const { vector, ...passage } of passages) {
        index.vectors.set(passage.id, passage, vector);
        index.byId.set(passage.id, passage);
        index.texts.add({ ...passage, headings: passage.headings.join("\n") });
      }
      index.byDocument.set(documentId, passages);
    },
    async removeDocument({ tenant, documentId }) {
      const index = tenants.get(tenant);
      if (index !== undefined) dropDocument(index, documentId);
    },
    async search({ tenant, text, vector, limit, documentIds }) {
      const index = tenants.get(tenant);
      if (index === undefined) return { byVector: [], byText: [] };
      const wanted = documentIds && new Set(documentIds);
      const accepts = (passage: Passage) => wanted?.has(passage.documentId) ?? true;
      return {
        byVector: index.vectors
          .nearest(vector, limit, accepts)
          .map(({ value, similarity }) => ({ passage: value, score: similarity })),
        byText: searchTexts(index, text, limit, accepts),
      };
    },
    async existing({ tenant, passageIds }) {
      const byId = tenants.get(tenant)?.byId;
      return new Set(passageIds.filter((id) => byId?.has(id) === true));
    },
    async count(tenant) {
      return tenants.get(tenant)?.byId.size ?? 0;
    },
    async close() {
      tenants.clear();
    },
  };
}

function createTenantIndex(dimensions: number): TenantIndex {
  return {
    vectors: createVectorTable<Passage>(dimensions),
    byId: new Map(),
    byDocument: new Map(),
    texts: new MiniSearch<SearchRow>({
      fields: ["title", "headings", "text"],
      tokenize: words,
      processTerm: (word) => (isStopWord(word) ? null : stem(word)),
      searchOptions: { boost: { title: 1.5, headings: 1.5 }, combineWith: "OR" },
    }),
  };
}

function dropDocument(index: TenantIndex, documentId: string): void {
  for (const { id } of index.byDocument.get(documentId) ?? []) {
    index.vectors.remove(id);
    index.byId.delete(id);
    index.texts.discard(id);
  }
  index.byDocument.delete(documentId);
}

function searchTexts(
  index: TenantIndex,
  text: string,
  limit: number,
  accepts: (passage: Passage) => boolean,
): ScoredPassage[] {
  const found: ScoredPassage[] = [];
  for (const { id, score } of index.texts.search(text)) {
    const passage = index.byId.get(String(id));
    if (passage !== undefined && accepts(passage)) found.push({ passage, score });
    if (found.length === limit) break;
  }
  return found;
}
