import type { Retrieve } from "../knowledge/retrieve.ts";
import type { PassageStore } from "../knowledge/types.ts";
import { hasNewFirstPassage } from "./evidence.ts";
import { comparedOf, type AnswerEntry, type AnswerStore } from "./types.ts";

/** Ids of the entries that are current under this version of the passages. */
export type FindStanding = (
  entries: readonly AnswerEntry[],
  version: string,
) => Promise<ReadonlySet<string>>;

/** Checks which of a tenant's entries are current. */
export interface EvidenceCheck {
  /**
   * Ids of the current entries: every passage that they were made from exists, and no new passage ranks first for
   * their question (except for pinned entries). `version` is the version of the tenant's passages, read with the
   * entries or before.
   */
  readonly standing: FindStanding;
  /** The same, without confirming or removing entries. */
  readonly look: FindStanding;
}

/** Dependencies of the check. */
export interface EvidenceCheckDependencies {
  readonly answers: AnswerStore;
  readonly passages: PassageStore;
  readonly retrieve: Retrieve;
}

/**
 * An entry needs no check while the version of the passages is that of its last check. After a change each entry
 * is checked once, on its next use, and confirmed or removed.
 */
export function createEvidenceCheck(dependencies: EvidenceCheckDependencies): EvidenceCheck {
  const { answers } = dependencies;

  const holds = async (entry: AnswerEntry, version: string) =>
    entry.knowledgeVersion === version || isStillTrue(entry, dependencies);

  async function settle(entry: AnswerEntry, version: string): Promise<boolean> {
    if (entry.knowledgeVersion === version) return true;
    const stands = await holds(entry, version);
    if (stands) await answers.confirm({ ...entry, knowledgeVersion: version });
    else await answers.remove(entry);
    return stands;
  }

  return {
    standing: (entries, version) => whichOf(entries, (entry) => settle(entry, version)),
    look: (entries, version) => whichOf(entries, (entry) => holds(entry, version)),
  };
}

async function whichOf(
  entries: readonly AnswerEntry[],
  stands: (entry: AnswerEntry) => Promise<boolean>,
): Promise<ReadonlySet<string>> {
  const found = await Promise.all(entries.map(stands));
  return new Set(entries.filter((_entry, index) => found[index] === true).map(({ id }) => id));
}

async function isStillTrue(
  entry: AnswerEntry,
  { answers, passages, retrieve }: EvidenceCheckDependencies,
): Promise<boolean> {
  const { tenant, documentIds, evidence, isPinned } = entry;
  const passageIds = evidence.map(({ passageId }) => passageId);
  const [existing, vector] = await Promise.all([
    passages.existing({ tenant, passageIds }),
    answers.vectorOf(entry),
  ]);
  if (vector === undefined || !passageIds.every((id) => existing.has(id))) return false;
  // Pinning means that new passages do not outdate the answer.
  if (isPinned) return true;
  const { trace } = await retrieve({ tenant, text: comparedOf(entry), vector, documentIds });
  return !hasNewFirstPassage(trace, entry.retrieved);
}
