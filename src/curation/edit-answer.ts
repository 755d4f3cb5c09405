import type { AnswerEntry, AnswerStore } from "../cache/types.ts";
import { stillCited } from "../chat/citations.ts";
import { PINNED_TTL_SECONDS } from "./curate-answers.ts";
import type { AskingParts } from "../answer/asking.ts";

/** What of a stored answer a person may change; what is left out stays. */
export interface AnswerEdit {
  /** With other words it is a person's answer, counts as made now, and has the citations that they name. */
  readonly answer?: string | undefined;
  /** Pinning gives it a year; taking the pin out the usual time, both from now. */
  readonly isPinned?: boolean | undefined;
}

/** What editing leans on. */
export interface EditDependencies extends Pick<AskingParts, "policy" | "now"> {
  readonly answers: Pick<AnswerStore, "find" | "vectorOf" | "put">;
}

/**
 * Changes a stored answer in its place: its question, scope and evidence stay, so it still goes with
 * its documents. Undefined when it is gone.
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
