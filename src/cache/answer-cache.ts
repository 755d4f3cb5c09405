import type { PassageStore } from "../knowledge/types.ts";
import { answerId } from "./normalise-question.ts";
import type { AnswerEntry, AnswerStore } from "./types.ts";
import { judgeExact, judgeNearest, type CacheVerdict } from "./verdict.ts";

/** Entries compared with a question; more than one, so that a stale nearest does not hide the next. */
const NEIGHBOURS = 3;

/** Looks up stored answers and says whether one may be served. */
export interface AnswerCache {
  /** The same words in this scope; no embedding needed. */
  lookUpExact(query: { tenant: string; scope: string; question: string }): Promise<CacheVerdict>;
  /** The nearest questions of this scope. */
  lookUpNearest(query: {
    tenant: string;
    scope: string;
    vector: Float32Array;
    threshold: number;
  }): Promise<CacheVerdict>;
  /** Stores the answer unless a passage that it was made from has gone meanwhile; true when stored. */
  store(entry: AnswerEntry, vector: Float32Array): Promise<boolean>;
}

/** Joins the stored answers with the passages that keep them true. */
export function createAnswerCache({
  answers,
  passages,
}: {
  answers: AnswerStore;
  passages: PassageStore;
}): AnswerCache {
  async function standing(tenant: string, entries: readonly AnswerEntry[]) {
    const passageIds = [
      ...new Set(entries.flatMap((entry) => entry.evidence.map(({ passageId }) => passageId))),
    ];
    const existing =
      passageIds.length === 0 ? new Set<string>() : await passages.existing({ tenant, passageIds });
    // What was said without documents is not true for ever: the first one may say otherwise.
    const needsNone = entries.some(({ evidence }) => evidence.length === 0);
    const hasNone = needsNone && (await passages.count(tenant)) === 0;
    return ({ evidence }: AnswerEntry) =>
      evidence.length === 0 ? hasNone : evidence.every(({ passageId }) => existing.has(passageId));
  }

  return {
    async lookUpExact({ tenant, scope, question }) {
      const entry = await answers.get({ scope, id: answerId(scope, question) });
      if (entry === undefined || !mayServe(entry, tenant, scope))
        return judgeExact(undefined, false);
      const stands = await standing(tenant, [entry]);
      return judgeExact(entry, stands(entry));
    },

    async lookUpNearest({ tenant, scope, vector, threshold }) {
      const found = await answers.nearest({ scope, vector, limit: NEIGHBOURS, minSimilarity: 0 });
      const own = found.filter(({ entry }) => mayServe(entry, tenant, scope));
      const near = own.filter(({ similarity }) => similarity >= threshold);
      const stands = await standing(
        tenant,
        near.map(({ entry }) => entry),
      );
      return judgeNearest(
        own.map((candidate) => ({ ...candidate, evidenceStands: stands(candidate.entry) })),
        threshold,
      );
    },

    async store(entry, vector) {
      const stands = await standing(entry.tenant, [entry]);
      if (!stands(entry)) return false;
      await answers.put(entry, vector);
      return true;
    },
  };
}

/** Checked again after the search: an answer never leaves its tenant or its scope. */
function mayServe(entry: AnswerEntry, tenant: string, scope: string): boolean {
  return entry.tenant === tenant && entry.scope === scope;
}
