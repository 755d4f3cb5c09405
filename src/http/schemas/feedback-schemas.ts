import { z } from "zod";
import { REVIEW_REASONS } from "../../feedback/review-items.ts";
import { REVIEW_ACTIONS } from "../../feedback/types.ts";
import { plainTextSchema } from "./common-schemas.ts";
import { entrySchema, MAX_ANSWER } from "./entry-schemas.ts";
import { listQuerySchema } from "./parameter-schemas.ts";

const share = z.number().min(0).max(1);
const state = z.enum(["open", "done"], "must be open or done");
const reason = z.enum(REVIEW_REASONS);
const action = z.enum(REVIEW_ACTIONS);

export const reviewQuerySchema = listQuerySchema.extend({
  state: state.default("open"),
  reason: reason.optional().meta({ description: "Default: all, in this order" }),
});

export const reviewItemSchema = z
  .object({
    id: z.string().meta({ description: "Of the message; for expiring of the cache entry" }),
    reason: reason.meta({
      description:
        "reported: rated as bad; noted: a comment on a good rating; unsure: served near the threshold; " +
        "expiring: a written, imported or pinned answer is in the last tenth of its lifetime; stale: not served, its documents have changed",
    }),
    state,
    created_at: z.iso.datetime(),
    conversation_id: z.string().nullable(),
    question: z.string().nullable().meta({ description: "null if it is not stored" }),
    answer: z.string().nullable().meta({
      description: "What the reader got, else the cached answer; null if neither is stored",
    }),
    rating: z.enum(["up", "down"]).nullable(),
    comment: z.string().nullable().meta({ description: "The reader's words" }),
    match: z
      .object({ question: z.string().nullable(), similarity: share, threshold: share })
      .nullable()
      .meta({ description: "The cached question that it was compared with" }),
    entry: entrySchema
      .nullable()
      .meta({ description: "The cached answer now; null if it is gone" }),
    resolution: z
      .object({ action, author: z.string(), at: z.iso.datetime() })
      .nullable()
      .meta({ description: "null while it is open" }),
  })
  .meta({ id: "ReviewItem" });

export const reviewListSchema = z
  .object({ feedback: z.array(reviewItemSchema), next_cursor: z.string().nullable() })
  .meta({ id: "ReviewList" });

export const reviewRequestSchema = z
  .strictObject({
    action: action.meta({
      description:
        "keep: serve it again; correct: give it the text of answer; pin: keep it for a year; remove: from the cache",
    }),
    answer: plainTextSchema
      .min(1, "must not be empty")
      .max(MAX_ANSWER)
      .optional()
      .meta({ description: "The corrected text; only with correct, and required there" }),
  })
  .superRefine(({ action: asked, answer }, context) => {
    if ((asked === "correct") === (answer !== undefined)) return;
    const message =
      asked === "correct" ? "is required with correct" : "must come with correct only";
    context.addIssue({ code: "custom", path: ["answer"], message });
  })
  .meta({ id: "ReviewRequest" });
