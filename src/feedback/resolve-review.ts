import { normaliseQuestion } from "../cache/scope.ts";
import type { AnswerEntry, AnswerStore } from "../cache/types.ts";
import type { CuratedAnswer, GivenAnswer } from "../curation/curate-answers.ts";
import type { AnswerEdit } from "../curation/edit-answer.ts";
import { RepriseError } from "../errors.ts";
import type { Clock } from "../operations/types.ts";
import type { LabelledLookup, LookupStore } from "../tuning/lookup-types.ts";
import { entryItem, feedbackItem, lookupItem, matchOf, type ReviewItem } from "./review-items.ts";
import type { FeedbackStore, ReviewAction } from "./types.ts";

/** A reviewer's decision. */
export interface Review {
  readonly tenant: string;
  readonly id: string;
  readonly action: ReviewAction;
  /** The corrected text; required for `correct`. */
  readonly answer?: string | undefined;
  readonly author: string;
}

/** Dependencies of a decision. */
export interface ResolveParts {
  readonly feedback: Pick<FeedbackStore, "find" | "resolve">;
  readonly lookups: Pick<LookupStore, "find" | "label">;
  readonly entries: Pick<AnswerStore, "find" | "remove" | "setQuarantined">;
  readonly editEntry: (
    edit: AnswerEdit & { tenant: string; id: string },
  ) => Promise<AnswerEntry | undefined>;
  readonly curate: (answers: {
    tenant: string;
    given: readonly GivenAnswer[];
  }) => Promise<readonly CuratedAnswer[]>;
  readonly now: Clock;
}

/**
 * Applies the decision to the cached answer, labels the lookup, and closes the item.
 *
 * @throws RepriseError `not_found` for an unknown item, or for `pin` without a cached answer; `invalid_request` if
 *   the corrected answer cannot be stored
 */
export async function resolveReview(review: Review, parts: ResolveParts): Promise<ReviewItem> {
  const subject = await findSubject(review, parts);
  await applyReview(review, subject, parts);
  const { tenant, id, action, author } = review;
  const resolution = { action, author, at: parts.now() };
  await parts.feedback.resolve({ tenant, messageId: id }, resolution);
  const entryId = subject.entry?.id;
  const entry =
    entryId === undefined ? undefined : await parts.entries.find({ tenant, id: entryId });
  return { ...subject.item, id, entry, state: "done", resolution };
}

/** What a decision is about. */
interface Subject {
  readonly item: ReviewItem;
  readonly lookup: LabelledLookup | undefined;
  readonly entry: AnswerEntry | undefined;
}

async function findSubject({ tenant, id }: Review, parts: ResolveParts): Promise<Subject> {
  const [said, lookup, direct] = await Promise.all([
    parts.feedback.find({ tenant, messageId: id }),
    parts.lookups.find({ tenant, id }),
    parts.entries.find({ tenant, id }),
  ]);
  if (said !== undefined) {
    const item = await feedbackItem(said, parts);
    return { item, lookup, entry: item.entry };
  }
  if (lookup !== undefined) {
    const reason = lookup.verdict === "hit" ? "unsure" : "stale";
    const item = await lookupItem(lookup, reason, parts);
    return { item, lookup, entry: item.entry };
  }
  if (direct !== undefined) return { item: entryItem(direct), lookup, entry: direct };
  throw new RepriseError("not_found", `There is no answer ${id} to review.`);
}

async function applyReview(review: Review, subject: Subject, parts: ResolveParts): Promise<void> {
  const { tenant, action } = review;
  const { entry } = subject;
  if (action === "correct") {
    await correct(review, subject, parts);
    return;
  }
  if (action === "pin") await pin(tenant, entry, parts);
  if (entry !== undefined) {
    if (action === "remove") await parts.entries.remove(entry);
    else await release(entry, parts);
  }
  await label(review, subject, action !== "remove", parts);
}

async function pin(
  tenant: string,
  entry: AnswerEntry | undefined,
  { editEntry }: ResolveParts,
): Promise<void> {
  const pinned = entry && (await editEntry({ tenant, id: entry.id, isPinned: true }));
  if (pinned !== undefined) return;
  const message = "The cached answer is gone, so it cannot be pinned; use correct with a text.";
  throw new RepriseError("not_found", message);
}

/** Ends the quarantine, also of an entry that this review has just edited. */
async function release({ scope, id }: AnswerEntry, { entries }: ResolveParts): Promise<void> {
  await entries.setQuarantined({ scope, id, isQuarantined: false });
}

/**
 * A corrected text replaces the cached answer of the same question. For a cached answer of another question, it
 * becomes an answer of its own, and the match is labelled as wrong.
 */
async function correct(review: Review, subject: Subject, parts: ResolveParts): Promise<void> {
  const { tenant, answer = "" } = review;
  const { entry, item } = subject;
  const question = item.question ?? entry?.question;
  if (question === undefined) {
    throw new RepriseError(
      "invalid_request",
      "The question is not stored, so it cannot be corrected.",
    );
  }
  const isItsOwn =
    entry !== undefined && normaliseQuestion(entry.question) === normaliseQuestion(question);
  if (isItsOwn) {
    await parts.editEntry({ tenant, id: entry.id, answer });
    await release(entry, parts);
    return;
  }
  const given = {
    question,
    answer,
    origin: "curated",
    isPinned: false,
    isQuarantined: false,
  } as const;
  const [done] = await parts.curate({ tenant, given: [given] });
  if (done?.kind === "refused") {
    const { param, message } = done;
    throw new RepriseError("invalid_request", `${param} ${message}.`, {
      details: [{ param, message }],
    });
  }
  await label(review, subject, false, parts);
}

/** Labels the lookup, if it compared two questions. */
async function label(
  { tenant, id, author }: Review,
  { lookup }: Subject,
  same: boolean,
  { lookups, now }: ResolveParts,
): Promise<void> {
  if (matchOf(lookup) === null) return;
  await lookups.label(
    { tenant, id },
    { source: "person", same, author, note: null, createdAt: now() },
  );
}
