import type { ReviewItem } from "../../feedback/review-items.ts";
import { defineRoute } from "../define-route.ts";
import { json, type BodyOf } from "../described-body.ts";
import { toEntryBody } from "../formats/entry-format.ts";
import { readJson } from "../validate.ts";
import {
  reviewItemSchema,
  reviewListSchema,
  reviewQuerySchema,
  reviewRequestSchema,
} from "../schemas/feedback-schemas.ts";

const MAX_BODY_BYTES = 1024 * 1024;

/** The review queue: answers that a person should look at. */
export const FEEDBACK_ROUTES = [
  defineRoute({
    method: "get",
    path: "/v1/feedback",
    summary: "Answers to review: reported, noted, served near the threshold, expiring or stale",
    scope: "admin",
    access: "tenant",
    query: reviewQuerySchema,
    replies: { 200: json(reviewListSchema) },
    handle:
      ({ reviews }) =>
      async ({ query, caller: { tenant }, response }) => {
        const page = await reviews.list({ tenant, ...query });
        response.json({ feedback: page.rows.map(toItemBody), next_cursor: page.nextCursor });
      },
  }),
  defineRoute({
    method: "post",
    path: "/v1/feedback/{id}/resolve",
    summary: "Keep, correct, pin or remove an answer of the review queue",
    scope: "admin",
    access: "tenant",
    body: reviewRequestSchema,
    replies: { 200: json(reviewItemSchema) },
    before: () => readJson(MAX_BODY_BYTES),
    handle:
      ({ reviews }) =>
      async ({ id, body, caller: { tenant, name: author }, response }) => {
        response.json(toItemBody(await reviews.resolve({ tenant, id, author, ...body })));
      },
  }),
];

function toItemBody(item: ReviewItem): BodyOf<typeof reviewItemSchema> {
  const { resolution, entry } = item;
  return {
    id: item.id,
    reason: item.reason,
    state: item.state,
    created_at: new Date(item.createdAt).toISOString(),
    conversation_id: item.conversationId,
    question: item.question,
    answer: item.answer,
    rating: item.rating,
    comment: item.comment,
    match: item.match,
    entry: entry === undefined ? null : toEntryBody(entry),
    resolution: resolution && { ...resolution, at: new Date(resolution.at).toISOString() },
  };
}
