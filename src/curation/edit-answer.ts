import type { AnswerEntry, AnswerStore } from "../cache/types.ts";
import { stillCited } from "../chat/citations.ts";
import { PINNED_TTL_SECONDS } from "./curate-answers.ts";
import type { AskingParts } from "../answer/asking.ts";

/** Changes to a cache entry; omitted fields stay. */
export interface AnswerEdit {
  /**
   * A changed text makes the answer a curated one, created now, with the citations that it refers
   * to.
   */
  readonly answer?: string | undefined;
  /** Pinning sets a TTL of a year; unpinning restores the policy's TTL. Both count from now. */
  readonly isPinned?: boolean | undefined;
}

/** Dependencies of editing. */
export interface EditDependencies extends Pick<AskingParts, "policy" | "now"> {
  readonly answers: Pick<AnswerStore, "find" | "vectorOf" | "put">;
}

/**
 * Edits a cache entry. Its question, scope and evidence stay, so document changes still remove it.
 * Returns undefined if the entry is gone.
 */
export async function editAnswer(
  { tenant, id, ...edit }: AnswerEdit & { tenant: string; id: string },
  { answers, policy, now }: EditDependencies,
): Promise<AnswerEntry | undefined> {
  const entry = await answers.find({ tenant, id });
  if (entry === undefined) return undefined;
  const vector = await answers.vectorOf({ scope: entry.scope, id });
  if (vector === undefined) return undefined;
  const edited = { ...entry, ...reworded(entry, edit, now()) };
  const isPinned = edit.isPinned ?? entry.isPinned;
  const usual = isPinned ? PINNED_TTL_SECONDS : policy(tenant).ttlSeconds;
  const changed: AnswerEntry = {
    ...edited,
    isPinned,
    expiresAt: isPinned === entry.isPinned ? entry.expiresAt : now() + usual * 1000,
  };
  await answers.put(changed, vector);
  return changed;
}

function reworded(entry: AnswerEntry, { answer }: AnswerEdit, now: number): Partial<AnswerEntry> {
  if (answer === undefined || answer === entry.answer) return {};
  const citations = stillCited(answer, entry.citations);
  return { answer, citations, origin: "curated", createdAt: now };
}
