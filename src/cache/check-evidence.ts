import type { Retrieve } from "../knowledge/retrieve.ts";
import type { PassageStore } from "../knowledge/types.ts";
import { hasNewFirstPassage } from "./evidence.ts";
import type { AnswerEntry, AnswerStore } from "./types.ts";

/** Says which of a tenant's entries are still true. */
export interface EvidenceCheck {
  /**
   * Ids of the entries that still stand: every passage that they were made from exists, and their
   * question retrieves no new passage first. `version` is the state of the tenant's passages, asked for
   * together with the entries or before.
   */
  standing(entries: readonly AnswerEntry[], version: string): Promise<ReadonlySet<string>>;
}

/** What the check leans on. */
export interface EvidenceCheckDependencies {
  readonly answers: AnswerStore;
  readonly passages: PassageStore;
  readonly retrieve: Retrieve;
}

/**
 * Nothing needs to be looked at while the tenant's passages are in the state under which an entry was
 * last found true. After a change each entry is looked at once, when it is next wanted: it is
 * confirmed, or removed.
 */
export function createEvidenceCheck(dependencies: EvidenceCheckDependencies): EvidenceCheck {
  const { answers } = dependencies;

  async function stands(entry: AnswerEntry, version: string): Promise<boolean> {
    if (entry.knowledgeVersion === version) return true;
    const holds = await isStillTrue(entry, dependencies);
    if (holds) await answers.confirm({ ...entry, knowledgeVersion: version });
    else await answers.remove(entry);
    return holds;
  }

  return {
    async standing(entries, version) {
      const found = await Promise.all(entries.map((entry) => stands(entry, version)));
      return new Set(entries.filter((_entry, index) => found[index] === true).map(({ id }) => id));
    },
  };
}

async function isStillTrue(
  entry: AnswerEntry,
  { answers, passages, retrieve }: EvidenceCheckDependencies,
): Promise<boolean> {
  const { tenant, question, documentIds, evidence } = entry;
  const passageIds = evidence.map(({ passageId }) => passageId);
  const [existing, vector] = await Promise.all([
    passages.existing({ tenant, passageIds }),
    answers.vectorOf(entry),
  ]);
  if (vector === undefined || !passageIds.every((id) => existing.has(id))) return false;
  const { trace } = await retrieve({ tenant, text: question, vector, documentIds });
  return !hasNewFirstPassage(trace, entry.retrieved);
}
